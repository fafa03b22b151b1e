// What the sampled cells of one column have in common.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "number_form.h"
#include "usage/intake/inspection.h"

namespace usage {

class ColumnSample {
 public:
  explicit ColumnSample(std::string name) { found_.name = std::move(name); }
  void add(std::string_view cell, std::uint32_t line);  // without surrounding blanks; an empty one counts nowhere
  ColumnFindings findings() const;

 private:
  void note_value(std::string_view cell);
  ColumnFindings found_;
  NumberFormSample numbers_;
  std::unordered_set<std::size_t> hashes_;  // of the values so far, while all differ
  bool all_differ_ = true;
  bool few_ = true;
};

bool looks_like_date(std::string_view cell);  // 2026-10-31, 10/31/2026, 31.10.26, also with a time behind it

}  // namespace usage

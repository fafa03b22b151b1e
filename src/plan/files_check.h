// Files of one upload that overlap: an export and its copy, or an export and its corrected form.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "usage/plan/meeting.h"

namespace usage {

class FilesCheck {
 public:
  explicit FilesCheck(const UsageInput& input) : input_(input) {}

  // The row would be sent as a charge of its own.
  void is_new(std::uint32_t row);

  // New rows that may be one with a row of another file: equal to it (of two references or currencies that differ, each
  // is a charge), or with its reference and amount. Of two new rows, that of the later file. Equal
  // rows of one file are several charges; those of two files may be the same ones.
  std::vector<AdditionalRow> find() const;

 private:
  using Rows = std::span<const std::uint32_t>;
  void find_within(Rows alike, bool by_reference, std::vector<AdditionalRow>& found) const;
  bool may_be_one(const UsageRow& a, const UsageRow& b) const;
  AdditionalRow beside(std::uint32_t row, std::uint32_t other) const;

  const UsageInput& input_;
  std::vector<bool> is_new_;  // by row, where there are several files
};

}  // namespace usage

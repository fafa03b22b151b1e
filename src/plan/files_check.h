// Files of one upload that overlap: an export and its copy, or an export and its corrected form.
#pragma once

#include <cstdint>
#include <vector>

#include "usage/plan/meeting.h"

namespace usage {

class FilesCheck {
 public:
  explicit FilesCheck(const UsageInput& input) : input_(input) {}

  // The row would be sent as a charge of its own.
  void is_new(std::uint32_t row);

  // New rows that are equal to one of an earlier file (of two references that differ, each is a charge), or have its
  // reference. Equal rows of one file are several charges; those of two files may be the same ones.
  std::vector<AdditionalRow> find() const;

 private:
  AdditionalRow beside(std::uint32_t row, std::uint32_t earlier) const;
  void find_equal(std::vector<AdditionalRow>& found) const;
  void find_same_reference(std::vector<AdditionalRow>& found) const;

  const UsageInput& input_;
  std::vector<std::uint32_t> new_rows_;
};

}  // namespace usage

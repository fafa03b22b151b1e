#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

// Indexes of the rows, ordered by installation; within one installation in input order.
class RowsByInstallation {
 public:
  explicit RowsByInstallation(const UsageInput& input);
  std::size_t installations() const { return begins_.size() - 1; }
  std::span<const std::uint32_t> rows() const { return rows_; }  // of one installation after the other
  std::span<std::uint32_t> rows_of(std::size_t installation) {
    return std::span(rows_).subspan(begins_[installation], begins_[installation + 1] - begins_[installation]);
  }

 private:
  std::vector<std::size_t> begins_;
  std::vector<std::uint32_t> rows_;
};

}  // namespace usage

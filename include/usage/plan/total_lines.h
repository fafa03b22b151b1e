// Holds the total lines of the files against their rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

// An export's total may be meant of all its rows, or of those that its own filters would leave.
struct TotalLineCheck {
  enum class Agreement : std::uint8_t { kAllRows, kRowsThatCount, kNone };
  TotalLine line;
  std::string currency;  // of the file's rows
  Agreement agreement = Agreement::kNone;
  std::uint64_t rows = 0;  // that it agrees with; else that count
  std::string difference;  // where it agrees with none: what was found
};

// One for each total line, in the order of the files.
std::vector<TotalLineCheck> check_total_lines(const UsageInput& input);

}  // namespace usage

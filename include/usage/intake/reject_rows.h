#pragma once

#include <cstdint>
#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

// A valid row that turns out not to be: of UsageInput::rows, by its index.
struct RejectedRow {
  std::uint32_t row = 0;
  RowProblem problem;
  RowId charge = 0;  // the ledger's charge that it conflicts with; 0: none
};

// Moves the rows from UsageInput::rows to UsageInput::invalid, both still in input order. Each row at most once.
void reject_rows(UsageInput& input, std::vector<RejectedRow> rejected);

}  // namespace usage

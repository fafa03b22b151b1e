// The total line below an export's rows (--total-row).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "usage/model/usage_row.h"

namespace usage {

struct TotalLineForm {
  std::string file_name;  // for messages
  std::uint16_t file = 0;
  char delimiter = ',';
  std::size_t quantity = 0;  // column
  DecimalSign decimal_sign = DecimalSign::kPoint;
  DigitGrouping grouping = DigitGrouping::kNone;
  // Whether a row has its SIDs from itself (a column, or a table that knows its key) and not from a constant, which a
  // total line has as well.
  bool rows_have_installations = true;
  bool rows_have_looked_up_billing_sids = false;
};

// Moves the file's last row to `left_out` and its amount to `total_lines`; so, too, lines below it that hold a single
// text and no amount (a footer). The amount stands in the quantity's column, or is the only one in the line; whether it
// agrees with the rows is for the plan to say. `record` gives a row's bytes. RefusedError where the last row is a
// charge or holds no amount: the export has no total line then, or lost it. A charge may well be as large as all rows
// above it together, so its amount proves nothing.
void take_total_line(UsageInput& input, const TotalLineForm& form,
                     const std::function<std::string(const RowPlace&)>& record);

}  // namespace usage

// What looks as if a file said something else than was read.
#pragma once

#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

// "decimal-sign-doubtful", for each export with a decimal sign that no amount proves: every one that has it has three
// digits behind it, as thousands would have. A decimal comma that was given may be a mistake, or another export's.
std::vector<Warning> warn_of_decimal_signs(const UsageInput& input);

// "subtotal-rows": where at least half of the installations with three rows or more in a row end or begin with the sum
// of the others, and where a file ends or begins with the sum of all its others, three or more.
std::vector<Warning> warn_of_subtotals(const UsageInput& input);

}  // namespace usage

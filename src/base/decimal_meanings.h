// What an amount means under options that are not in force.
#pragma once

#include <string>
#include <string_view>

#include "decimal_error.h"

namespace usage {

// For each meaning that some options give the text, which these are, each followed by ", ": 1,234 is 1.234 with
// --decimal-comma, and 1234 with --grouping comma. Empty where no option helps, and for totals, which have none.
std::string meanings(std::string_view text, const DecimalForm& form);

}  // namespace usage

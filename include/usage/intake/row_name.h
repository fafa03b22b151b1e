#pragma once

#include <string>

#include "usage/model/usage_row.h"

namespace usage {

// "line 7", or "march.csv:7" where there are several files.
std::string row_name(const UsageInput& input, const UsageRow& row);

}  // namespace usage

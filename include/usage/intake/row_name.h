#pragma once

#include <cstdint>
#include <string>

#include "usage/model/usage_row.h"

namespace usage {

// "line 7", or "march.csv:7" where there are several files.
std::string row_name(const UsageInput& input, const UsageRow& row);
std::string place_name(const UsageInput& input, std::uint16_t file, std::uint32_t line);

}  // namespace usage

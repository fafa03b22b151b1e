#pragma once

#include <string_view>
#include <vector>

#include "usage/cli/setting_table.h"

namespace usage::docs {

// The words that a setting takes, for a shell to offer; empty where any value of its form will do.
std::vector<std::string_view> choices_of(const Setting& setting);

// Whether one value may hold several of them, with commas between.
bool is_list(const Setting& setting);

// Whether the value is, or begins, a file's name.
bool names_file(const Setting& setting);

}  // namespace usage::docs

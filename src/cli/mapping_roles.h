// Where each role of a file comes from, as `validate` and `upload` tell it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

using Role = std::pair<std::string_view, std::string>;

std::vector<Role> roles_of(const ColumnMapping& mapping);          // by columns
std::vector<Role> other_sources_of(const ColumnMapping& mapping);  // that no column holds

}  // namespace usage

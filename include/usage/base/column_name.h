// How names of columns compare: without case, blanks (line breaks and no-break spaces among them), '_' and '-'.
#pragma once

#include <string>
#include <string_view>

namespace usage {

bool same_name(std::string_view a, std::string_view b);
std::string plain_name(std::string_view name);  // what is left of it, in small letters

}  // namespace usage

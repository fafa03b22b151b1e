#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace usage {

// Lines of as many cells each as a table for people: the columns two blanks apart, that at `right` set to the right and
// the others to the left. A column that is empty in all lines takes no room.
std::string aligned(std::vector<std::vector<std::string>> lines, std::size_t right);

}  // namespace usage

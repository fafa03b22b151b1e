#include "usage/intake/row_name.h"

#include "usage/base/text.h"

namespace usage {

std::string row_name(const UsageInput& input, const UsageRow& row) {
  return place_name(input, row.file, row.place.line);
}

std::string place_name(const UsageInput& input, std::uint16_t file, std::uint32_t line) {
  const std::string number = std::to_string(line);
  return input.files.size() > 1 ? shown_name(input.files[file].name) + ":" + number : "line " + number;
}

}  // namespace usage

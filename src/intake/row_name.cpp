#include "usage/intake/row_name.h"

#include "input_text.h"

namespace usage {

std::string row_name(const UsageInput& input, const UsageRow& row) {
  const std::string line = std::to_string(row.place.line);
  return input.files.size() > 1 ? shown_name(input.files[row.file].name) + ":" + line : "line " + line;
}

}  // namespace usage

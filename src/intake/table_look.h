// Where the table in a text begins, and what parts its columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/intake/inspection.h"

namespace usage {

struct TableLook {
  char delimiter = ',';
  std::uint32_t header_line = 0;
  std::uint64_t lines_above = 0;
  std::vector<std::string> header;
};

// The table in the text's beginning: the delimiter and the header under which most records have as many cells as the
// header, the one with more columns where several do. RefusedError where there is none; `name` is for its message.
TableLook look_at_table(const std::string& name, std::string_view head, const InspectionOptions& known);

}  // namespace usage

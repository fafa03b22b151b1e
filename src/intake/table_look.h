// Where the table in an export begins, and what parts its columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "usage/csv/record_source.h"
#include "usage/intake/inspection.h"

namespace usage {

struct TableLook {
  char delimiter = ',';
  std::uint32_t header_line = 0;
  std::uint64_t lines_above = 0;
  std::vector<std::string> header;
};

// The delimiter and the header under which most of the first records have as many cells as the header, the one with
// more columns where several do. RefusedError where there is none. Goes past the header: the next record is a row.
TableLook look_at_table(RecordSource& source, const InspectionOptions& known);

}  // namespace usage

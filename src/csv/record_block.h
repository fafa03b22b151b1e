#pragma once

#include <optional>
#include <string_view>

#include "usage/csv/record_source.h"

namespace usage {

// A line that is no row.
bool is_blank_record(std::string_view record, char delimiter);

// Appends the record as one line, its line breaks marked.
void append_record(RecordBlock& block, std::string_view record, const RowPlace& place,
                   std::optional<std::size_t> stray_quote);

}  // namespace usage

// What a column's name tells about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "column_mapping.h"
#include "usage/base/column_name.h"
#include "usage/intake/own_columns.h"

namespace usage {

enum class Layout : std::uint8_t {
  kExport,
  kOwnResult,       // has a usage_row column beside the export's own columns: failed.csv, unknown.csv
  kReconciliation,  // has usage_row and the other columns of reconciliation.csv
};

// By names as they compare: a tool that changed how usage_row is written has made no export of the file.
Layout layout_of(const std::vector<std::string>& header);
// Whether the header is one of ours that lost its usage_row: columns that only our files have stand in it. A single one
// may be an export's own.
bool has_lost_usage_row(const std::vector<std::string>& header);

bool is_known_name(std::string_view name, Field field, Layout layout);

// A column that the program added to a result file; --column cannot name it.
bool is_usage_column(std::string_view name, Layout layout);

bool may_count_units(std::string_view name);  // Quantity
bool speaks_of_money(std::string_view name);  // amount, price, rate or total, also within a longer name

}  // namespace usage

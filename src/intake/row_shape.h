// Whether a row's cells stand in the columns that they belong to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cell_checks.h"
#include "column_mapping.h"
#include "usage/csv/csv_reader.h"

namespace usage {

class RowShape {
 public:
  void begin_file(const std::vector<std::string>& header, const MappedColumns& columns, char delimiter);

  // Nothing stands in the row but signs that part cells, whatever its shape.
  bool is_empty(const CsvRow& row) const;
  bool has_all_columns(const CsvRow& row) const { return row.columns == in_header_; }
  // Why it is not certain which cell belongs to which column.
  std::optional<CellTrouble> trouble(const CsvRow& row) const;
  // Whether a row of the header's width may have such trouble.
  bool has_room_for_more() const { return nameless_at_end_ > 0; }

 private:
  bool is_wider_than_names(const CsvRow& row) const;

  // Of the present file.
  std::size_t in_header_ = 0;
  std::size_t nameless_at_end_ = 0;  // columns behind the last name; the one behind the amount aside
  char delimiter_ = ',';
};

// The only installation SID among a row's cells: in a row of the wrong shape it may stand in another column.
std::optional<std::string> lone_installation(const std::vector<std::string_view>& raw_cells);

}  // namespace usage

// Whether a row's cells stand in the columns that they belong to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cell_checks.h"
#include "column_mapping.h"
#include "usage/csv/csv_reader.h"

namespace usage {

class RowShape {
 public:
  void begin_file(const std::vector<std::string>& header, const MappedColumns& columns, char delimiter,
                  std::uint64_t text_size);

  // Nothing stands in the row but signs that part cells, whatever its shape.
  bool is_empty(const CsvRow& row) const;
  bool has_all_columns(const CsvRow& row) const { return row.columns == in_header_; }
  // The text ends in the row, without the end of a line, as that of a file that was cut off does. One that ends in a
  // Ctrl-Z does not: DOS ended texts so.
  bool may_be_cut_off(const CsvRow& row) const;
  // Why it is not certain which cell belongs to which column.
  std::optional<CellTrouble> trouble(const CsvRow& row) const;
  // A filter that leaves out such short rows, and no charges: "--where BillingSid!=". Empty where there is none.
  std::string filter_against(const CsvRow& row) const;
  // Whether a row of the header's width may have such trouble.
  bool has_room_for_more() const { return nameless_at_end_ > 0; }

 private:
  bool is_wider_than_names(const CsvRow& row) const;

  // Of the present file.
  std::size_t in_header_ = 0;
  std::vector<std::pair<std::size_t, std::string>> filterable_;  // columns that each charge has filled, and their names
  std::uint64_t text_size_ = 0;
  std::size_t nameless_at_end_ = 0;  // columns behind the last name; the one behind the amount aside
  char delimiter_ = ',';
};

// The only installation SID among a row's cells: in a row of the wrong shape it may stand in another column.
std::optional<std::string> lone_installation(const std::vector<std::string_view>& raw_cells);

}  // namespace usage

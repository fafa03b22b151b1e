// Rows of cells, by fast-cpp-csv-parser, from the records of a RecordSource.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/csv/record_source.h"
#include "usage/csv/row_chunk.h"
#include "usage/model/usage_row.h"

namespace usage {

inline constexpr std::size_t kMaxReadColumns = 32;
inline constexpr std::string_view kDelimiters = ",;\t|";
inline constexpr std::array<std::string_view, kDelimiters.size()> kDelimiterNames = {"comma", "semicolon", "tab",
                                                                                     "pipe"};

// Views end with the call that hands the row out.
struct CsvRow {
  RowPlace place;
  std::size_t columns = 0;                 // in this row; where it is not the header's number, no cell is read
  std::optional<std::size_t> stray_quote;  // a column with quotes where none belong (CellForm::kStray)
  // What stands in the columns asked for, in the order asked; blanks outside quotes are gone, a line break is a
  // kLineBreakMark.
  std::array<std::string_view, kMaxReadColumns> cells;
  std::string_view record;  // the whole row, line breaks marked
  bool has_line_breaks = false;
};

using RowSink = std::function<void(const CsvRow&)>;

// Which of the header's columns are read, and how many it has.
struct ColumnChoice {
  std::vector<std::optional<std::size_t>> columns;  // at most kMaxReadColumns; nothing: that cell stays empty
  std::size_t in_header = 0;
};

// Reads all rows of the block, in order. The delimiter is one of kDelimiters. Every record becomes exactly one row:
// should parser and byte source ever differ in that, RefusedError is thrown.
void read_rows(const RecordBlock& block, const ColumnChoice& choice, char delimiter, const RowSink& sink);

// The cells of the columns that were cut out, beside RowForm::cut; as in a CsvRow.
using CutCells = std::array<std::string_view, kMaxCutColumns>;
using CutRowSink = std::function<void(const RowPlace& place, const CutCells& cells)>;

// Reads a chunk's plain rows, in order; likewise. Takes them apart where they lie: once.
void read_cut_rows(RowChunk& chunk, const RowForm& form, const CutRowSink& sink);

}  // namespace usage

// A record's cells as they stand in the file, quotes and all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace usage {

// Cuts at each delimiter outside quotes, as the csv room's reader does: a quote opens or closes anywhere in a cell, and a
// doubled one does both. Joined with the delimiter, the pieces are the record again.
std::vector<std::string_view> split_raw_cells(std::string_view record, char delimiter);

// Whether a header cell is one of the five columns that our own result files put first ("usage_row" ..). Compared as
// header names are: without case, quotes, spaces, '_' and '-'.
bool is_own_column(std::string_view raw_header_cell);

// The columns of a header that are the input's own, by position.
class InputColumns {
 public:
  InputColumns(std::string_view header, char delimiter);
  // The record without our own columns; cells beyond the header's are the input's. Valid until the next call.
  std::string_view keep(std::string_view record);

 private:
  char delimiter_;
  std::vector<std::size_t> own_;  // positions of our columns, ascending; mostly none
  std::string kept_;
};

}  // namespace usage

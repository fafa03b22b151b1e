#include "row_shape.h"

#include <algorithm>

#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"

namespace usage {
namespace {

constexpr char kDelimiterInTexts = ',';  // of the delimiters, the one that texts and numbers have, too

}  // namespace

void RowShape::begin_file(const std::vector<std::string>& header, const MappedColumns& columns, char delimiter,
                          std::uint64_t text_size) {
  in_header_ = header.size();
  text_size_ = text_size;
  filterable_.clear();
  const bool ours = columns.fields[Field::kUsageRow].has_value();
  for (const Field field : {Field::kInstallation, Field::kBillingSid, Field::kQuantity})
    if (const auto column = columns.fields[field]; column && !ours) filterable_.emplace_back(*column, header[*column]);
  delimiter_ = delimiter;
  const auto has_name = [](const std::string& cell) { return !trim_blanks(cell).empty(); };
  const auto at_end = std::find_if(header.rbegin(), header.rend(), has_name) - header.rbegin();
  nameless_at_end_ = delimiter == kDelimiterInTexts ? static_cast<std::size_t>(at_end) : 0;
}

bool RowShape::is_empty(const CsvRow& row) const {
  const auto is_filler = [this](char c) { return c == delimiter_ || c == ' ' || c == '\t' || c == '"'; };
  return std::ranges::all_of(row.record, is_filler);
}

bool RowShape::may_be_cut_off(const CsvRow& row) const {
  return row.place.offset + row.place.length >= text_size_ && row.record != "\x1A";
}

std::string RowShape::filter_against(const CsvRow& row) const {
  if (may_be_cut_off(row) || row.columns > 1) return "";
  const auto lacking =
      std::ranges::find_if(filterable_, [&](const auto& column) { return column.first >= row.columns; });
  return lacking == filterable_.end() ? "" : "--where " + shell_word(lacking->second) + "!=";
}

std::optional<CellTrouble> RowShape::trouble(const CsvRow& row) const {
  if (has_all_columns(row)) {
    if (!is_wider_than_names(row)) return std::nullopt;
    return CellTrouble{"columns-extra", "text stands behind the last column that has a name",
                       "quote the cell that holds a delimiter; where no cell has moved, give that column a name"};
  }
  const std::string counts =
      "the row has " + count_of(row.columns, "column", "columns") + ", the header " + std::to_string(in_header_);
  if (row.columns > in_header_)
    return CellTrouble{"columns-extra", counts, "quote the cell that holds a delimiter, or remove the extra cells"};
  if (may_be_cut_off(row))
    return CellTrouble{"columns-missing", counts + "; the file ends in it, and may be cut off",
                       "export it again where it is not whole; where the line is no charge, delete it"};
  return CellTrouble{"columns-missing", counts, "add the missing cells, or delete the line where it is no charge"};
}

// A header that ends in a delimiter has room for one cell more than it has names. A delimiter that nobody quoted, as in
// a text or an amount's thousands, moves what is behind it by one.
bool RowShape::is_wider_than_names(const CsvRow& row) const {
  if (nameless_at_end_ == 0 || row.record.ends_with(std::string(nameless_at_end_, delimiter_))) return false;
  const auto raw_cells = split_cells(row.record, delimiter_);
  const auto has_text = [](std::string_view raw) { return !cell_text(raw).empty(); };
  return std::any_of(raw_cells.end() - static_cast<std::ptrdiff_t>(nameless_at_end_), raw_cells.end(), has_text);
}

std::optional<std::string> lone_installation(const std::vector<std::string_view>& raw_cells) {
  std::optional<std::string> found;
  for (std::string_view raw : raw_cells) {
    std::string text = cell_text(raw);
    if (!is_installation_sid(text)) continue;
    if (found && sid_key(*found) != sid_key(text)) return std::nullopt;
    if (!found) found = std::move(text);
  }
  return found;
}

}  // namespace usage

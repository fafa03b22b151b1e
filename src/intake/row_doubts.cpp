#include "row_doubts.h"

#include <algorithm>

#include "usage/base/ascii.h"
#include "usage/base/column_name.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"

namespace usage {

void RowDoubts::begin_file(const std::string& name, const std::vector<std::string>& header,
                           const MappedColumns& columns, char delimiter) {
  file_name_ = name;
  header_ = header;
  columns_.assign(columns.fields.begin(), columns.fields.end());
  columns_.insert(columns_.end(), columns.filters.begin(), columns.filters.end());
  delimiter_ = delimiter;
  const auto quantity = columns.fields[Field::kQuantity];
  const bool is_nameless = quantity && *quantity + 1 < header.size() && trim_blanks(header[*quantity + 1]).empty();
  nameless_ = is_nameless ? std::optional(*quantity + 1) : std::nullopt;
}

void RowDoubts::refuse_other_header(const CsvRow& row) const {
  const auto is_name = [this](std::string_view cell) {
    return std::ranges::any_of(header_, [cell](const std::string& name) { return same_name(name, cell); });
  };
  std::size_t names = 0;
  bool is_same = true;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i]) continue;
    const std::string_view cell = trim_blanks(row.cells[i]);
    if (!cell.empty() && is_name(cell)) ++names;
    is_same = is_same && same_name(header_[*columns_[i]], cell);
  }
  if (is_same || names < 2) return;
  throw RefusedError("second-header",
                     place_of(row) +
                         ": a second header stands here, with its columns in another order or under other names: what "
                         "stands below it would be read by the first",
                     "give each export as a file of its own");
}

void RowDoubts::note_lines_in_cell(const CsvRow& row) {
  const std::size_t wanted = header_.size() - 1;
  if (!row.has_line_breaks || wanted < 2) return;
  bool in_quotes = false;
  bool is_inner_line = false;
  std::size_t delimiters = 0;  // of this line, between quotes
  std::size_t most = 0;
  for (const char c : row.record) {
    if (c == '"') in_quotes = !in_quotes;
    if (c == kLineBreakMark) is_inner_line = true;
    if (c == kLineBreakMark) delimiters = 0;
    if (c == delimiter_ && in_quotes && is_inner_line) most = std::max(most, ++delimiters);
  }
  if (most >= wanted && lines_in_cell_.rows++ == 0) lines_in_cell_.first = place_of(row);
}

std::optional<CellTrouble> RowDoubts::split_amount(const CsvRow& row, std::string_view amount) const {
  if (!nameless_ || amount.empty() || !std::ranges::all_of(amount, is_digit)) return std::nullopt;
  const std::string cell = cell_text(split_cells(row.record, delimiter_)[*nameless_]);
  const std::string_view behind = trim_blanks(cell);
  if (behind.empty() || !is_digit(behind.front())) return std::nullopt;
  return CellTrouble{
      "quantity-split",
      "behind it stands " + clean_text(cell, 40) + ", in a column without a name: its sign may have parted the amount",
      "quote the amount where both are one; else give that column a name"};
}

void RowDoubts::note_difference(const CsvRow& row, const RoleTexts::Difference& difference) {
  constexpr std::size_t kMaxShown = 100;
  if (differences_.rows++ > 0) return;
  differences_.first = place_of(row) + " says " + clean_text(difference.said, kMaxShown) + ", and what is given " +
                       clean_text(difference.given, kMaxShown);
}

std::vector<Warning> RowDoubts::warnings() const {
  std::vector<Warning> found;
  if (lines_in_cell_.rows > 0)
    found.push_back({"lines-in-cell", "a quoted cell holds a line with as many delimiters as a row has in " +
                                          count_of(lines_in_cell_.rows, "row", "rows") + ", the first " +
                                          lines_in_cell_.first +
                                          ": where a quote stands there by mistake, the rows up to the next one are a "
                                          "part of that cell, and not billed"});
  if (differences_.rows > 0)
    found.push_back(
        {"lookup-differs",
         "a result file of ours says SIDs or currencies itself, and --lookup or --constant says others in " +
             count_of(differences_.rows, "row", "rows") + ": " + differences_.first +
             "; what the file says is taken; to have what is given, upload the export anew, or correct "
             "these cells"});
  return found;
}

}  // namespace usage

#include "row_doubts.h"

#include <algorithm>
#include <set>

#include "usage/base/ascii.h"
#include "usage/base/column_name.h"
#include "usage/base/csv_writer.h"
#include "usage/base/error.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"
#include "usage/intake/own_columns.h"
#include "usage/model/status.h"

namespace usage {
namespace {

constexpr std::size_t kMaxShownCell = 40;

// Where files were put one behind the other, the later one's byte order mark stands in its header.
std::string without_mark(std::string_view cell) {
  const std::string_view text = trim_blanks(cell);
  return text.starts_with(kUtf8Bom) ? cell_text(text.substr(kUtf8Bom.size())) : std::string(text);
}

bool is_sid(std::string_view text) {
  return is_installation_sid(text) || is_usual_billing_sid(text);
}

// Whether more of an amount may stand behind it: there is no decimal sign in it yet, but perhaps a point between
// groups.
bool may_go_on(std::string_view amount) {
  const std::size_t point = amount.rfind('.');
  const bool is_plain = std::ranges::all_of(amount, [](char c) { return is_digit(c) || c == '.'; });
  return !amount.empty() && is_plain && (point == std::string_view::npos || amount.size() - point == 4);
}

// Whether cells of a record of several lines may be rows. An address has line breaks and delimiters, too; but no SID
// that stands between them as a cell, no line with as many between quotes as a row has, and, where rows may have no
// SID, seldom just so many in every line, quotes aside.
bool has_swallowed_rows(std::string_view record, char delimiter, std::size_t wanted, bool rows_have_sids) {
  bool in_quotes = false;
  bool is_first_line = true;
  bool all_as_wide = !rows_have_sids;
  std::size_t delimiters = 0;  // of this line
  std::size_t quoted = 0;      // of these, between quotes
  std::size_t begin = 0;       // of the text between two signs
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (c != '"' && c != kLineBreakMark && c != delimiter) continue;
    const bool is_cell = c == delimiter || (begin > 0 && record[begin - 1] == delimiter);
    if (in_quotes && is_cell && is_sid(trim_blanks(record.substr(begin, i - begin)))) return true;
    begin = i + 1;
    if (c == '"') in_quotes = !in_quotes;
    if (c == delimiter) ++delimiters;
    if (c == delimiter && in_quotes && ++quoted == wanted && !is_first_line) return true;
    if (c != kLineBreakMark) continue;
    all_as_wide = all_as_wide && delimiters == wanted;
    is_first_line = false;
    delimiters = quoted = 0;
  }
  return all_as_wide && delimiters == wanted;
}

}  // namespace

void RowDoubts::begin_file(const std::string& name, const std::vector<std::string>& header,
                           const MappedColumns& columns, char delimiter) {
  file_name_ = name;
  header_ = header;
  columns_.assign(columns.fields.begin(), columns.fields.end());
  columns_.insert(columns_.end(), columns.filters.begin(), columns.filters.end());
  delimiter_ = delimiter;
  behind_amount_ = columns.fields[Field::kQuantity].value_or(header.size()) + 1;
  nameless_behind_amount_ = behind_amount_ < header.size() && trim_blanks(header[behind_amount_]).empty();
}

void RowDoubts::refuse_other_header(const CsvRow& row) const {
  if (is_row_of_ours(row)) return;
  std::set<std::string> names;  // of this file's columns, in whatever place
  bool is_same = true;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i]) continue;
    const std::string& name = header_[*columns_[i]];
    const std::string cell = without_mark(row.cells[i]);
    if (is_own_column(name) && !is_own_column(cell)) continue;  // what we wrote beside an export's header
    if (is_name_in_header(cell)) names.insert(plain_name(cell));
    is_same = is_same && same_name(name, cell);
  }
  if (is_same || names.size() < 2) return;
  throw RefusedError("second-header",
                     place_of(row) +
                         ": a second header stands here, with its columns in another order or under other names: what "
                         "stands below it would be read by the first",
                     "give each export as a file of its own");
}

// A reconciliation has a status in every row, and the cells of whatever header stood in the input.
bool RowDoubts::is_row_of_ours(const CsvRow& row) const {
  constexpr std::size_t kStatus = index_of(Field::kOwnStatus);
  return columns_[kStatus] && row_status_of(trim_blanks(row.cells[kStatus]));
}

bool RowDoubts::is_name_in_header(std::string_view cell) const {
  const auto is_same_as = [cell](const std::string& name) { return same_name(name, cell); };
  return !plain_name(cell).empty() && std::ranges::any_of(header_, is_same_as);
}

void RowDoubts::note_lines_in_cell(const CsvRow& row) {
  const std::size_t wanted = header_.size() - 1;
  if (!row.has_line_breaks || wanted < 2) return;
  const bool rows_have_sids = columns_[index_of(Field::kInstallation)].has_value();
  if (has_swallowed_rows(row.record, delimiter_, wanted, rows_have_sids) && lines_in_cell_.rows++ == 0)
    lines_in_cell_.first = place_of(row);
}

std::optional<CellTrouble> RowDoubts::split_amount(const CsvRow& row, std::string_view amount) const {
  if (!nameless_behind_amount_ || !may_go_on(amount)) return std::nullopt;
  const std::string behind = cell_text(split_cells(row.record, delimiter_)[behind_amount_]);
  if (behind.empty() || !is_digit(behind.front())) return std::nullopt;
  return CellTrouble{"quantity-split",
                     "behind it stands " + clean_text(behind, kMaxShownCell) +
                         ", in a column without a name: its sign may have parted the amount",
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
    found.push_back({"lines-in-cell", "a quoted cell holds lines that look like rows in " +
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

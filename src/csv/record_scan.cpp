#include "record_scan.h"

#include <algorithm>

#include "usage/csv/cells.h"

namespace usage {
namespace {

RecordScan fault_at(RecordState state, std::size_t at) {
  RecordScan scan;
  scan.state = state;
  scan.fault = at;
  return scan;
}

// `at` is a CR, an LF or the end of the text.
RecordScan end_record(std::string_view text, std::size_t at, TextEnd end) {
  RecordScan scan;
  scan.length = at;
  const bool returns = at < text.size() && text[at] == '\r';
  const std::size_t feed = returns ? at + 1 : at;
  if (feed >= text.size() && end == TextEnd::kMoreMayCome) return fault_at(RecordState::kNeedsMore, 0);
  if (feed < text.size() && text[feed] != '\n') return fault_at(RecordState::kLoneReturn, at);
  scan.advance = std::min(feed + 1, text.size());
  return scan;
}

// Most lines have no quote: two searches by memchr find their end. Nothing where it takes more than that.
std::optional<RecordScan> scan_plain_line(std::string_view text, TextEnd end) {
  const std::size_t feed = text.find('\n');
  if (feed == std::string_view::npos && end == TextEnd::kMoreMayCome) {
    if (text.find('"') == std::string_view::npos) return fault_at(RecordState::kNeedsMore, 0);
    return std::nullopt;
  }
  const std::string_view line = text.substr(0, feed);
  if (line.find('"') != std::string_view::npos) return std::nullopt;
  return end_record(text, std::min(line.find('\r'), line.size()), end);
}

// The state that a cell's form makes of the whole record, where it does.
std::optional<RecordState> damage_of(CellForm form) {
  if (form == CellForm::kUnclosed) return RecordState::kUnclosedQuote;
  if (form == CellForm::kDoubtful) return RecordState::kDoubtfulQuote;
  return std::nullopt;
}

RecordScan scan_cells(std::string_view text, TextEnd end, char delimiter) {
  std::optional<std::size_t> stray;
  std::size_t begin = 0;
  for (std::size_t column = 0;; ++column) {
    const CellScan cell = scan_cell(text, begin, delimiter);
    const auto damage = damage_of(cell.form);
    // Before the end is seen an open quote is no damage yet; `fault` tells where it opened, should it get too long.
    if (cell.end == text.size() && end == TextEnd::kMoreMayCome) return fault_at(RecordState::kNeedsMore, begin);
    if (damage) return fault_at(*damage, begin);
    if (cell.form == CellForm::kStray && !stray) stray = column;
    if (cell.end == text.size() || text[cell.end] != delimiter) {
      RecordScan scan = end_record(text, cell.end, end);
      scan.stray_quote = stray;
      return scan;
    }
    begin = cell.end + 1;
  }
}

}  // namespace

RecordScan scan_record(std::string_view text, TextEnd end, char delimiter) {
  if (const auto plain = scan_plain_line(text, end)) return *plain;
  return scan_cells(text, end, delimiter);
}

}  // namespace usage

#include "usage/csv/cells.h"

#include <algorithm>

#include "usage/base/text.h"

namespace usage {
namespace {

constexpr char kQuote = '"';

std::size_t plain_end(std::string_view text, std::size_t from, char delimiter) {
  const auto ends = [delimiter](char c) { return c == delimiter || c == '\n' || c == '\r'; };
  return static_cast<std::size_t>(std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), ends) -
                                  text.begin());
}

// The index of the closing quote; npos where there is none.
std::size_t closing_quote(std::string_view text, std::size_t opening) {
  for (std::size_t at = opening + 1;; at += 2) {
    at = text.find(kQuote, at);
    if (at == std::string_view::npos || at + 1 == text.size() || text[at + 1] != kQuote) return at;
  }
}

// An odd number of quotes: whoever takes them for quotes reads on behind the cell's end.
CellForm stray_form(std::string_view quotes) {
  return std::count(quotes.begin(), quotes.end(), kQuote) % 2 == 0 ? CellForm::kStray : CellForm::kDoubtful;
}

CellScan scan_quoted(std::string_view text, std::size_t begin, char delimiter) {
  const std::size_t close = closing_quote(text, begin);
  if (close == std::string_view::npos) return {text.size(), CellForm::kUnclosed};
  const std::size_t end = plain_end(text, close + 1, delimiter);
  const std::string_view behind = text.substr(close + 1, end - close - 1);
  return {end, trim_blanks(behind).empty() ? CellForm::kQuoted : stray_form(behind)};
}

}  // namespace

CellScan scan_cell(std::string_view text, std::size_t begin, char delimiter) {
  if (begin < text.size() && text[begin] == kQuote) return scan_quoted(text, begin, delimiter);
  const std::size_t end = plain_end(text, begin, delimiter);
  const std::string_view cell = text.substr(begin, end - begin);
  return {end, trim_blanks(cell).starts_with(kQuote) ? stray_form(cell) : CellForm::kPlain};
}

std::vector<std::string_view> split_cells(std::string_view record, char delimiter) {
  std::vector<std::string_view> cells;
  for (std::size_t begin = 0;;) {
    const std::size_t end = scan_cell(record, begin, delimiter).end;
    cells.push_back(record.substr(begin, end - begin));
    if (end >= record.size()) return cells;
    begin = end + 1;
  }
}

std::string cell_text(std::string_view raw) {
  const std::string_view trimmed = trim_blanks(raw);
  const bool quoted = trimmed.size() >= 2 && trimmed.front() == kQuote && trimmed.back() == kQuote;
  if (!quoted) return std::string(trimmed);
  std::string text;
  const std::string_view inner = trimmed.substr(1, trimmed.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    text += inner[i];
    if (inner[i] == kQuote && i + 1 < inner.size() && inner[i + 1] == kQuote) ++i;
  }
  return std::string(trim_blanks(text));
}

}  // namespace usage

#include "usage/base/csv_writer.h"

namespace usage {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Without leaving early: short cells are looked at many bytes at once.
bool has_special(std::string_view text, char delimiter) {
  bool found = false;
  for (const char c : text) found |= c == '"' || c == '\r' || c == '\n' || c == delimiter;
  return found;
}

bool needs_quotes(std::string_view text, char delimiter) {
  if (text.empty()) return false;
  return is_blank(text.front()) || is_blank(text.back()) || has_special(text, delimiter);
}

}  // namespace

void CsvWriter::separate() {
  if (!at_row_start_) row_ += delimiter_;
  at_row_start_ = false;
}

CsvWriter& CsvWriter::cell(std::string_view text) {
  if (!needs_quotes(text, delimiter_)) return verbatim(text);
  separate();
  row_ += '"';
  for (char c : text) {
    if (c == '"') row_ += '"';
    row_ += c;
  }
  row_ += '"';
  return *this;
}

CsvWriter& CsvWriter::verbatim(std::string_view cells) {
  separate();
  row_ += cells;
  return *this;
}

void CsvWriter::end_row() {
  row_ += '\n';
  file_.write(row_);
  row_.clear();
  at_row_start_ = true;
}

}  // namespace usage

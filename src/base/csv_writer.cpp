#include "usage/base/csv_writer.h"

namespace usage {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool needs_quotes(std::string_view text, char delimiter) {
  if (text.empty()) return false;
  if (is_blank(text.front()) || is_blank(text.back())) return true;
  return text.find_first_of("\"\r\n") != std::string_view::npos || text.find(delimiter) != std::string_view::npos;
}

}  // namespace

void CsvWriter::separate() {
  if (!at_row_start_) file_.write(std::string_view(&delimiter_, 1));
  at_row_start_ = false;
}

CsvWriter& CsvWriter::cell(std::string_view text) {
  if (!needs_quotes(text, delimiter_)) return verbatim(text);
  quoted_.assign(1, '"');
  for (char c : text) {
    if (c == '"') quoted_ += '"';
    quoted_ += c;
  }
  quoted_ += '"';
  return verbatim(quoted_);
}

CsvWriter& CsvWriter::verbatim(std::string_view cells) {
  separate();
  file_.write(cells);
  return *this;
}

void CsvWriter::end_row() {
  file_.write("\n");
  at_row_start_ = true;
}

}  // namespace usage

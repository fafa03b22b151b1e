#include "usage/csv/cells.h"

#include <doctest/doctest.h>

using namespace usage;

namespace {

CellForm form_of(std::string_view cell) {
  return scan_cell(cell, 0, ',').form;
}

std::size_t end_of(std::string_view text, char delimiter = ',') {
  return scan_cell(text, 0, delimiter).end;
}

}  // namespace

TEST_CASE("a cell ends at the delimiter, at a line's end, or with the text") {
  CHECK(end_of("ab,c") == 2);
  CHECK(end_of("ab\nc") == 2);
  CHECK(end_of("ab\r\nc") == 2);
  CHECK(end_of("abc") == 3);
  CHECK(end_of("ab,c;d", ';') == 4);
  CHECK(end_of("") == 0);
  CHECK(scan_cell("x,,y", 2, ',').end == 2);
}

TEST_CASE("a quoted cell runs over delimiters, line breaks and doubled quotes to its closing quote") {
  CHECK(end_of("\"a,b\",c") == 5);
  CHECK(end_of("\"a\nb\",c") == 5);
  CHECK(end_of("\"a\"\"b\",c") == 6);
  CHECK(end_of("\"\",c") == 2);
  CHECK(end_of("\"\"\"\",c") == 4);
  CHECK(form_of("\"a,b\",c") == CellForm::kQuoted);
  CHECK(form_of("\"a\"  ,c") == CellForm::kQuoted);
}

TEST_CASE("a quote in the middle of an unquoted cell is text") {
  CHECK(form_of("5\" pipe, x") == CellForm::kPlain);
  CHECK(end_of("5\" pipe, \"x") == 7);
}

TEST_CASE("quotes where none belong are stray when every reading ends the cell at the same place") {
  CHECK(form_of("\"abc\"junk,d") == CellForm::kStray);
  CHECK(form_of(" \"abc\",d") == CellForm::kStray);
  CHECK(form_of("\"\"abc\"\",d") == CellForm::kStray);
  CHECK(end_of("\"abc\"junk,d") == 9);
}

TEST_CASE("quotes where none belong are doubtful when readings end the cell at different places") {
  CHECK(form_of(" \"a,b\",c") == CellForm::kDoubtful);
  CHECK(form_of("\"5\" pipe\",c") == CellForm::kDoubtful);
  CHECK(form_of("\"a\"b\"x,y\"") == CellForm::kDoubtful);
  CHECK(form_of(" \"a\nb\",c") == CellForm::kDoubtful);
}

TEST_CASE("a quote that the text does not close leaves the cell unclosed") {
  CHECK(form_of("\"abc,d\n") == CellForm::kUnclosed);
  CHECK(form_of("\"") == CellForm::kUnclosed);
  CHECK(form_of("\"\"\"") == CellForm::kUnclosed);
}

TEST_CASE("a record splits into its cells verbatim") {
  using Cells = std::vector<std::string_view>;
  CHECK(split_cells("a, \"b\",\"c,\"\"\nd\",", ',') == Cells{"a", " \"b\"", "\"c,\"\"\nd\"", ""});
  CHECK(split_cells("", ',') == Cells{""});
  CHECK(split_cells("a,b;c", ';') == Cells{"a,b", "c"});
}

TEST_CASE("a cell's text is without its blanks, quotes and doubled quotes") {
  CHECK(cell_text(" ab\t") == "ab");
  CHECK(cell_text("\" a\"\"b \" ") == "a\"b");
  CHECK(cell_text("\"\"") == "");
  CHECK(cell_text("\"") == "\"");
  CHECK(cell_text("5\"") == "5\"");
}

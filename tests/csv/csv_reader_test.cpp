#include "usage/csv/csv_reader.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "read_text.h"

using namespace usage;
using namespace usage::test;

using Cells = std::vector<std::vector<std::string>>;

namespace {

// The chosen columns of all rows.
Cells chosen(std::string_view text, const ColumnChoice& choice) {
  RecordSource source("t.csv", bytes_of(text));
  source.skip_past(*source.peek_header(','));
  RecordBlock block;
  Cells cells;
  while (source.next_block(',', block)) {
    read_rows(block, choice, ',', [&](const CsvRow& row) {
      const auto end = row.cells.begin() + static_cast<std::ptrdiff_t>(choice.columns.size());
      cells.emplace_back(row.cells.begin(), end);
    });
  }
  return cells;
}

}  // namespace

TEST_CASE("columns come in the order asked for, and one that is not there is empty in every row") {
  const std::string text = "a,b,c\n1,2,3\n4,5,6\n";
  CHECK(chosen(text, {{2, std::nullopt, 0}, 3}) == Cells{{"3", "", "1"}, {"6", "", "4"}});
}

TEST_CASE("a row with too few or too many columns tells their number, gives no cell, and the rows behind it are read") {
  const ReadText read = read_text("a,b,c\n1,2,3\n4,5\n6,7,8,9\n\"1,0\",11,12\n");
  REQUIRE(read.rows.size() == 4);
  CHECK(read.rows[1].columns == 2);
  CHECK(read.rows[1].cells == std::vector<std::string>{"", "", ""});
  CHECK(read.rows[2].columns == 4);
  CHECK(read.rows[2].cells == std::vector<std::string>{"", "", ""});
  CHECK(read.rows[3].columns == 3);
  CHECK(read.rows[3].cells == std::vector<std::string>{"1,0", "11", "12"});
}

TEST_CASE("numbers stay texts") {
  CHECK(cells_of(read_text("a,b,c\n0.1000,1e3,\n")) == Cells{{"0.1000", "1e3", ""}});
}

TEST_CASE("blanks around a cell go, blanks between quotes stay") {
  CHECK(cells_of(read_text("a,b\n 1\t,\" 2 \"\n")) == Cells{{"1", " 2 "}});
}

TEST_CASE("each delimiter is read as itself, the others as text") {
  CHECK(cells_of(read_text("a,b\n1;|\t2,3\n", ',')) == Cells{{"1;|\t2", "3"}});
  CHECK(cells_of(read_text("a;b\n1,|\t2;3\n", ';')) == Cells{{"1,|\t2", "3"}});
  CHECK(cells_of(read_text("a\tb\n1,|;2\t3\n", '\t')) == Cells{{"1,|;2", "3"}});
  CHECK(cells_of(read_text("a|b\n1,;\t2|3\n", '|')) == Cells{{"1,;\t2", "3"}});
}

TEST_CASE("records that the parser would read as other than one row each are refused") {
  const RowPlace place{0, 3, 2};
  const auto none = [](const CsvRow&) {};
  CHECK_THROWS_AS(read_rows({"1,2\n3,4\n", {place}, {}}, {{0}, 2}, ',', none), RefusedError);
  CHECK_THROWS_AS(read_rows({"1,2\n", {place, place}, {}}, {{0}, 2}, ',', none), RefusedError);
  CHECK_THROWS_AS(read_rows({"\"1,2\n", {place}, {}}, {{0}, 2}, ',', none), RefusedError);
}

TEST_CASE("a header of 100,000 columns is read, a wider one is refused") {
  std::string header(99'999, ',');
  CHECK(read_text(header + "\n" + header + "\n").rows.at(0).columns == 100'000);
  CHECK(refusal_of("," + header + "\n").name == "input-columns");
}

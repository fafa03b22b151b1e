// Plain rows through the fast lane: each cell that is cut out is the one that the parser reads.
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/seed.h"
#include "usage/base/error.h"
#include "usage/csv/csv_reader.h"
#include "usage/csv/row_chunk.h"

using namespace usage;

namespace {

using Cells = std::vector<std::string>;

RowChunk chunk_of(const std::string& text, const RowForm& form) {
  const ReadAt read = [&text](std::uint64_t offset, std::span<char> into) {
    return text.copy(into.data(), into.size(), static_cast<std::size_t>(offset));
  };
  RowChunk chunk;
  chunk.load(read, 0, text.size(), text.size());
  chunk.find_rows(0, read, form);
  return chunk;
}

std::vector<Cells> cut_cells(RowChunk& chunk, const RowForm& form) {
  std::vector<Cells> rows;
  read_cut_rows(chunk, form, [&](const RowPlace& place, const CutCells& cells) {
    CHECK(place == chunk.cut_places().at(rows.size()));
    rows.emplace_back(cells.begin(), cells.end());
  });
  return rows;
}

// The same rows by the parser, as if none were plain.
std::vector<Cells> parsed_cells(const RowChunk& chunk, const RowForm& form) {
  std::vector<WholeRow> whole;
  for (const RowPlace& place : chunk.cut_places()) whole.push_back({place, {}});
  std::vector<Cells> rows;
  const ColumnChoice choice{{form.cut.begin(), form.cut.end()}, form.in_header};
  read_rows(chunk.block_of(whole, 0), choice, form.delimiter,
            [&](const CsvRow& row) { rows.emplace_back(row.cells.begin(), row.cells.begin() + kMaxCutColumns); });
  return rows;
}

// Every third row is not plain.
std::string row_of(std::mt19937_64& random, const RowForm& form, std::size_t row) {
  const std::string d(1, form.delimiter);
  const std::string blank = form.delimiter == '\t' ? " " : "\t";
  const std::vector<std::string> cells = {"",
                                          "a",
                                          " ",
                                          "b" + blank,
                                          blank + "c d ",
                                          "\"\"",
                                          "\"e\"",
                                          "\" f\t\"",
                                          "\"g" + d + "h\"",
                                          "\xC3\xBC",
                                          "\"" + d + "\"",
                                          "\" \"",
                                          "0123456789abcdefghij"};
  std::string text;
  for (std::size_t i = 0; i < form.in_header; ++i) text += (i == 0 ? "" : d) + cells[random() % cells.size()];
  if (row % 3 == 2) text += d + "extra";
  return text + (random() % 4 == 0 ? "\r\n" : "\n");
}

}  // namespace

TEST_CASE("the cells cut out of plain rows are those of the parser, whatever the delimiter and the columns") {
  const auto seed = test::test_seed("cut rows");
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::vector<std::vector<std::size_t>> cuts = {{0}, {3}, {2, 0}, {1, 3, 0}, {3, 2, 1, 0}, {4, 0, 3, 1, 2}};
  for (const char delimiter : kDelimiters) {
    for (const auto& cut : cuts) {
      const RowForm form{delimiter, 5, cut};
      std::string text;
      for (std::size_t row = 0; row < 90; ++row) text += row_of(random, form, row);
      RowChunk chunk = chunk_of(text, form);
      REQUIRE(chunk.state() == RowChunk::State::kRead);
      REQUIRE(chunk.cut_places().size() == 60);
      const std::vector<Cells> expected = parsed_cells(chunk, form);
      CAPTURE(text);
      CHECK(cut_cells(chunk, form) == expected);
    }
  }
}

TEST_CASE("blanks outside quotes are gone from a cell that is cut out, those between them are not") {
  const RowForm form{',', 3, {2, 0}};
  RowChunk chunk = chunk_of(" a\t,x,\" b \"\n\"\",y,\"c,d\"\n", form);
  const std::vector<Cells> cells = cut_cells(chunk, form);
  REQUIRE(cells.size() == 2);
  CHECK(cells[0] == Cells{" b ", "a", "", "", ""});
  CHECK(cells[1] == Cells{"c,d", "", "", "", ""});
}

TEST_CASE("rows that were cut for other columns are refused, and never read as if they had these") {
  const RowForm form{',', 4, {0, 1, 2}};
  const std::string text = "a,b,c,d\ne,f,g,h\n";
  for (const std::vector<std::size_t>& other : {std::vector<std::size_t>{0, 1}, std::vector<std::size_t>{0, 1, 2, 3}}) {
    RowChunk chunk = chunk_of(text, form);
    CHECK_THROWS_WITH_AS(cut_cells(chunk, {',', 4, other}), doctest::Contains("disagree"), RefusedError);
  }
}

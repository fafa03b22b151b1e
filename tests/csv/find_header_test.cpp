#include <doctest/doctest.h>

#include "read_text.h"
#include "usage/csv/dialect.h"

using namespace usage;
using namespace usage::test;

namespace {

// Fits where both `sid` and `amount` are there; a line that has `ours`, too, must be the first; with `price` it is
// ambiguous. `XE` stands in charges only.
HeaderMatch match(const std::vector<std::string>& cells) {
  const auto has = [&cells](const char* name) { return std::find(cells.begin(), cells.end(), name) != cells.end(); };
  const std::size_t found = (has("sid") ? 1U : 0U) + (has("amount") ? 1U : 0U);
  if (found < 2) return {HeaderMatch::Kind::kPartly, found, has("XE")};
  if (has("price")) return {HeaderMatch::Kind::kAmbiguous, found};
  return {has("ours") ? HeaderMatch::Kind::kFitsFirstOnly : HeaderMatch::Kind::kFits, found};
}

struct Found {
  Dialect dialect;
  std::vector<std::uint32_t> row_lines;
};

Found found(std::string_view text, std::optional<std::uint32_t> line = std::nullopt,
            std::optional<char> delimiter = std::nullopt, BufferSizes sizes = {3, 8}) {
  RecordSource source("t.csv", bytes_of(text), sizes);
  Found result{find_header(source, {delimiter, line, match}), {}};
  RecordBlock block;
  while (source.next_block(result.dialect.delimiter, block))
    for (const RowPlace& place : block.places) result.row_lines.push_back(place.line);
  return result;
}

std::string refusal(std::string_view text, std::optional<std::uint32_t> line = std::nullopt) {
  try {
    return "header at " + std::to_string(found(text, line).dialect.header.line);
  } catch (const Error& error) {
    return error.name();
  }
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("the header is the first line that holds the needed names, whatever stands above it") {
  const Found plain = found("sid,amount\n1,2\n3,4\n");
  CHECK(plain.dialect.header.line == 1);
  CHECK(plain.row_lines == std::vector<std::uint32_t>{2, 3});

  const Found below = found("Sales, by customer\n\n\"Period: May,\nJune\"\nsid;amount\n1;2\n\n3;4\n");
  CHECK(below.dialect.header.line == 5);
  CHECK(below.dialect.delimiter == ';');
  CHECK(below.dialect.header.bytes == "sid;amount");
  CHECK(below.row_lines == std::vector<std::uint32_t>{6, 8});

  CHECK(found("sid,amount\nsid,amount\n").row_lines == std::vector<std::uint32_t>{2});  // the second one is a row
}

TEST_CASE("charges above the header refuse the file, as a spreadsheet may have sorted the header in among them") {
  CHECK(refusal("title\nXE,5\nsid,amount\nXE,7\n") == "charges-above-header");
  CHECK(refusal("title\nXE,5\nsid,amount\nXE,7\n", 3) == "header at 3");
  CHECK(refusal("title\nsid,amount\nXE,7\n") == "header at 2");
  CHECK(refusal("XE,5\nsid;amount\nXE;7\n") == "header at 2");  // by its delimiter that is one cell
}

TEST_CASE("a header that somebody must explain is not passed over for a later one") {
  CHECK(refusal("title\nsid,amount,price\n1,2,3\nsid,amount\n4,5\n") == "header at 2");
  CHECK(refusal("title\nsid,amount\n4,5\nsid,amount,price\n1,2,3\n") == "header at 2");
  CHECK(refusal("sid,amount,price\n1,2,3\nsid,amount\n4,5\n", 3) == "header at 3");
}

TEST_CASE("a text between quotes above the header is no header, though it looks like one") {
  CHECK(found("\"title\nsid,amount\n\",x\nsid,amount\n1,2\n").dialect.header.line == 4);
}

TEST_CASE("lines above the header may hold what would damage a file below it") {
  CHECK(found("5\" pipe, and more\nsid,amount\n1,2\n").dialect.header.line == 2);
  CHECK(found("a \"b\" c,d\nsid;amount\n1;2\n").dialect.header.line == 2);
}

TEST_CASE("the line given is the header, whatever stands above it") {
  const Found given = found("sid,amount\n\"never closed\nsid;amount\n1;2\n", 3);
  CHECK(given.dialect.header.line == 3);
  CHECK(given.dialect.delimiter == ';');
  CHECK(given.row_lines == std::vector<std::uint32_t>{4});
  CHECK(found("sid,amount\n1,2\n", 1).row_lines == std::vector<std::uint32_t>{2});
}

TEST_CASE("a line given that is blank or not there is refused") {
  CHECK(refusal("sid,amount\n\n1,2\n", 2) == "header-line");
  CHECK(refusal("sid,amount\n1,2\n", 3) == "header-line");
  CHECK(refusal("sid,amount\n1,2", 9) == "header-line");
}

TEST_CASE("a file of ours has its header first, whatever line is given, and only there") {
  CHECK(refusal("sid,amount,ours\n1,2,3\nsid,amount,ours\n", 3) == "header at 1");
  CHECK(refusal("title,of,it\nsid,amount,ours\n1,2,3\n", 1) == "header at 1");
  CHECK(refusal("title;x\nsid,amount,ours\n") != "header at 2");
}

TEST_CASE("where no line fits, it is the line that has most of the names") {
  CHECK(refusal("title, x\nmade;by\nsid,total\n1,2\n") == "header at 3");
  CHECK(refusal("sid,total\n1,2\n") == "header at 1");
  CHECK(refusal("a,b\n1,2\n") == "header at 1");
}

TEST_CASE("a header that two delimiters part in ways that both fit is refused") {
  CHECK(refusal("title\nsid,amount,x;sid;amount;y,amount,sid\n") == "input-delimiter");
  CHECK(refusal("title\nsid,amount;x\n") == "header at 2");
}

TEST_CASE("a hundred records are looked at, and not one more") {
  CHECK(refusal(repeated("a,b\n", 99) + "sid,amount\n1,2\n") == "header at 100");
  CHECK(refusal(repeated("a,b\n", 100) + "sid,amount\n1,2\n") == "header at 1");
}

TEST_CASE("the header found does not depend on how the bytes come") {
  const std::string text = "Report\r\n\r\n\"a\r\nb\",c\r\nsid,amount\r\n1,2\r\n\"3\r\n\",4";
  for (std::size_t read = 3; read < 40; ++read) {
    CAPTURE(read);
    const Found result = found(text, std::nullopt, std::nullopt, {read, 1});
    CHECK(result.dialect.header.line == 5);
    CHECK(result.row_lines == std::vector<std::uint32_t>{6, 7});
  }
}

#include "usage/csv/dialect.h"

#include <doctest/doctest.h>

#include "read_text.h"

using namespace usage;
using namespace usage::test;

namespace {

Dialect found(std::string_view text, std::optional<char> given = std::nullopt, const std::string& needed = "sid") {
  RecordSource source("t.csv", bytes_of(text));
  return read_header(source, given, [&](const std::vector<std::string>& cells) {
    return std::find(cells.begin(), cells.end(), needed) != cells.end();
  });
}

std::string refusal(std::string_view text, std::optional<char> given = std::nullopt) {
  try {
    found(text, given);
    return "";
  } catch (const Error& error) {
    return error.name();
  }
}

}  // namespace

TEST_CASE("the delimiter is the one that parts the header") {
  CHECK(found("a,b\n1;2,3\n").delimiter == ',');
  CHECK(found("a;b\n1,2;3\n").delimiter == ';');
  CHECK(found("a\tb\n1\t2\n").delimiter == '\t');
  CHECK(found("a|b\n1|2\n").delimiter == '|');
}

TEST_CASE("a delimiter between quotes parts nothing") {
  CHECK(found("\"a,b\";\"c,d\"\n").delimiter == ';');
  CHECK(found("\"a;b\",c\n").header.cells == std::vector<std::string>{"a;b", "c"});
}

TEST_CASE("where several delimiters part the header, it is the one whose columns fit") {
  CHECK(found("amount, net;sid;memo\n").delimiter == ';');
  CHECK(found("amount; net,sid,memo\n").delimiter == ',');
  CHECK(refusal("amount, net;id;memo\n") == "input-delimiter");
  CHECK(refusal("sid,x;y,sid;sid\n") == "input-delimiter");
}

TEST_CASE("a delimiter that is given decides") {
  CHECK(found("a,b;c\n", ';').header.cells == std::vector<std::string>{"a,b", "c"});
}

TEST_CASE("a header whose first line break stands between quotes is read whole") {
  const Dialect dialect = found("sid;\"amount\n(net)\";memo\n1;2;3\n");
  CHECK(dialect.delimiter == ';');
  CHECK(dialect.header.cells == std::vector<std::string>{"sid", "amount\n(net)", "memo"});
  CHECK(dialect.header.bytes == "sid;\"amount\n(net)\";memo");
}

TEST_CASE("a file without a header is refused as empty") {
  CHECK(refusal("") == "input-empty");
  CHECK(refusal("\n\r\n  \n") == "input-empty");
  CHECK(refusal("   ") == "input-empty");
  CHECK(refusal("\xEF\xBB\xBF") == "input-empty");
}

TEST_CASE("stray quotes in the header refuse the file") {
  CHECK(refusal("a, \"b\",c\n") == "input-quote");
  CHECK(refusal("\"a\"x;b\n", ';') == "input-quote");
}

TEST_CASE("a damaged header is refused with its own cause") {
  CHECK(refusal("\"a,b\n") == "input-quote");
  CHECK(refusal("a,b\rc,d\r") == "input-line-end");
}

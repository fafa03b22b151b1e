#include "usage/base/json_writer.h"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

namespace {

using usage::JsonLayout;
using usage::JsonWriter;
using usage::Quantity;

std::string value_of(std::string_view text) {
  JsonWriter json;
  json.value(text);
  return json.text();
}

}  // namespace

TEST_CASE("objects and arrays nest, compact by default") {
  JsonWriter json;
  json.begin_object().key("rows").value(3).key("names").begin_array().value("a").value(std::string("b")).end_array();
  json.key("done").value(true).key("open").value(false).key("reason").null().end_object();
  CHECK(json.text() == R"({"rows":3,"names":["a","b"],"done":true,"open":false,"reason":null})");
}

TEST_CASE("the indented layout says the same, in lines") {
  JsonWriter json(JsonLayout::kIndented);
  json.begin_object().key("total").number_digits("-12.50").key("none").begin_array().end_array().end_object();
  CHECK(json.text() == "{\n  \"total\": -12.50,\n  \"none\": []\n}");
}

TEST_CASE("whole numbers are written to their last digit") {
  JsonWriter json;
  json.begin_array().value(std::numeric_limits<std::int64_t>::min()).value(std::numeric_limits<std::uint64_t>::max());
  json.value(-1).value(4'000'000'000U).end_array();
  CHECK(json.text() == "[-9223372036854775808,18446744073709551615,-1,4000000000]");
}

TEST_CASE("a quantity is a JSON number with its own digits") {
  JsonWriter json(JsonLayout::kCompact);
  json.begin_array();
  for (std::string_view text :
       {"44.02", "0.001", "999999999999.999", "0.0000001", "007.500", ".5", "12345678901234.5"}) {
    json.number(std::get<Quantity>(Quantity::parse(text)));
  }
  json.end_array();
  CHECK(json.text() == "[44.02,0.001,999999999999.999,0.0000001,7.500,0.5,12345678901234.5]");
}

TEST_CASE("what is no JSON number is not written as one") {
  for (std::string_view text :
       {"", "-", "+1", "01", "1.", ".5", "1e3", "1 ", "1,5", "--1", "0x1", "1.2.3", "NaN", "1}"}) {
    JsonWriter json;
    CAPTURE(text);
    CHECK_THROWS_AS(json.number_digits(text), std::invalid_argument);
    CHECK(json.text().empty());
  }
  JsonWriter json;
  json.begin_array().number_digits("0").number_digits("-0.50").number_digits("10").end_array();
  CHECK(json.text() == "[0,-0.50,10]");
}

TEST_CASE("text is escaped, and what is not UTF-8 is cleaned") {
  CHECK(value_of("a\"b\\c\n\x01") == R"("a\"b\\c\n\u0001")");
  CHECK(value_of(std::string_view("a\0b", 3)) == R"("a\u0000b")");
  CHECK(value_of("Z\u00FCrich") == "\"Z\u00FCrich\"");
  CHECK(value_of("\u00FC\x7f\u009B\u202E\"\u2028") == "\"\u00FC\\u007F\\u009B\\u202E\\\"\\u2028\"");
  CHECK(value_of("\U000E0041") == R"("\uDB40\uDC41")");
  CHECK(JsonWriter().begin_object().key("a\u202E").value(1).end_object().text() == R"({"a\u202E":1})");
  CHECK(value_of("a\xFF"
                 "b") == "\"a?b\"");
  CHECK(value_of(std::string(2000, 'x') + "\xFF") == "\"" + std::string(2000, 'x') + "?\"");
  JsonWriter json;
  json.begin_object().key("k\xC0\"").value("v").end_object();
  CHECK(json.text() == R"({"k?\"":"v"})");
}

// Amounts with grouping signs are read where somebody declared them, and in one form only.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "usage/base/decimal.h"

namespace {

using usage::Amount;
using usage::DecimalError;
using usage::DecimalSign;
using usage::DigitGrouping;
using usage::Quantity;
using enum usage::DigitGrouping;

constexpr auto kPointSign = DecimalSign::kPoint;
constexpr auto kCommaSign = DecimalSign::kComma;

// The quantity with a point, or "refused".
std::string read(std::string_view text, DecimalSign sign, DigitGrouping grouping) {
  const auto result = Quantity::parse(text, sign, grouping);
  const auto* quantity = std::get_if<Quantity>(&result);
  return quantity == nullptr ? "refused" : quantity->text();
}

std::string reason_of(std::string_view text, DecimalSign sign, DigitGrouping grouping) {
  return std::get<DecimalError>(Quantity::parse(text, sign, grouping)).reason;
}

std::string any_amount(std::string_view text, DecimalSign sign = kPointSign, DigitGrouping grouping = kNone) {
  const auto amount = usage::read_any_amount(text, sign, grouping);
  return amount ? amount->text() : "none";
}

struct Written {
  std::string_view text;
  DecimalSign sign;
  DigitGrouping grouping;
  std::string_view value;
};

struct Unreadable {
  std::string_view text;
  DecimalSign sign;
  DigitGrouping grouping;
};

}  // namespace

TEST_CASE("a declared grouping sign is read, and a number without any, too") {
  const std::vector<Written> rows = {
      {"1,234,567.89", kPointSign, kComma, "1234567.89"},
      {"12,345.60", kPointSign, kComma, "12345.60"},
      {"987,654", kPointSign, kComma, "987654"},
      {"1234.50", kPointSign, kComma, "1234.50"},
      {"0.75", kPointSign, kComma, "0.75"},
      {".75", kPointSign, kComma, "0.75"},
      {"9,876.", kPointSign, kComma, "9876"},
      {"123,456,789,012,345", kPointSign, kComma, "123456789012345"},
      {"1.234.567,89", kCommaSign, kPoint, "1234567.89"},
      {"1.234", kCommaSign, kPoint, "1234"},
      {"1,234", kCommaSign, kPoint, "1.234"},
      {"1 234 567.89", kPointSign, kSpace, "1234567.89"},
      {"1 234,56", kCommaSign, kSpace, "1234.56"},
      {"1\u00A0234\u00A0567,89", kCommaSign, kSpace, "1234567.89"},
      {"1\u202F234,56", kCommaSign, kSpace, "1234.56"},
      {"1'234'567.89", kPointSign, kApostrophe, "1234567.89"},
      {"1\u2019234.56", kPointSign, kApostrophe, "1234.56"},
      {"1'234,56", kCommaSign, kApostrophe, "1234.56"},
  };
  for (const Written& row : rows) {
    CAPTURE(row.text);
    CHECK(read(row.text, row.sign, row.grouping) == row.value);
  }
}

TEST_CASE("groups of another form are refused, and so are signs that are not the declared ones") {
  const std::vector<Unreadable> rows = {
      {"12,34.50", kPointSign, kComma},    {"1,2345", kPointSign, kComma},
      {",123", kPointSign, kComma},        {"1,,234", kPointSign, kComma},
      {"1,234,", kPointSign, kComma},      {"1,234,.5", kPointSign, kComma},
      {"1234,567", kPointSign, kComma},    {"1,234567", kPointSign, kComma},
      {"1,23", kPointSign, kComma},        {"1.234,567", kPointSign, kComma},
      {"1.5,", kPointSign, kComma},        {"0,123", kPointSign, kComma},
      {"01,234.5", kPointSign, kComma},    {"1.234.5", kPointSign, kComma},
      {"1 234", kPointSign, kComma},       {"1'234", kPointSign, kComma},
      {"12.50", kCommaSign, kPoint},       {"0.001", kCommaSign, kPoint},
      {"1.2", kCommaSign, kPoint},         {"1.234,567.8", kCommaSign, kPoint},
      {"1,234.56", kCommaSign, kPoint},    {"1,234.56", kPointSign, kSpace},
      {" 1 234", kPointSign, kSpace},      {"1 234 ", kPointSign, kSpace},
      {"1  234", kPointSign, kSpace},      {"1\t234", kPointSign, kSpace},
      {"1 234. 56", kPointSign, kSpace},   {"1\u2009234", kPointSign, kSpace},  // thin space
      {"1''234", kPointSign, kApostrophe}, {"-1,234.50", kPointSign, kComma},
      {"1,234.50-", kPointSign, kComma},   {"$1,234.50", kPointSign, kComma},
      {"(1,234.50)", kPointSign, kComma},  {"1,234.5e2", kPointSign, kComma},
      {",", kPointSign, kComma},           {"", kPointSign, kComma},
  };
  for (const Unreadable& row : rows) {
    CAPTURE(row.text);
    const auto result = Quantity::parse(row.text, row.sign, row.grouping);
    REQUIRE(std::holds_alternative<DecimalError>(result));
    CHECK_FALSE(std::get<DecimalError>(result).reason.empty());
    CHECK_FALSE(std::get<DecimalError>(result).remedy.empty());
  }
}

TEST_CASE("the reason says what is wrong with the groups") {
  CHECK(reason_of("12,34.50", kPointSign, kComma).find("do not part its digits") != std::string::npos);
  CHECK(reason_of("0,123", kPointSign, kComma).find("begins with a 0") != std::string::npos);
  CHECK(reason_of("1.234,567", kPointSign, kComma).find("behind its decimal sign") != std::string::npos);
  CHECK(reason_of("-1,234.50", kPointSign, kComma).find("cannot take a credit") != std::string::npos);
  CHECK(reason_of("1,234.50-", kPointSign, kComma).find("cannot take a credit") != std::string::npos);
  CHECK(reason_of("1,234%", kPointSign, kComma) == "a '%' stands in it");
  CHECK(reason_of("1 234,5 EUR", kCommaSign, kSpace) == "letters stand in it (EUR)");
}

TEST_CASE("grouping signs do not count as digits: the limits are those of the digits") {
  CHECK(read("1,234,567,890,123.45", kPointSign, kComma) == "1234567890123.45");
  CHECK(reason_of("1,234,567,890,123.456", kPointSign, kComma).find("16 significant digits") != std::string::npos);
  CHECK(reason_of("1,234,567,890,123,456", kPointSign, kComma).find("16 digits before") != std::string::npos);
  CHECK(read("1,234.50" + std::string(120, '0'), kPointSign, kComma) == "1234.50" + std::string(61, '0'));
  CHECK(reason_of("1,234.50" + std::string(121, '0'), kPointSign, kComma).find("129 char") != std::string::npos);
}

TEST_CASE("amounts are grouped like quantities") {
  CHECK(std::get<Amount>(Amount::parse("-12,345,678,901,234,567,890,123.5", kPointSign, kComma)).text() ==
        "-12345678901234567890123.50");
  CHECK(std::holds_alternative<DecimalError>(Amount::parse("-1,23", kPointSign, kComma)));
}

TEST_CASE("for totals any amount is read: plain, grouped, 0, with the minus before or behind") {
  CHECK(any_amount("12.34") == "12.34");
  CHECK(any_amount("0") == "0.00");
  CHECK(any_amount("0.00") == "0.00");
  CHECK(any_amount("-5.67") == "-5.67");
  CHECK(any_amount("5.67-") == "-5.67");
  CHECK(any_amount("0-") == "0.00");
  CHECK(any_amount("-1,234.50", kPointSign, kComma) == "-1234.50");
  CHECK(any_amount("1.234,56-", kCommaSign, kPoint) == "-1234.56");
  CHECK(any_amount("99999999999999999999999.999999999999999-") == "-99999999999999999999999.999999999999999");
}

TEST_CASE("for totals, too, nothing else is read") {
  for (std::string_view text : {"", "-", "--5", "-5-", "5--", "+5", "(3.00)", "1,234", "1 234", "5 EUR", "- 5", "5 -",
                                "1e3", "n/a", "\u22125", "100000000000000000000000", "0.0000000000000001"}) {
    CAPTURE(text);
    CHECK(any_amount(text) == "none");
  }
  CHECK(any_amount("0,123", kPointSign, kComma) == "none");
  CHECK(any_amount("- 5", kPointSign, kSpace) == "none");
}

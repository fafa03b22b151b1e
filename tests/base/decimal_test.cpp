#include "usage/base/decimal.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace {

using usage::DecimalError;
using usage::DecimalSign;
using usage::DigitGrouping;
using usage::Int128;
using usage::Quantity;

Quantity quantity(std::string_view text, DecimalSign sign = DecimalSign::kPoint) {
  const auto result = Quantity::parse(text, sign);
  INFO("text: ", text);
  REQUIRE(std::holds_alternative<Quantity>(result));
  return std::get<Quantity>(result);
}

DecimalError error_of(std::string_view text, DecimalSign sign = DecimalSign::kPoint,
                      DigitGrouping grouping = DigitGrouping::kNone) {
  const auto result = Quantity::parse(text, sign, grouping);
  INFO("text: ", text);
  REQUIRE(std::holds_alternative<DecimalError>(result));
  return std::get<DecimalError>(result);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string zeros(std::size_t n) {
  return std::string(n, '0');
}

}  // namespace

TEST_CASE("a quantity prints as it was written, with a digit on either side of a point") {
  struct Row {
    std::string_view written;
    std::string_view printed;
  };
  const std::vector<Row> rows = {
      {"44", "44"},
      {"44.00", "44.00"},
      {"44.02", "44.02"},
      {"007.50", "7.50"},
      {".5", "0.5"},
      {".250", "0.250"},
      {"5.", "5"},
      {"00.30", "0.30"},
      {"0.0000001", "0.0000001"},
      {"0.000000000000001", "0.000000000000001"},
      {"0.000000000000002000", "0.000000000000002000"},
      {"12345678901234.5", "12345678901234.5"},
      {"999999999999.999", "999999999999.999"},
      {"999999999999999", "999999999999999"},
      {"100000000000000", "100000000000000"},
      {"100000000000000.00", "100000000000000.00"},
      {"0.999999999999999", "0.999999999999999"},
      {"1.500000000000000000000", "1.500000000000000000000"},
      {"1.00000000000001", "1.00000000000001"},
      {"10.10", "10.10"},
      {"1000", "1000"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.written);
    CHECK(quantity(row.written).text() == row.printed);
    CHECK(quantity(quantity(row.written).text()).text() == row.printed);
  }
}

TEST_CASE("a quantity is counted in units of 10^-15") {
  CHECK(quantity("0.000000000000001").units() == Int128{1});
  CHECK(quantity("1").units() == Int128{1'000'000'000'000'000});
  CHECK(quantity("12.355").units() == Int128{12'355'000'000'000'000});
  CHECK(quantity("999999999999999").units() == Int128{999'999'999'999'999} * 1'000'000'000'000'000);
}

TEST_CASE("a quantity says as an amount what its amount says") {
  for (const char* text : {"1", "44.00", "0.1", "12.355", "0.000000000000001", "999999999999999", "999999999999.999",
                           "0.123456789012345", "100", "100.50", "1.000", "7.05"}) {
    const Quantity written = quantity(text);
    usage::QuantityText room;
    CHECK(written.as_amount(room) == usage::Amount(written).text());
  }
}

TEST_CASE("with a decimal comma the same digits are the same amount, printed with a point") {
  CHECK(quantity("1,5", DecimalSign::kComma) == quantity("1.5"));
  CHECK(quantity("0044,020", DecimalSign::kComma).text() == "44.020");
  CHECK(quantity("7", DecimalSign::kComma).text() == "7");
}

TEST_CASE("quantities compare by value, whatever their decimals") {
  CHECK(quantity("44.00") == quantity("44"));
  CHECK(quantity("0.10") == quantity(".1"));
  CHECK(quantity("10") != quantity("1"));
  CHECK(quantity("0.1") != quantity("0.01"));
  CHECK(quantity("9.99") < quantity("10"));
  CHECK(quantity("999999999999999") > quantity("0.999999999999999"));
  CHECK((quantity("3.0") <=> quantity("3")) == std::strong_ordering::equal);
}

TEST_CASE("decimals are kept as written up to 63; beyond that zeros are dropped") {
  CHECK(quantity("2.5" + zeros(62)).text() == "2.5" + zeros(62));
  CHECK(quantity("2.5" + zeros(63)).text() == "2.5" + zeros(62));
  CHECK(quantity("3." + zeros(120)).text() == "3." + zeros(63));
}

TEST_CASE("15 significant digits and 15 decimals pass, a sixteenth does not; zeros at the end do not count") {
  CHECK(quantity("1.23456789012345").text() == "1.23456789012345");
  CHECK(contains(error_of("1.234567890123456").reason, "16 significant digits"));
  CHECK(contains(error_of("12345678901234.56").reason, "16 significant digits"));
  CHECK(contains(error_of("100000000000000.5").reason, "16 significant digits"));
  CHECK(contains(error_of("0.0000000000000001").reason, "16 decimals"));
  CHECK(contains(error_of("0.1234567890123456").reason, "16 decimals"));
  CHECK(contains(error_of("1000000000000000").reason, "16 digits before"));
  CHECK(contains(error_of("1000000000000000.0").reason, "16 digits before"));
  CHECK(quantity("000000000000000000001").text() == "1");
  CHECK(quantity("1." + zeros(14) + zeros(30)).text() == "1." + zeros(44));
}

TEST_CASE("fields of 128 characters are read, longer ones are refused") {
  CHECK(quantity(zeros(127) + "8").text() == "8");
  CHECK(contains(error_of(zeros(128) + "8").reason, "129 characters"));
}

TEST_CASE("0 is refused however it is written") {
  for (std::string_view text : {"0", "0.00", "00", ".0", "0.", "0.0000000000000000000000"}) {
    CHECK(contains(error_of(text).reason, "it is 0"));
  }
}

TEST_CASE("whatever would have to be guessed is refused, with its own reason and remedy") {
  struct Row {
    std::string_view text;
    std::string_view reason;
    std::string_view remedy;
  };
  using namespace std::string_view_literals;
  const std::vector<Row> rows = {
      {"", "empty", "fill in"},
      {"1,234", "a comma stands in it", "--decimal-comma"},
      {"1,234.50", "a comma stands in it", "--grouping comma"},
      {"$5", "currency sign", "column of its own"},
      {"\u20AC5", "currency sign", "column of its own"},
      {"5 \u20AC", "currency sign", "column of its own"},
      {"\u00A35", "currency sign", "column of its own"},
      {"5 EUR", "letters stand in it (EUR)", "column of its own"},
      {"USD5", "letters stand in it (USD)", "column of its own"},
      {"n/a", "letters stand in it (n)", "digits alone"},
      {"NaN", "letters stand in it (NaN)", "digits alone"},
      {"0x10", "letters stand in it (x)", "digits alone"},
      {"e3", "letters stand in it (e)", "digits alone"},
      {"(3.00)", "parentheses", "cannot take a credit"},
      {"1e3", "exponent", "not 1e3"},
      {"2.5E-7", "exponent", "not 1e3"},
      {"1E+6", "exponent", "not 1e3"},
      {"+5", "'+' stands before it", "remove the '+'"},
      {"-5", "takes only amounts above 0 (it cannot take a credit)", "take the row out"},
      {"-0.01", "negative", "take the row out"},
      {"5.00-", "negative", "take the row out"},
      {"-1,234", "negative", "take the row out"},
      {"1.234,50-", "negative", "take the row out"},
      {"-$5", "negative", "take the row out"},
      {"5 EUR-", "negative", "take the row out"},
      {"5-", "it cannot take a credit", "settle the credit"},
      {"\u22125", "negative", "take the row out"},      // minus sign
      {"\u201312.50", "negative", "take the row out"},  // en dash
      {"CHF -12.50", "negative", "take the row out"},
      {"\u20AC-12.50", "negative", "take the row out"},
      {"12.50- EUR", "negative", "take the row out"},
      {"12.50 CR", "CR stands behind it", "take the row out"},
      {"12.50Cr", "credit", "take the row out"},
      {"(5.00 EUR)", "parentheses", "cannot take a credit"},
      {"($5.00)", "parentheses", "cannot take a credit"},
      {"2026-10", "'-' stands where none can", "digits alone"},
      {"-", "no digit", "digits alone"},
      {".", "no digit", "digits alone"},
      {"1 234", "blanks", "--grouping space"},
      {" 5", "blanks", "remove the blanks"},
      {"5\t", "blanks", "remove the blanks"},
      {"5\n", "blanks", "remove the blanks"},
      {"1.2.3", "more than once", "digits alone"},
      {"1'234", "grouping sign (')", "--grouping apostrophe"},
      {"1_234", "grouping sign (_)", "digits alone"},
      {"50%", "a '%' stands in it", "digits alone"},
      {"1/2", "a '/' stands in it", "digits alone"},
      {"5\x01", "control character", "digits alone"},
      {"5\x7F", "control character", "digits alone"},
      {"5\0"sv, "NUL", "export the file again"},
      {"\0005"sv, "NUL", "export the file again"},
      {"\u0665", "other than the digits 0 to 9", "digits alone"},  // Arabic-Indic 5
      {"\uFF15", "other than the digits 0 to 9", "digits alone"},  // full-width 5
      {"1\u00A0234", "other than the digits 0 to 9", "--grouping space"},
      {"5\xFF", "other than the digits 0 to 9", "digits alone"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const DecimalError error = error_of(row.text);
    CHECK_MESSAGE(contains(error.reason, row.reason), error.reason);
    CHECK_MESSAGE(contains(error.remedy, row.remedy), error.remedy);
  }
}

TEST_CASE("with a decimal comma a point is refused, and remedies show a comma") {
  CHECK(contains(error_of("1.234", DecimalSign::kComma).reason, "a point stands in it"));
  CHECK(contains(error_of("1.234,50", DecimalSign::kComma).reason, "a point stands in it"));
  CHECK(contains(error_of("1,2,3", DecimalSign::kComma).reason, "more than once"));
  CHECK(contains(error_of("5 EUR", DecimalSign::kComma).remedy, "like 1234,50"));
  CHECK(contains(error_of("5 EUR", DecimalSign::kPoint).remedy, "like 1234.50"));
}

TEST_CASE("nothing is guessed between 1.234 and 1,234: for each meaning, the remedy says which options give it") {
  struct Row {
    std::string_view text;
    DecimalSign sign;
    DigitGrouping grouping;
    std::string_view meanings;
  };
  using enum DigitGrouping;
  constexpr auto kPointSign = DecimalSign::kPoint;
  constexpr auto kCommaSign = DecimalSign::kComma;
  const std::vector<Row> rows = {
      {"1,234", kPointSign, kNone, "if it means 1.234 give --decimal-comma, if it means 1234 give --grouping comma, "},
      {"1.234", kCommaSign, kNone,
       "if it means 1.234 leave out --decimal-comma, if it means 1234 give --grouping point, "},
      {"12,50", kPointSign, kNone, "if it means 12.50 give --decimal-comma, "},
      {"1,234.56", kPointSign, kNone, "if it means 1234.56 give --grouping comma, "},
      {"1.234,56", kPointSign, kNone, "if it means 1234.56 give --decimal-comma --grouping point, "},
      {"1.234,56", kCommaSign, kNone, "if it means 1234.56 give --grouping point, "},
      {"1,234.56", kCommaSign, kNone, "if it means 1234.56 give --grouping comma and leave out --decimal-comma, "},
      {"1,234,567", kCommaSign, kNone, "if it means 1234567 give --grouping comma and leave out --decimal-comma, "},
      {"1.234.567", kPointSign, kNone, "if it means 1234567 give --decimal-comma --grouping point, "},
      {"12,50", kPointSign, kComma, "if it means 12.50 give --decimal-comma and leave out --grouping, "},
      {"0,123", kPointSign, kComma, "if it means 0.123 give --decimal-comma and leave out --grouping, "},
      {"12.50", kCommaSign, kPoint, "if it means 12.50 leave out --decimal-comma --grouping, "},
      {"1 234,56", kPointSign, kNone, "if it means 1234.56 give --decimal-comma --grouping space, "},
      {"1'234.56", kPointSign, kNone, "if it means 1234.56 give --grouping apostrophe, "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const DecimalError error = error_of(row.text, row.sign, row.grouping);
    CHECK_MESSAGE(error.remedy.starts_with(std::string(row.meanings) + "or "), error.remedy);
  }
  CHECK(error_of("1,23,4.5").remedy == "write it as digits alone, like 1234.50");
}

TEST_CASE(
    "reasons and remedies fit into one line, without a final stop, and show nothing of the text but its letters") {
  for (std::string_view text : {"", "0", "-1", "1,2", "1e9999", "\n5", "5\x1B[31m",
                                "\xE2\x80\xAE"
                                "5",
                                "1.2.3", "(1)", "1\u202F234", "\u2212\u20AC5"}) {
    const DecimalError error = error_of(text);
    for (const std::string& part : {error.reason, error.remedy}) {
      CHECK_FALSE(part.empty());
      CHECK(part.back() != '.');
      for (char c : part) CHECK((c >= ' ' && c <= '~'));
    }
  }
}

TEST_CASE("a long word in a quantity is shown shortened") {
  CHECK(error_of("5" + std::string(60, 'x')).reason == "letters stand in it (" + std::string(20, 'x') + "...)");
}

TEST_CASE("the short way to a quantity says what the long one says, or nothing") {
  const std::string signs = "0012345679.,-e ";
  std::uint32_t state = 1;
  const auto next = [&state](std::size_t below) { return (state = state * 1664525U + 1013904223U) / 65536U % below; };
  std::size_t read = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (std::size_t n = next(20); n > 0; --n) text += signs[next(next(3) == 0 ? signs.size() : 11)];
    for (const DecimalSign sign : {DecimalSign::kPoint, DecimalSign::kComma}) {
      const auto quick = Quantity::parse_short(text, sign);
      if (!quick) continue;
      ++read;
      const auto parsed = Quantity::parse(text, sign);
      CAPTURE(text);
      REQUIRE(std::holds_alternative<Quantity>(parsed));
      CHECK(std::get<Quantity>(parsed) == *quick);
      CHECK(std::get<Quantity>(parsed).text() == quick->text());
    }
  }
  CHECK(read > 10'000);
  for (const char* text : {"1.25", "007", ".5", "7.", "1.500"}) CHECK(Quantity::parse_short(text));
}

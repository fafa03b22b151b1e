#include "../../src/intake/number_form.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace usage;

namespace {

// "point", "comma", "?" (ambiguous) or "" (no sign in it), then the grouping sign, then - for negative, 0 for zero, $
// for decorated; "no number" otherwise.
std::string look_of(std::string_view cell) {
  const auto look = look_at_number(cell);
  if (!look) return "no number";
  constexpr std::array<std::string_view, 5> kGroups = {"", " ,", " .", " space", " '"};
  std::string text;
  if (look->decimal_sign) text = look->decimal_sign == DecimalSign::kPoint ? "point" : "comma";
  if (look->ambiguous) text = "?";
  text += kGroups[static_cast<std::size_t>(look->grouping)];
  if (look->negative) text += " -";
  if (look->zero) text += " 0";
  if (look->decorated) text += " $";
  return text;
}

NumberForm form_of(const std::vector<std::string>& cells) {
  NumberFormSample sample;
  std::uint32_t line = 2;
  for (const std::string& cell : cells) sample.add(cell, line++);
  return sample.form();
}

}  // namespace

TEST_CASE("one sign proves itself the decimal sign unless three digits behind it may be a group") {
  CHECK(look_of("12.5") == "point");
  CHECK(look_of("12,50") == "comma");
  CHECK(look_of("0,125") == "comma");
  CHECK(look_of("1234.567") == "point");
  CHECK(look_of(".5") == "point");
  CHECK(look_of("1.234") == "?");
  CHECK(look_of("1,234") == "?");
  CHECK(look_of("123,456") == "?");
  CHECK(look_of("1234") == "");
}

TEST_CASE("two kinds of signs, or one kind twice, prove which one groups") {
  CHECK(look_of("1.234,50") == "comma .");
  CHECK(look_of("1,234.5") == "point ,");
  CHECK(look_of("1,234,567") == "point ,");
  CHECK(look_of("1.234.567") == "comma .");
  CHECK(look_of("1 234,50") == "comma space");
  CHECK(look_of("1\u202F234") == " space");
  CHECK(look_of("1'234.50") == "point '");
  CHECK(look_of("1\u2019234") == " '");
}

TEST_CASE("signs, parentheses and currency signs are taken off and remembered") {
  CHECK(look_of("-12.50") == "point -");
  CHECK(look_of("12,50-") == "comma -");
  CHECK(look_of("\u221212.50") == "point -");
  CHECK(look_of("(3.00)") == "point - $");
  CHECK(look_of("$1,200.00") == "point , $");
  CHECK(look_of("-$5") == " - $");
  CHECK(look_of("9,99 \u20AC") == "comma $");
  CHECK(look_of("0.00") == "point 0");
  CHECK(look_of("0") == " 0");
}

TEST_CASE("identifiers, dates and words are no numbers") {
  for (const char* cell : {"", "007", "4271668000000077324", "2026-10-01", "01.10.2026", "10/31/2026", "1e3", "12 34",
                           "1.2.3", "1,23,456.0", "INV-7", "EUR", "5%", "1234,", "-", "$", "()"}) {
    CAPTURE(cell);
    CHECK(look_of(cell) == "no number");
  }
}

TEST_CASE("a column with nothing but 1.234 stays open, and says where") {
  const NumberForm form = form_of({"7", "1.234", "12.500"});
  CHECK(form.numbers == 3);
  CHECK_FALSE(form.decimal_sign);
  CHECK(form.ambiguous == 2);
  CHECK(form.ambiguous_text == "1.234");
  CHECK(form.ambiguous_line == 3);
}

TEST_CASE("a proven decimal sign settles the cells where it stands alone") {
  const NumberForm point = form_of({"1.234", "12.50"});
  CHECK(point.decimal_sign == DecimalSign::kPoint);
  CHECK(point.ambiguous == 0);
  const NumberForm comma = form_of({"12,50", "1,234"});
  CHECK(comma.decimal_sign == DecimalSign::kComma);
  CHECK(comma.ambiguous == 0);
}

TEST_CASE("a proven decimal sign does not make the other sign a grouping sign") {
  const NumberForm open = form_of({"12,50", "1.234"});
  CHECK(open.decimal_sign == DecimalSign::kComma);
  CHECK(open.grouping == DigitGrouping::kNone);
  CHECK(open.ambiguous == 1);
  const NumberForm settled = form_of({"1.234", "1.234,50"});
  CHECK(settled.grouping == DigitGrouping::kPoint);
  CHECK(settled.ambiguous == 0);
}

TEST_CASE("cells that prove different signs prove nothing") {
  const NumberForm form = form_of({"12.50", "12,50", "1.234"});
  CHECK(form.contradictory);
  CHECK_FALSE(form.decimal_sign);
  CHECK(form.ambiguous == 1);
  CHECK(form_of({"1,234.5", "1'234.5"}).contradictory);
}

TEST_CASE("an amount is read under the sign that is taken for granted, exactly") {
  const auto text = [](std::string_view cell, DecimalSign sign) {
    const auto amount = amount_under(cell, sign);
    return amount ? amount->text() : "none";
  };
  CHECK(text("1.234", DecimalSign::kPoint) == "1.234");
  CHECK(text("1.234", DecimalSign::kComma) == "1234.00");
  CHECK(text("1.234,50-", DecimalSign::kComma) == "-1234.50");
  CHECK(text("($1,200.05)", DecimalSign::kPoint) == "-1200.05");
  CHECK(text("12,50", DecimalSign::kPoint) == "none");
  CHECK(text("INV-7", DecimalSign::kPoint) == "none");
}

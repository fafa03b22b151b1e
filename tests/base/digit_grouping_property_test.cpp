// Random grouped amounts against a regular expression and a copy without the signs, which share no idea with the code.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "support/long_tests.h"
#include "support/seed.h"
#include "usage/base/decimal.h"

namespace {

using usage::Amount;
using usage::DecimalError;
using usage::DecimalSign;
using usage::DigitGrouping;
using usage::Quantity;

using Random = std::mt19937_64;

std::size_t pick(Random& random, std::size_t most) {
  return std::uniform_int_distribution<std::size_t>(0, most)(random);
}

struct Convention {
  DecimalSign sign;
  DigitGrouping grouping;
  std::vector<std::string> signs;  // as they may be written
  std::string point;
};

const std::vector<Convention> kConventions = {
    {DecimalSign::kPoint, DigitGrouping::kComma, {","}, "."},
    {DecimalSign::kComma, DigitGrouping::kPoint, {"."}, ","},
    {DecimalSign::kPoint, DigitGrouping::kSpace, {" ", "\u00A0", "\u202F"}, "."},
    {DecimalSign::kComma, DigitGrouping::kSpace, {" ", "\u00A0", "\u202F"}, ","},
    {DecimalSign::kPoint, DigitGrouping::kApostrophe, {"'", "\u2019"}, "."},
    {DecimalSign::kComma, DigitGrouping::kApostrophe, {"'", "\u2019"}, ","},
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

// Digits with a point, "~" for each grouping sign.
std::string marked(std::string text, const Convention& convention) {
  for (const std::string& sign : convention.signs) text = replaced(text, sign, "~");
  return replaced(text, convention.point, "#");
}

bool is_readable(const std::string& marked_text) {
  static const std::regex kPlain("[0-9]+(#[0-9]*)?|#[0-9]+");
  static const std::regex kGrouped("[1-9][0-9]{0,2}(~[0-9]{3})+(#[0-9]*)?");
  return std::regex_match(marked_text, kPlain) || std::regex_match(marked_text, kGrouped);
}

std::string plain(const std::string& marked_text) {
  return replaced(replaced(marked_text, "~", ""), "#", ".");
}

const std::string& any_of(Random& random, const std::vector<std::string>& texts) {
  return texts[pick(random, texts.size() - 1)];
}

// A readable amount with its signs, counted from the right.
std::string grouped(Random& random, const std::string& integer, const std::string& fraction,
                    const Convention& convention) {
  std::string text;
  for (std::size_t i = 0; i < integer.size(); ++i) {
    if (i > 0 && (integer.size() - i) % 3 == 0) text += any_of(random, convention.signs);
    text += integer[i];
  }
  return fraction.empty() ? text : text + convention.point + fraction;
}

std::string digits(Random& random, std::size_t count) {
  std::string text;
  for (; count > 0; --count) text += static_cast<char>('0' + pick(random, 9));
  return text;
}

}  // namespace

TEST_CASE("random amounts with all their grouping signs are what they are without") {
  const auto seed = usage::test::test_seed("grouped decimals");
  Random random(seed);
  for (int i = 0; i < 50'000; ++i) {
    const Convention& convention = kConventions[pick(random, kConventions.size() - 1)];
    const std::string integer = std::to_string(1 + pick(random, 8)) + digits(random, pick(random, 10));
    const std::string fraction = digits(random, pick(random, 4));
    const std::string text = grouped(random, integer, fraction, convention);
    CAPTURE(seed);
    CAPTURE(text);
    const auto parsed = Quantity::parse(text, convention.sign, convention.grouping);
    REQUIRE(std::holds_alternative<Quantity>(parsed));
    REQUIRE(std::get<Quantity>(parsed).text() == integer + (fraction.empty() ? "" : "." + fraction));
    const auto amount = usage::read_any_amount(text + "-", convention.sign, convention.grouping);
    REQUIRE(amount);
    REQUIRE(*amount + std::get<Quantity>(parsed) == Amount());
  }
}

TEST_CASE("random digits and signs are read exactly where their form is one of two, and as the digits alone say") {
  const auto seed = usage::test::test_seed("grouping garbage");
  Random random(seed);
  int accepted = 0;
  int with_signs = 0;
  const int times = usage::test::are_long() ? 200'000 : 60'000;
  for (int i = 0; i < times; ++i) {
    const Convention& convention = kConventions[pick(random, kConventions.size() - 1)];
    std::string text;
    for (std::size_t parts = 1 + pick(random, 3); parts > 0; --parts) {
      text += digits(random, pick(random, 5) == 0 ? pick(random, 4) : 3);
      if (parts > 1) text += pick(random, 4) == 0 ? convention.point : any_of(random, convention.signs);
    }
    CAPTURE(seed);
    CAPTURE(text);
    const std::string form = marked(text, convention);
    const auto parsed = Quantity::parse(text, convention.sign, convention.grouping);
    const auto expected = Quantity::parse(plain(form));
    if (!is_readable(form)) {
      REQUIRE(std::holds_alternative<DecimalError>(parsed));
      REQUIRE_FALSE(std::get<DecimalError>(parsed).remedy.empty());
      continue;
    }
    REQUIRE(parsed.index() == expected.index());  // 0 is refused either way
    if (!std::holds_alternative<Quantity>(parsed)) continue;
    ++accepted;
    if (form.find('~') != std::string::npos) ++with_signs;
    REQUIRE(std::get<Quantity>(parsed) == std::get<Quantity>(expected));
  }
  CHECK(accepted > times / 10);
  CHECK(with_signs > times / 20);
}

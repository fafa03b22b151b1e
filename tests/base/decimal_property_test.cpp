// Random decimals against BigNumber, which works on strings of digits.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "big_number.h"
#include "support/seed.h"
#include "usage/base/decimal.h"

namespace {

using usage::Amount;
using usage::DecimalError;
using usage::DecimalSign;
using usage::Quantity;
using usage::test::BigNumber;

using Random = std::mt19937_64;

std::size_t pick(Random& random, std::size_t most) {
  return std::uniform_int_distribution<std::size_t>(0, most)(random);
}

// Zeros and nines are where mistakes live.
char random_digit(Random& random) {
  return "0000123456789999"[pick(random, 15)];
}

std::string random_digits(Random& random, std::size_t most) {
  std::string digits;
  for (std::size_t left = pick(random, most); left > 0; --left) digits += random_digit(random);
  return digits;
}

// Well-formed, but not always within the limits.
std::string random_decimal(Random& random) {
  const std::string integer = std::string(pick(random, 3) == 0 ? pick(random, 20) : 0, '0') + random_digits(random, 16);
  const std::string fraction =
      random_digits(random, 16) + std::string(pick(random, 3) == 0 ? pick(random, 80) : 0, '0');
  const std::string text = pick(random, 3) == 0 ? integer : integer + "." + fraction;
  return text.find_first_of("0123456789") == std::string::npos ? "5" : text;
}

struct Written {
  std::string integer;   // leading zeros stripped
  std::string fraction;  // as written
};

// What the rules of product.md make of a well-formed text, step by step on the characters.
Written written_as(const std::string& text) {
  Written written;
  bool behind_point = false;
  for (char c : text) {
    if (c == '.') {
      behind_point = true;
    } else if (behind_point) {
      written.fraction += c;
    } else if (c != '0' || !written.integer.empty()) {
      written.integer += c;
    }
  }
  return written;
}

std::string significant_digits(const Written& written) {
  std::string digits = written.integer + written.fraction;
  for (std::size_t n = written.fraction.size(); n > 0 && digits.back() == '0'; --n) digits.pop_back();
  while (!digits.empty() && digits.front() == '0') digits.erase(0, 1);
  return digits;
}

bool is_within_limits(const std::string& text) {
  const Written written = written_as(text);
  const std::string digits = significant_digits(written);
  std::string fraction = written.fraction;
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return text.size() <= 128 && !digits.empty() && digits.size() <= 15 && fraction.size() <= 15 &&
         written.integer.size() <= 15;
}

std::string expected_text(const std::string& text) {
  const Written written = written_as(text);
  const std::string integer = written.integer.empty() ? "0" : written.integer;
  return written.fraction.empty() ? integer : integer + "." + written.fraction.substr(0, 63);
}

std::string random_valid_decimal(Random& random) {
  for (;;) {
    std::string text = random_decimal(random);
    if (is_within_limits(text)) return text;
  }
}

bool is_plain(const std::string& text) {
  return text.find_first_not_of("0123456789.") == std::string::npos && std::count(text.begin(), text.end(), '.') <= 1 &&
         text.find_first_of("0123456789") != std::string::npos;
}

// The 15 digits that a reader has who goes through a double.
std::string digits_through_double(const std::string& text) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.14e", std::strtod(text.c_str(), nullptr));
  std::string digits = buffer;
  const std::size_t e = digits.find('e');
  const int exponent = std::atoi(digits.c_str() + e + 1);
  digits = digits.substr(0, 1) + digits.substr(2, e - 2);
  if (exponent < 0) return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  return digits.substr(0, static_cast<std::size_t>(exponent) + 1) + "." +
         digits.substr(std::min(digits.size(), static_cast<std::size_t>(exponent) + 1));
}

}  // namespace

TEST_CASE("the model itself adds and compares as on paper") {
  CHECK((BigNumber("0.1") + BigNumber("0.2")).text() == "0.30");
  CHECK((BigNumber("999.999") + BigNumber(".001")).text() == "1000.00");
  CHECK((BigNumber("1") + BigNumber("-1000")).text() == "-999.00");
  CHECK((BigNumber("1000") + -BigNumber("0.000000000000001")).text() == "999.999999999999999");
  CHECK(compare(BigNumber("-5"), BigNumber("3")) < 0);
  CHECK(compare(BigNumber("-5"), BigNumber("-7")) > 0);
  CHECK(compare(BigNumber("12"), BigNumber("9.99")) > 0);
  CHECK((BigNumber("5") + BigNumber("-5")).is_zero());
}

TEST_CASE("random decimals are accepted exactly within the limits, keep their value and print as written") {
  const auto seed = usage::test::test_seed("decimal limits");
  Random random(seed);
  int accepted = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string text = random_decimal(random);
    CAPTURE(seed);
    CAPTURE(text);
    const auto parsed = Quantity::parse(text);
    REQUIRE(std::holds_alternative<Quantity>(parsed) == is_within_limits(text));
    if (!is_within_limits(text)) continue;
    ++accepted;
    const Quantity quantity = std::get<Quantity>(parsed);
    REQUIRE(quantity.text() == expected_text(text));
    REQUIRE(Amount::from_units(quantity.units()).text() == BigNumber(text).text());
    const auto again = Quantity::parse(quantity.text());
    REQUIRE(std::holds_alternative<Quantity>(again));
    REQUIRE(std::get<Quantity>(again) == quantity);
    REQUIRE(std::get<Quantity>(again).text() == quantity.text());
    std::string with_comma = text;
    std::replace(with_comma.begin(), with_comma.end(), '.', ',');
    REQUIRE(std::get<Quantity>(Quantity::parse(with_comma, DecimalSign::kComma)).text() == quantity.text());
  }
  CHECK(accepted > 10'000);
  CHECK(accepted < 90'000);
}

TEST_CASE("random garbage is accepted only where it is a plain decimal, and each refusal has reason and remedy") {
  const auto seed = usage::test::test_seed("decimal garbage");
  Random random(seed);
  const std::string alphabet("0123456789..,+-eE ()$'\0\x01\xC3\xA9\xFF", 26);
  int accepted = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (std::size_t left = pick(random, 6); left > 0; --left) text += alphabet[pick(random, alphabet.size() - 1)];
    CAPTURE(seed);
    CAPTURE(text);
    const auto parsed = Quantity::parse(text);
    REQUIRE(std::holds_alternative<Quantity>(parsed) == (is_plain(text) && is_within_limits(text)));
    if (std::holds_alternative<Quantity>(parsed)) {
      ++accepted;
      continue;
    }
    REQUIRE_FALSE(std::get<DecimalError>(parsed).reason.empty());
    REQUIRE_FALSE(std::get<DecimalError>(parsed).remedy.empty());
  }
  CHECK(accepted > 1'000);
}

TEST_CASE("random quantities are ordered as the model orders them, and equal exactly where their values are") {
  const auto seed = usage::test::test_seed("decimal order");
  Random random(seed);
  for (int i = 0; i < 50'000; ++i) {
    const std::string a = random_valid_decimal(random);
    // Half of the pairs differ in zeros only.
    const std::string b = pick(random, 1) == 0 ? random_valid_decimal(random)
                                               : "0" + a + (a.find('.') == std::string::npos ? "." : "") + "0";
    CAPTURE(seed);
    CAPTURE(a);
    CAPTURE(b);
    if (b.size() > 128) continue;
    const auto left = std::get<Quantity>(Quantity::parse(a));
    const auto right = std::get<Quantity>(Quantity::parse(b));
    const int expected = compare(BigNumber(a), BigNumber(b));
    REQUIRE((left < right) == (expected < 0));
    REQUIRE((left > right) == (expected > 0));
    REQUIRE((left == right) == (expected == 0));
  }
}

TEST_CASE("random sums and differences are exact, step by step") {
  const auto seed = usage::test::test_seed("decimal sums");
  Random random(seed);
  Amount sum;
  BigNumber expected;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_valid_decimal(random);
    CAPTURE(seed);
    CAPTURE(text);
    const auto quantity = std::get<Quantity>(Quantity::parse(text));
    if (pick(random, 1) == 0) {
      sum += quantity;
      expected = expected + BigNumber(text);
    } else {
      sum -= Amount::from_units(quantity.units());
      expected = expected + -BigNumber(text);
    }
    REQUIRE(sum.text() == expected.text());
    const auto again = Amount::parse(sum.text());
    REQUIRE(std::holds_alternative<Amount>(again));
    REQUIRE(std::get<Amount>(again) == sum);
  }
}

TEST_CASE("a reader of JSON that goes through doubles has the same digits") {
  const auto seed = usage::test::test_seed("decimal doubles");
  Random random(seed);
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = std::get<Quantity>(Quantity::parse(random_valid_decimal(random))).text();
    CAPTURE(seed);
    CAPTURE(text);
    REQUIRE(compare(BigNumber(digits_through_double(text)), BigNumber(text)) == 0);
  }
}

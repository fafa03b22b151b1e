#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "usage/base/decimal.h"

namespace {

using usage::Amount;
using usage::DecimalError;
using usage::DecimalSign;
using usage::Int128;
using usage::Quantity;

Amount amount(std::string_view text, DecimalSign sign = DecimalSign::kPoint) {
  const auto result = Amount::parse(text, sign);
  INFO("text: ", text);
  REQUIRE(std::holds_alternative<Amount>(result));
  return std::get<Amount>(result);
}

std::string reason_of(std::string_view text) {
  const auto result = Amount::parse(text);
  INFO("text: ", text);
  REQUIRE(std::holds_alternative<DecimalError>(result));
  return std::get<DecimalError>(result).reason;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr Int128 kLargest = (Int128{0x7FFF'FFFF'FFFF'FFFF} << 64) | Int128{0xFFFF'FFFF'FFFF'FFFFU};

}  // namespace

TEST_CASE("an amount prints in its shortest exact form with at least two decimals") {
  CHECK(Amount().text() == "0.00");
  CHECK(amount("12").text() == "12.00");
  CHECK(amount("12.3").text() == "12.30");
  CHECK(amount("12.355").text() == "12.355");
  CHECK(amount("12.3550").text() == "12.355");
  CHECK(amount("999999999999.999").text() == "999999999999.999");
  CHECK(amount("0.000000000000001").text() == "0.000000000000001");
  CHECK(amount("-0.5").text() == "-0.50");
  CHECK(amount("-0").text() == "0.00");
  CHECK(amount("1000").text() == "1000.00");
  CHECK(amount("1,5", DecimalSign::kComma).text() == "1.50");
}

TEST_CASE("an amount takes 23 digits before and 15 after the point, and no more") {
  const std::string most = "99999999999999999999999.999999999999999";
  CHECK(amount(most).text() == most);
  CHECK(amount("-" + most).text() == "-" + most);
  CHECK(contains(reason_of("100000000000000000000000"), "24 digits before"));
  CHECK(contains(reason_of("0.0000000000000001"), "16 decimals"));
  CHECK(amount("0.1000000000000000000").text() == "0.10");
}

TEST_CASE("an amount that is no plain decimal is refused with the reason") {
  CHECK(contains(reason_of(""), "empty"));
  CHECK(contains(reason_of("-"), "empty"));
  CHECK(contains(reason_of("--5"), "'-' stands where none can"));
  CHECK(contains(reason_of("5-"), "'-' stands where none can"));
  CHECK(contains(reason_of("- 5"), "blanks"));
  CHECK(contains(reason_of("1,000"), "comma"));
  CHECK(contains(reason_of("1e3"), "exponent"));
  CHECK(contains(reason_of("$5"), "currency"));
  CHECK(contains(reason_of(std::string(129, '1')), "129 characters"));
}

TEST_CASE("sums are exact where doubles are not") {
  Amount sum;
  for (int i = 0; i < 10; ++i) sum += std::get<Quantity>(Quantity::parse("0.1"));
  CHECK(sum == amount("1"));
  CHECK(amount("0.1") + amount("0.2") == amount("0.3"));
  CHECK((amount("999999999999999") + amount("0.000000000000001")).text() == "999999999999999.000000000000001");
  CHECK((amount("1") - amount("3.5")).text() == "-2.50");
}

TEST_CASE("100 million rows of the largest quantity fit, and the total is exact") {
  const auto largest = std::get<Quantity>(Quantity::parse("999999999999999"));
  const Amount total = Amount::from_units(largest.units() * 100'000'000);
  CHECK(total.text() == "99999999999999900000000.00");
  CHECK((total + Amount::from_units(1)).text() == "99999999999999900000000.000000000000001");
}

TEST_CASE("an overflow is thrown, never wrapped, and leaves the edges readable") {
  Amount most = Amount::from_units(kLargest);
  Amount least = Amount::from_units(-kLargest - 1);
  CHECK(most.text() == "170141183460469231731687.303715884105727");
  CHECK(least.text() == "-170141183460469231731687.303715884105728");
  CHECK_THROWS_AS(most += Amount::from_units(1), std::overflow_error);
  CHECK_THROWS_AS(least -= Amount::from_units(1), std::overflow_error);
  CHECK_THROWS_AS(Amount() - least, std::overflow_error);
  CHECK(Amount() - most == Amount::from_units(-kLargest));
}

TEST_CASE("after an overflow the sum is what it was before") {
  Amount most = Amount::from_units(kLargest);
  CHECK_THROWS(most += Amount::from_units(5));
  CHECK(most == Amount::from_units(kLargest));
  CHECK_THROWS(most -= Amount::from_units(-5));
  CHECK(most == Amount::from_units(kLargest));
}

TEST_CASE("amounts are ordered by value, negative ones first") {
  const std::vector<std::string> ascending = {"-100", "-2.5", "-0.000000000000001", "0", "0.01", "0.1", "3", "20"};
  for (std::size_t i = 1; i < ascending.size(); ++i) CHECK(amount(ascending[i - 1]) < amount(ascending[i]));
}

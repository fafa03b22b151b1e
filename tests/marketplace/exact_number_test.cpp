#include "../../src/marketplace/exact_number.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>

#include "support/seed.h"

using usage::ExactNumber;
using usage::Int128;

namespace {

constexpr Int128 kOne = 1'000'000'000'000'000;  // in units

bool is(std::string_view text, Int128 units) {
  const auto number = ExactNumber::parse(text);
  return number && number->equals(units);
}

}  // namespace

TEST_CASE("one value has many forms, all of them equal") {
  for (const std::string_view text :
       {"12.5", "12.50", "1.25E1", "1.25e+1", "125e-1", "125E-01", "0.0125e3", "12500000000000000000000e-21",
        "12.50000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"}) {
    CAPTURE(text);
    CHECK(is(text, 25 * kOne / 2));
  }
  for (const std::string_view text : {"0", "-0", "0.0", "0e5", "-0.00e-100"}) CHECK(is(text, 0));
  CHECK(is("0.000000000000001", 1));
  CHECK(is("1e-15", 1));
  CHECK(is("-3", -3 * kOne));
  CHECK(is("999999999999.999", 999'999'999'999'999 * (kOne / 1000)));
}

TEST_CASE("what lies between two units keeps a rest and equals none") {
  const auto above = ExactNumber::parse("12.5000000000000000000001");
  REQUIRE(above);
  CHECK(above->has_rest);
  CHECK_FALSE(above->equals(25 * kOne / 2));
  CHECK(above->is_within(1, 25 * kOne / 2));
  CHECK_FALSE(above->is_within(0, 25 * kOne / 2));
  const auto tiny = ExactNumber::parse("1e-100");
  REQUIRE(tiny);
  CHECK_FALSE(tiny->equals(0));
  const auto below = ExactNumber::parse("-0.5e-15");
  REQUIRE(below);
  CHECK(below->units == -1);
  CHECK(below->is_within(1, 0));
  CHECK_FALSE(below->is_within(0, 0));
  CHECK_FALSE(below->is_within(0, -1));
}

TEST_CASE("the tolerance is exact to the last unit and beyond") {
  using usage::kHalfCent;
  const auto within = [](std::string_view text) { return ExactNumber::parse(text)->is_within(kHalfCent, 12 * kOne); };
  CHECK(within("12.005"));
  CHECK(within("11.995"));
  CHECK_FALSE(within("12.005000000000001"));
  CHECK_FALSE(within("11.994999999999999"));
  CHECK_FALSE(within("12.0050000000000000000000000001"));
  CHECK_FALSE(within("11.9949999999999999999999999999"));
  CHECK(within("12.0049999999999999999999999999"));
  CHECK(within("11.9950000000000000000000000001"));
}

TEST_CASE("numbers out of all proportion, and texts that are none, are nothing") {
  const std::string long_number = "1" + std::string(100, '0');
  const std::string long_fraction = "0." + std::string(250, '0') + "1";
  for (const std::string_view text : std::initializer_list<std::string_view>{"",
                                                                             "-",
                                                                             "+1",
                                                                             ".5",
                                                                             "5.",
                                                                             "01",
                                                                             "1e",
                                                                             "1e+",
                                                                             "1e5x",
                                                                             "1 ",
                                                                             " 1",
                                                                             "1,5",
                                                                             "NaN",
                                                                             "Infinity",
                                                                             "0x1",
                                                                             "1e101",
                                                                             "1e-101",
                                                                             "1e99999999999999999999",
                                                                             "1e22",
                                                                             "10000000000000000000000",
                                                                             "-1e22",
                                                                             "--1",
                                                                             "1.2.3",
                                                                             "1e1.5",
                                                                             std::string_view(long_number),
                                                                             std::string_view(long_fraction)}) {
    CAPTURE(text);
    CHECK_FALSE(ExactNumber::parse(text));
  }
  CHECK(ExactNumber::parse("9999999999999999999999"));
}

TEST_CASE("a value written with a shifted point and its exponent stays the value") {
  std::mt19937_64 random(usage::test::test_seed("exact_number"));
  for (int round = 0; round < 20'000; ++round) {
    const auto units = static_cast<std::int64_t>(random() % 1'000'000'000'000'000'000) + 1;
    std::string digits = std::to_string(units);
    const auto point = static_cast<std::size_t>(random() % digits.size()) + 1;
    const int exponent = static_cast<int>(digits.size() - point) - 15;
    std::string text = digits.substr(0, point);
    if (point < digits.size()) text += "." + digits.substr(point);
    text += "e" + std::to_string(exponent);
    CAPTURE(text);
    CHECK(is(text, units));
    CHECK(is("-" + text, -Int128{units}));
    CHECK_FALSE(is(text, units + 1));
  }
}

#include "sandbox/exact_number.h"

#include <doctest/doctest.h>

#include <string>

using usage::sandbox::ExactNumber;

namespace {

std::string sum(const char* a, const char* b) {
  return (*ExactNumber::parse(a) + *ExactNumber::parse(b)).text();
}

}  // namespace

TEST_CASE("numbers of every JSON form are read exactly") {
  CHECK(ExactNumber::parse("12.50")->text() == "12.5");
  CHECK(ExactNumber::parse("0.0000001")->text() == "0.0000001");
  CHECK(ExactNumber::parse("999999999999.999")->text() == "999999999999.999");
  CHECK(ExactNumber::parse("1.25E1")->text() == "12.5");
  CHECK(ExactNumber::parse("3e+2")->text() == "300");
  CHECK(ExactNumber::parse("7e-3")->text() == "0.007");
  CHECK(ExactNumber::parse("0.000")->is_zero());
  CHECK(ExactNumber::parse("0e5")->text() == "0");
}

TEST_CASE("what is no number from 0 on is not read") {
  for (const char* text : {"", "-1", "+1", ".5", "1.", "1e", "1e+", "1x", "1e401", "1e-401", " 1", "NaN", "1,5"}) {
    CAPTURE(text);
    CHECK_FALSE(ExactNumber::parse(text));
  }
}

TEST_CASE("sums are exact where doubles are not") {
  CHECK(sum("0.1", "0.2") == "0.3");
  CHECK(sum("999999999999.999", "0.001") == "1000000000000");
  CHECK(sum("99.5", "0.75") == "100.25");
  CHECK(sum("0", "44.020") == "44.02");
  CHECK(sum("123456789012345678901234567890", "0.1") == "123456789012345678901234567890.1");
}

TEST_CASE("rounding is half up, also across a carry") {
  CHECK(ExactNumber::parse("12.355")->rounded_to(2).text() == "12.36");
  CHECK(ExactNumber::parse("12.354")->rounded_to(2).text() == "12.35");
  CHECK(ExactNumber::parse("9.999")->rounded_to(2).text() == "10");
  CHECK(ExactNumber::parse("0.001")->rounded_to(2).text() == "0");
  CHECK(ExactNumber::parse("0.005")->rounded_to(2).text() == "0.01");
  CHECK(ExactNumber::parse("7.5")->rounded_to(2).text() == "7.5");
  CHECK(ExactNumber::parse("2.5")->rounded_to(0).text() == "3");
}

TEST_CASE("an exponent does not change the value") {
  for (const char* text : {"12.5", "0.001", "300", "7", "999999999999.999"}) {
    CAPTURE(text);
    const ExactNumber number = *ExactNumber::parse(text);
    CHECK(*ExactNumber::parse(number.scientific_text()) == number);
    CHECK(number.scientific_text() != text);
  }
  CHECK(ExactNumber::parse("12.50")->scientific_text() == "1.25E1");
}

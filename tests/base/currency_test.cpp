#include "usage/base/currency.h"

#include <doctest/doctest.h>

using namespace usage;

TEST_CASE("a currency is measured in characters, not in bytes, and holds nothing that a screen would obey") {
  CHECK(is_possible_currency(""));
  CHECK(is_possible_currency("EUR"));
  CHECK(is_possible_currency("0123456789abcdef"));
  CHECK_FALSE(is_possible_currency("0123456789abcdefg"));
  std::string accented;
  for (std::size_t i = 0; i < kMaxCurrencyCharacters; ++i) accented += "é";
  CHECK(is_possible_currency(accented));
  CHECK_FALSE(is_possible_currency(accented + "é"));
  CHECK_FALSE(is_possible_currency("E\x1BR"));
  CHECK_FALSE(is_possible_currency("E\u202ER"));
  CHECK_FALSE(is_possible_currency("E\xFFR"));
}

TEST_CASE("a currency is the same with blanks or no-break spaces around it and in any letter case") {
  CHECK(currency_name(" usd\t") == "USD");
  CHECK(currency_name("EuR") == "EUR");
  CHECK(currency_name("us d") == "US D");
  CHECK(currency_name("é") == "é");
  CHECK(currency_name("  ").empty());
  CHECK(currency_name("\xC2\xA0 eur \xC2\xA0") == "EUR");
  CHECK(currency_name("\xC2\xA0").empty());
}

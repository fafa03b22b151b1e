// What is wrong with a text that is no amount.
#pragma once

#include <string_view>

#include "usage/base/decimal.h"

namespace usage {

enum class DecimalRole : std::uint8_t { kQuantity, kTotal };

inline constexpr std::size_t kMaxDecimalLength = 128;

// What was wanted of a text.
struct DecimalForm {
  DecimalSign sign = DecimalSign::kPoint;
  DigitGrouping grouping = DigitGrouping::kNone;
  DecimalRole role = DecimalRole::kQuantity;
};

// For a text of another form than digits, at most one decimal sign, digits, with nothing but the declared grouping.
DecimalError explain_malformed(std::string_view text, const DecimalForm& form);

DecimalError explain_too_long(std::size_t characters);
DecimalError explain_integer_digits(std::size_t digits, std::size_t at_most);
DecimalError explain_decimals(std::size_t decimals);
DecimalError explain_significant_digits(std::size_t digits);
DecimalError explain_zero();

}  // namespace usage

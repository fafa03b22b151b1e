// What is wrong with a text that is no amount.
#pragma once

#include <string_view>

#include "usage/base/decimal.h"

namespace usage {

enum class DecimalRole : std::uint8_t { kQuantity, kTotal };

inline constexpr std::size_t kMaxDecimalLength = 128;

// For a text of another form than digits, at most one decimal sign, digits.
DecimalError explain_malformed(std::string_view text, DecimalSign sign, DecimalRole role);

DecimalError explain_too_long(std::size_t characters);
DecimalError explain_integer_digits(std::size_t digits, std::size_t at_most);
DecimalError explain_decimals(std::size_t decimals);
DecimalError explain_significant_digits(std::size_t digits);
DecimalError explain_zero();

}  // namespace usage

// The form of a written decimal, before it has a value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "usage/base/ascii.h"
#include "usage/base/decimal.h"

namespace usage {

inline char character_of(DecimalSign sign) {
  return sign == DecimalSign::kPoint ? '.' : ',';
}

struct Digits {
  std::string_view integer;   // without leading zeros
  std::string_view fraction;  // without trailing zeros
  std::size_t decimals = 0;   // as written
};

// Digits, at most one decimal sign, digits; at least one digit. Nothing for any other form.
std::optional<Digits> split_decimal(std::string_view text, DecimalSign sign);

bool has_grouping(std::string_view text, DigitGrouping grouping);

// The text without its grouping signs, wherever they stand.
std::string without_grouping(std::string_view text, DigitGrouping grouping);

// The text without the grouping signs before its decimal sign, where they part the digits into a first group of 1 to 3
// that does not begin with 0 (0,123 is hardly anything other than a decimal comma) and groups of exactly 3. Nothing
// where they do not. What stands behind is left to split_decimal.
std::optional<std::string> ungrouped(std::string_view text, DecimalSign sign, DigitGrouping grouping);

}  // namespace usage

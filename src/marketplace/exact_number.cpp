#include "exact_number.h"

#include <algorithm>
#include <string>

#include "usage/base/ascii.h"

namespace usage {
namespace {

constexpr int kUnitDecimals = 15;
constexpr int kMaxExponent = 100;
constexpr std::size_t kMaxDigits = 100;
constexpr int kMaxUnitDigits = 37;  // leaves 127 bits room for a difference

// Takes the digits off the text's front.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits(text.begin(), end);
  text.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// What follows the 'e'. Leading zeros are allowed.
std::optional<int> parse_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  take(text, "+-");
  if (text.empty()) return std::nullopt;
  int exponent = 0;
  for (char c : text) {
    if (!is_digit(c)) return std::nullopt;
    exponent = exponent * 10 + (c - '0');
    if (exponent > kMaxExponent) return std::nullopt;
  }
  return negative ? -exponent : exponent;
}

// Digits times 10^shift, towards 0.
std::optional<ExactNumber> scaled(std::string_view digits, int shift) {
  const int kept = static_cast<int>(digits.size()) + shift;  // how many digits stand before the unit's point
  if (kept > kMaxUnitDigits) return std::nullopt;
  const auto whole = std::min(digits.size(), static_cast<std::size_t>(std::max(kept, 0)));
  ExactNumber number;
  for (char c : digits.substr(0, whole)) number.units = number.units * 10 + (c - '0');
  for (int zeros = 0; zeros < shift; ++zeros) number.units *= 10;
  number.has_rest = digits.find_first_not_of('0', whole) != std::string_view::npos;
  return number;
}

}  // namespace

std::optional<ExactNumber> ExactNumber::parse(std::string_view json_number) {
  const bool negative = take(json_number, "-");
  const std::string_view integer = take_digits(json_number);
  if (integer.empty() || (integer.size() > 1 && integer.front() == '0')) return std::nullopt;
  std::string digits(integer);
  int shift = kUnitDecimals;
  if (take(json_number, ".")) {
    const std::string_view fraction = take_digits(json_number);
    if (fraction.empty() || fraction.size() > kMaxDigits + kMaxExponent) return std::nullopt;
    digits += fraction;
    shift -= static_cast<int>(fraction.size());
  }
  if (take(json_number, "eE")) {
    const auto exponent = parse_exponent(json_number);
    if (!exponent) return std::nullopt;
    shift += *exponent;
    json_number = {};
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (!json_number.empty() || digits.size() > kMaxDigits) return std::nullopt;
  if (digits.empty()) return ExactNumber{};
  auto number = scaled(digits, shift);
  if (number && negative) number->units = -number->units - (number->has_rest ? 1 : 0);
  return number;
}

}  // namespace usage

#include "usage/base/decimal.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>

#include "decimal_error.h"
#include "decimal_text.h"
#include "usage/base/readable.h"

namespace usage {
namespace {

__extension__ typedef unsigned __int128 UInt128;

constexpr std::size_t kMaxPrintedDecimals = 63;  // what Quantity's six bits hold
constexpr std::size_t kMaxAmountIntegerDigits = 23;
constexpr std::size_t kMinAmountDecimals = 2;

// A text in the form that split_decimal reads: without declared grouping signs. Views into `kept` or into the text.
std::optional<Digits> read_digits(std::string_view text, DecimalSign sign, DigitGrouping grouping, std::string& kept) {
  if (!has_grouping(text, grouping)) return split_decimal(text, sign);
  auto digits = ungrouped(text, sign, grouping);
  if (!digits) return std::nullopt;
  kept = std::move(*digits);
  return split_decimal(kept, sign);
}

template <typename Integer>
Integer append_digits(Integer value, std::string_view digits) {
  for (char c : digits) value = value * 10 + static_cast<Integer>(c - '0');
  return value;
}

// Puts the point before the last `decimals` digits, with zeros in front where there are too few.
void insert_point(std::string& digits, std::size_t decimals) {
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, 1, '.');
}

// In two halves where it is long: dividing 128 bits by 10 is slow.
std::string digits_of(UInt128 value) {
  constexpr std::size_t kHalf = 19;
  constexpr std::uint64_t kBase = 10'000'000'000'000'000'000U;  // 10^19
  if (value < kBase) return std::to_string(static_cast<std::uint64_t>(value));
  const std::string low = std::to_string(static_cast<std::uint64_t>(value % kBase));
  return digits_of(value / kBase).append(kHalf - low.size(), '0').append(low);
}

}  // namespace

std::variant<Quantity, DecimalError> Quantity::parse(std::string_view text, DecimalSign sign, DigitGrouping grouping) {
  if (text.size() > kMaxDecimalLength) return explain_too_long(text.size());
  std::string kept;
  const auto digits = read_digits(text, sign, grouping, kept);
  if (!digits) return explain_malformed(text, {sign, grouping, DecimalRole::kQuantity});
  const auto& [integer, fraction, decimals] = *digits;
  if (integer.size() > kMaxSignificantDigits) return explain_integer_digits(integer.size(), kMaxSignificantDigits);
  if (fraction.size() > kMaxDecimals) return explain_decimals(fraction.size());
  if (integer.size() + fraction.size() > kMaxSignificantDigits) {
    return explain_significant_digits(integer.size() + fraction.size());
  }
  const auto coefficient = append_digits(append_digits(std::uint64_t{0}, integer), fraction);
  if (coefficient == 0) return explain_zero();
  return Quantity(coefficient, static_cast<unsigned>(fraction.size()),
                  static_cast<unsigned>(std::min(decimals, kMaxPrintedDecimals)));
}

std::optional<Quantity> Quantity::parse_short(std::string_view text, DecimalSign sign) {
  if (text.size() > static_cast<std::size_t>(kMaxSignificantDigits)) return std::nullopt;
  std::uint64_t value = 0;
  std::size_t fraction = text.size();  // where it begins
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
    } else if (text[i] == character_of(sign) && fraction == text.size()) {
      fraction = i + 1;
      if (fraction == text.size()) break;
    } else {
      return std::nullopt;
    }
  }
  if (value == 0) return std::nullopt;
  const auto decimals = static_cast<unsigned>(text.size() - fraction);
  unsigned scale = decimals;
  for (; scale > 0 && value % 10 == 0; --scale) value /= 10;
  return Quantity(value, scale, decimals);
}

std::string Quantity::text() const {
  std::string text = std::to_string(std::uint64_t{coefficient_});
  if (decimals_ == 0) return text;
  insert_point(text, scale_);
  return text.append(decimals_ - scale_, '0');
}

std::string_view Quantity::as_amount(QuantityText& into) const {
  const auto decimals = std::max<std::size_t>(scale_, kMinAmountDecimals);
  const std::uint64_t value = std::uint64_t{coefficient_} * kPowersOfTen[decimals - scale_];
  char* const point = std::to_chars(into.data(), into.data() + into.size(), value / kPowersOfTen[decimals]).ptr;
  *point = '.';
  std::uint64_t fraction = value % kPowersOfTen[decimals];
  for (std::size_t i = decimals; i > 0; --i, fraction /= 10) point[i] = static_cast<char>('0' + fraction % 10);
  return {into.data(), static_cast<std::size_t>(point + 1 + decimals - into.data())};
}

std::variant<Amount, DecimalError> Amount::parse(std::string_view text, DecimalSign sign, DigitGrouping grouping) {
  if (text.size() > kMaxDecimalLength) return explain_too_long(text.size());
  const bool negative = text.starts_with('-');
  const std::string_view magnitude = text.substr(negative ? 1 : 0);
  std::string kept;
  const auto digits = read_digits(magnitude, sign, grouping, kept);
  if (!digits) return explain_malformed(magnitude, {sign, grouping, DecimalRole::kTotal});
  const auto& [integer, fraction, decimals] = *digits;
  if (integer.size() > kMaxAmountIntegerDigits) return explain_integer_digits(integer.size(), kMaxAmountIntegerDigits);
  if (fraction.size() > kMaxDecimals) return explain_decimals(fraction.size());
  const Int128 units =
      append_digits(append_digits(Int128{0}, integer), fraction) * Int128{kPowersOfTen[kMaxDecimals - fraction.size()]};
  return from_units(negative ? -units : units);
}

std::optional<Amount> read_any_amount(std::string_view text, DecimalSign sign, DigitGrouping grouping) {
  const bool trails = text.ends_with('-');
  if (trails) text.remove_suffix(1);
  if (trails && text.starts_with('-')) return std::nullopt;
  const auto amount = readable(Amount::parse(text, sign, grouping));
  return amount && trails ? Amount() - *amount : amount;
}

std::string Amount::text() const {
  const bool negative = units_ < 0;
  // Negated as unsigned: the smallest value has no positive counterpart.
  std::string text = digits_of(negative ? -static_cast<UInt128>(units_) : static_cast<UInt128>(units_));
  insert_point(text, kMaxDecimals);
  const std::size_t shortest = text.size() - kMaxDecimals + kMinAmountDecimals;
  text.resize(std::max(text.find_last_not_of('0') + 1, shortest));
  return negative ? "-" + text : text;
}

void Amount::fail_sum() {
  throw std::overflow_error("the sum of amounts is too large");
}

Amount& Amount::operator-=(const Amount& a) {
  Int128 difference = 0;
  if (__builtin_sub_overflow(units_, a.units_, &difference)) {
    throw std::overflow_error("the difference of amounts is too large");
  }
  units_ = difference;
  return *this;
}

}  // namespace usage

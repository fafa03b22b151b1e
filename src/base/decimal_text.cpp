#include "decimal_text.h"

#include <algorithm>
#include <array>
#include <span>

namespace usage {
namespace {

constexpr std::size_t kGroupDigits = 3;

// In UTF-8: no-break space, narrow no-break space, right single quotation mark.
constexpr std::array<std::string_view, 1> kComma = {","};
constexpr std::array<std::string_view, 1> kPoint = {"."};
constexpr std::array<std::string_view, 3> kSpace = {" ", "\xC2\xA0", "\xE2\x80\xAF"};
constexpr std::array<std::string_view, 2> kApostrophe = {"'", "\xE2\x80\x99"};

std::span<const std::string_view> signs_of(DigitGrouping grouping) {
  switch (grouping) {
    case DigitGrouping::kNone:
      break;
    case DigitGrouping::kComma:
      return kComma;
    case DigitGrouping::kPoint:
      return kPoint;
    case DigitGrouping::kSpace:
      return kSpace;
    case DigitGrouping::kApostrophe:
      return kApostrophe;
  }
  return {};
}

// Bytes of the grouping sign at the text's beginning; 0: there is none.
std::size_t sign_length(std::string_view text, DigitGrouping grouping) {
  for (const std::string_view sign : signs_of(grouping)) {
    if (text.starts_with(sign)) return sign.size();
  }
  return 0;
}

// "1,234,567" -> "1234567"
std::optional<std::string> join_groups(std::string_view integer, DigitGrouping grouping) {
  std::string digits;
  for (bool first = true;; first = false) {
    const auto end = std::find_if_not(integer.begin(), integer.end(), is_digit);
    const std::string_view group(integer.begin(), end);
    const bool fits =
        first ? !group.empty() && group.size() <= kGroupDigits && group.front() != '0' : group.size() == kGroupDigits;
    if (!fits) return std::nullopt;
    digits += group;
    integer.remove_prefix(group.size());
    if (integer.empty()) return digits;
    const std::size_t sign = sign_length(integer, grouping);
    if (sign == 0) return std::nullopt;
    integer.remove_prefix(sign);
  }
}

}  // namespace

std::optional<Digits> split_decimal(std::string_view text, DecimalSign sign) {
  const auto integer_end = std::find_if_not(text.begin(), text.end(), is_digit);
  std::string_view integer(text.begin(), integer_end);
  std::string_view fraction(integer_end, text.end());
  if (!fraction.empty() && fraction.front() != character_of(sign)) return std::nullopt;
  if (!fraction.empty()) fraction.remove_prefix(1);
  if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return std::nullopt;
  if (integer.empty() && fraction.empty()) return std::nullopt;
  const std::size_t decimals = fraction.size();
  integer.remove_prefix(std::min(integer.find_first_not_of('0'), integer.size()));
  fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  return Digits{integer, fraction, decimals};
}

bool has_grouping(std::string_view text, DigitGrouping grouping) {
  const auto in_text = [text](std::string_view sign) { return text.find(sign) != std::string_view::npos; };
  return std::ranges::any_of(signs_of(grouping), in_text);
}

std::string without_grouping(std::string_view text, DigitGrouping grouping) {
  std::string bare;
  while (!text.empty()) {
    const std::size_t sign = sign_length(text, grouping);
    if (sign == 0) bare += text.front();
    text.remove_prefix(std::max<std::size_t>(sign, 1));
  }
  return bare;
}

std::optional<std::string> ungrouped(std::string_view text, DecimalSign sign, DigitGrouping grouping) {
  const std::size_t integer_end = std::min(text.find(character_of(sign)), text.size());
  auto digits = join_groups(text.substr(0, integer_end), grouping);
  if (digits) *digits += text.substr(integer_end);
  return digits;
}

}  // namespace usage

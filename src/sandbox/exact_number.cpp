#include "exact_number.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "usage/base/ascii.h"

namespace usage::sandbox {
namespace {

constexpr int kMaxExponent = 400;  // beyond the range of doubles, so beyond what any server reads

// Takes the digits at the front of the text off it.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

std::optional<int> parse_exponent(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  int exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (exponent < -kMaxExponent || exponent > kMaxExponent) return std::nullopt;
  return exponent;
}

std::string add_digits(const std::string& a, const std::string& b) {  // of equal length
  std::string sum(a.size(), '0');
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int digit = (a[i] - '0') + (b[i] - '0') + carry;
    sum[i] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  return carry == 0 ? sum : "1" + sum;
}

}  // namespace

ExactNumber::ExactNumber(std::string digits, int scale) : digits_(std::move(digits)), scale_(scale) {
  digits_.erase(0, std::min(digits_.find_first_not_of('0'), digits_.size()));
  while (scale_ > 0 && !digits_.empty() && digits_.back() == '0') {
    digits_.pop_back();
    --scale_;
  }
  if (scale_ < 0) {
    if (!digits_.empty()) digits_.append(static_cast<std::size_t>(-scale_), '0');
    scale_ = 0;
  }
  if (digits_.empty()) scale_ = 0;
}

std::optional<ExactNumber> ExactNumber::parse(std::string_view json_number) {
  std::string_view rest = json_number;
  const std::string_view whole = take_digits(rest);
  std::string_view decimals;
  if (whole.empty()) return std::nullopt;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    decimals = take_digits(rest);
    if (decimals.empty()) return std::nullopt;
  }
  int exponent = 0;
  if (!rest.empty()) {
    if (rest.front() != 'e' && rest.front() != 'E') return std::nullopt;
    const std::optional<int> given = parse_exponent(rest.substr(1));
    if (!given) return std::nullopt;
    exponent = *given;
  }
  return ExactNumber(std::string(whole).append(decimals), static_cast<int>(decimals.size()) - exponent);
}

std::string ExactNumber::text() const {
  const auto scale = static_cast<std::size_t>(scale_);
  std::string padded = digits_;
  if (padded.size() <= scale) padded.insert(0, scale + 1 - padded.size(), '0');
  if (scale > 0) padded.insert(padded.size() - scale, ".");
  return padded;
}

std::string ExactNumber::scientific_text() const {
  if (is_zero()) return "0E0";
  const int exponent = static_cast<int>(digits_.size()) - 1 - scale_;
  std::string mantissa = digits_;
  if (mantissa.size() > 1) mantissa.insert(1, ".");
  return mantissa + "E" + std::to_string(exponent);
}

ExactNumber ExactNumber::rounded_to(int decimals) const {
  if (scale_ <= decimals) return *this;
  const auto dropped = static_cast<std::size_t>(scale_ - decimals);
  std::string kept = digits_;
  if (kept.size() <= dropped) kept.insert(0, dropped + 1 - kept.size(), '0');
  const bool up = kept[kept.size() - dropped] >= '5';
  kept.resize(kept.size() - dropped);
  if (up) kept = add_digits(kept, std::string(kept.size() - 1, '0') + "1");
  return ExactNumber(kept, decimals);
}

ExactNumber operator+(const ExactNumber& a, const ExactNumber& b) {
  const int scale = std::max(a.scale_, b.scale_);
  std::string left = a.digits_ + std::string(static_cast<std::size_t>(scale - a.scale_), '0');
  std::string right = b.digits_ + std::string(static_cast<std::size_t>(scale - b.scale_), '0');
  const std::size_t size = std::max(left.size(), right.size());
  left.insert(0, size - left.size(), '0');
  right.insert(0, size - right.size(), '0');
  return ExactNumber(add_digits(left, right), scale);
}

}  // namespace usage::sandbox

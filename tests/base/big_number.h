// The simplest arithmetic that can be right: signed decimals as strings of digits, worked on as on paper. Shares no
// idea with usage::Amount, so that the two do not share a mistake. No limits, no speed.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace usage::test {

class BigNumber {
 public:
  BigNumber() = default;

  // "-12.50"; the text must be well-formed, with a point.
  explicit BigNumber(std::string_view text) {
    negative_ = !text.empty() && text.front() == '-';
    if (negative_) text.remove_prefix(1);
    const auto point = std::min(text.find('.'), text.size());
    std::string fraction(text.substr(std::min(point + 1, text.size())));
    while (fraction.size() > kDecimals && fraction.back() == '0') fraction.pop_back();
    fraction.resize(std::max<std::size_t>(fraction.size(), kDecimals), '0');
    digits_ = std::string(text.substr(0, point)) + fraction;
    trim();
  }

  friend BigNumber operator-(BigNumber a) {
    a.negative_ = !a.negative_ && a.digits_ != "";
    return a;
  }

  friend BigNumber operator+(const BigNumber& a, const BigNumber& b) {
    BigNumber sum;
    const bool a_larger = compare_digits(a.digits_, b.digits_) >= 0;
    const BigNumber& large = a_larger ? a : b;
    const BigNumber& small = a_larger ? b : a;
    sum.negative_ = large.negative_;
    sum.digits_ = column_by_column(large.digits_, small.digits_, a.negative_ == b.negative_ ? 1 : -1);
    sum.trim();
    return sum;
  }

  // Negative, 0 or positive.
  friend int compare(const BigNumber& a, const BigNumber& b) {
    if (a.negative_ != b.negative_) return a.negative_ ? -1 : 1;
    return a.negative_ ? compare_digits(b.digits_, a.digits_) : compare_digits(a.digits_, b.digits_);
  }

  bool is_zero() const { return digits_.empty(); }

  // Whole and fraction with at least two decimals, no other trailing zeros.
  std::string text() const {
    std::string padded = digits_;
    while (padded.size() <= kDecimals) padded.insert(padded.begin(), '0');
    std::string fraction = padded.substr(padded.size() - kDecimals);
    while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
    return (negative_ ? "-" : "") + padded.substr(0, padded.size() - kDecimals) + "." + fraction;
  }

 private:
  static constexpr std::size_t kDecimals = 15;

  void trim() {
    digits_.erase(0, std::min(digits_.find_first_not_of('0'), digits_.size()));
    if (digits_.empty()) negative_ = false;
  }

  static int compare_digits(const std::string& a, const std::string& b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    return a.compare(b);
  }

  // large + sign * small, from the right, with a carry.
  static std::string column_by_column(const std::string& large, const std::string& small, int sign) {
    std::string result;
    int carry = 0;
    for (std::size_t i = 0; i < large.size(); ++i) {
      const int below = i < small.size() ? small[small.size() - 1 - i] - '0' : 0;
      const int column = large[large.size() - 1 - i] - '0' + sign * below + carry;
      carry = column < 0 ? -1 : column / 10;
      result += static_cast<char>('0' + (column + 10) % 10);
    }
    if (carry > 0) result += '1';
    return {result.rbegin(), result.rend()};
  }

  bool negative_ = false;
  std::string digits_;  // of the value times 10^15, without leading zeros; empty: 0
};

}  // namespace usage::test

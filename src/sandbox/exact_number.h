// Sums of JSON numbers without any rounding: the sandbox's own arithmetic, independent of usage/base/decimal.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace usage::sandbox {

// A number of any length, at least 0.
class ExactNumber {
 public:
  ExactNumber() = default;
  // A number as JSON writes it (RFC 8259 section 6). Nothing for a negative one, for an exponent beyond 400, and for
  // what is no number.
  static std::optional<ExactNumber> parse(std::string_view json_number);

  bool is_zero() const { return digits_.empty(); }
  std::string text() const;                    // shortest plain form: "12.5", "0.001", "300"
  std::string scientific_text() const;         // the same value with an exponent: "1.25E1"
  ExactNumber rounded_to(int decimals) const;  // half up

  friend ExactNumber operator+(const ExactNumber& a, const ExactNumber& b);
  friend bool operator==(const ExactNumber&, const ExactNumber&) = default;

 private:
  ExactNumber(std::string digits, int scale);
  std::string digits_;  // of an integer, without leading zeros; empty for 0
  int scale_ = 0;       // value = digits_ / 10^scale_; no trailing decimal zeros
};

}  // namespace usage::sandbox

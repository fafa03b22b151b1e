// Exact money. A Quantity is one row's amount, an Amount is a sum of them. Nothing here, or above, is ever a double.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "usage/base/int128.h"

namespace usage {

inline constexpr int kMaxDecimals = 15;
inline constexpr int kMaxSignificantDigits = 15;  // survives any JSON reader that goes through doubles

enum class DecimalSign : std::uint8_t { kPoint, kComma };

// The sign between groups of three digits before the decimal sign, where somebody declared one: 1,234,567.89. A space
// may also be a no-break space (U+00A0, U+202F), an apostrophe also U+2019.
enum class DigitGrouping : std::uint8_t { kNone, kComma, kPoint, kSpace, kApostrophe };

inline constexpr std::array<std::string_view, 5> kDigitGroupingNames = {"", "comma", "point", "space", "apostrophe"};

constexpr std::string_view name_of(DigitGrouping grouping) {
  return kDigitGroupingNames[static_cast<std::size_t>(grouping)];
}

// Why a text is not a quantity: what is wrong with it, and what the user can do about it. Both are whole sentences'
// parts without a final stop, ready for one line.
struct DecimalError {
  std::string reason;
  std::string remedy;
};

inline constexpr std::array<std::uint64_t, kMaxDecimals + 1> kPowersOfTen = [] {
  std::array<std::uint64_t, kMaxDecimals + 1> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

// Room for any quantity's text.
using QuantityText = std::array<char, 40>;

// An amount of money above 0, exactly as written: at most 15 significant digits and 15 decimals, trailing zeros not
// counted. Remembers the decimals as written ("44.00" prints as "44.00"), but compares by value (44.00 == 44).
class Quantity {
 public:
  // Plain decimals only: digits, at most one decimal sign, digits; the digits before it in groups of three where a
  // grouping sign is declared, all of them or none. Whatever would have to be guessed (other grouping signs, currency
  // signs, parentheses, exponents, a sign) is refused with the reason.
  static std::variant<Quantity, DecimalError> parse(std::string_view text, DecimalSign sign = DecimalSign::kPoint,
                                                    DigitGrouping grouping = DigitGrouping::kNone);

  // The same for the common short texts without grouping, quickly: nothing where parse would refuse the text, or where
  // it takes more than that.
  static std::optional<Quantity> parse_short(std::string_view text, DecimalSign sign = DecimalSign::kPoint);

  std::string text() const;  // with a point, valid as a JSON number; parse(text()) gives this quantity back

  // As Amount(*this).text(), into the room given.
  std::string_view as_amount(QuantityText& into) const;

  unsigned decimals() const { return static_cast<unsigned>(decimals_); }  // as written, trailing zeros too

  // The value times 10^15.
  Int128 units() const { return Int128{coefficient_} * Int128{kPowersOfTen[kMaxDecimals - scale_]}; }

  // The same for equal values, and for no others; its order means nothing.
  std::uint64_t key() const { return std::uint64_t{coefficient_} << 4 | scale_; }

  friend bool operator==(const Quantity& a, const Quantity& b) { return a.key() == b.key(); }
  friend std::strong_ordering operator<=>(const Quantity& a, const Quantity& b) { return a.units() <=> b.units(); }

 private:
  Quantity(std::uint64_t coefficient, unsigned scale, unsigned decimals)
      : coefficient_(coefficient & ((1ULL << 50) - 1)), scale_(scale & 15), decimals_(decimals & 63) {}
  std::uint64_t coefficient_ : 50;  // without trailing decimal zeros
  std::uint64_t scale_ : 4;         // value = coefficient / 10^scale
  std::uint64_t decimals_ : 6;      // as written, at least scale
};
static_assert(sizeof(Quantity) == 8);

// A sum of quantities, or a control total: exact, may be 0 or negative. 100 million rows of the largest quantity fit.
class Amount {
 public:
  constexpr Amount() = default;
  Amount(const Quantity& quantity) : units_(quantity.units()) {}              // implicit: a quantity is an amount
  constexpr static Amount from_units(Int128 units) { return Amount(units); }  // 10^-15 each
  // As a quantity, optionally with a leading '-'; may be 0; at most 23 digits before and 15 after the decimal sign.
  static std::variant<Amount, DecimalError> parse(std::string_view text, DecimalSign sign = DecimalSign::kPoint,
                                                  DigitGrouping grouping = DigitGrouping::kNone);

  // Shortest exact form with at least two decimals: "0.00", "12.355", "999999999999.999".
  std::string text() const;
  constexpr Int128 units() const { return units_; }

  Amount& operator+=(const Quantity& q) { return *this += from_units(q.units()); }
  // They throw std::overflow_error rather than wrap. The built-ins store the wrapped value even where they report an
  // overflow, so they get a variable of their own. Inline: every pass over all rows adds up.
  Amount& operator+=(const Amount& a) {
    Int128 sum = 0;
    if (__builtin_add_overflow(units_, a.units_, &sum)) fail_sum();
    units_ = sum;
    return *this;
  }
  Amount& operator-=(const Amount& a);
  friend Amount operator+(Amount a, const Amount& b) { return a += b; }
  friend Amount operator-(Amount a, const Amount& b) { return a -= b; }
  friend constexpr bool operator==(const Amount&, const Amount&) = default;
  friend constexpr std::strong_ordering operator<=>(const Amount& a, const Amount& b) { return a.units_ <=> b.units_; }

 private:
  constexpr explicit Amount(Int128 units) : units_(units) {}
  [[noreturn]] static void fail_sum();
  Int128 units_ = 0;
};

// What a cell says that need not be a charge, for totals: as Amount::parse, or with the '-' behind it (5.00-, as SAP
// writes). Nothing for anything else.
std::optional<Amount> read_any_amount(std::string_view text, DecimalSign sign, DigitGrouping grouping);

}  // namespace usage

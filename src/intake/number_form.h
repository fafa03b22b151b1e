// What a cell tells about the signs in its number, and what a column's cells tell together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "usage/intake/inspection.h"

namespace usage {

// A cell that is a number in some writing. 007, 2026-10-01, 1.10.2026 and whole numbers of more than 15 digits are
// none.
struct NumberLook {
  bool negative = false;
  bool zero = false;
  bool decorated = false;
  std::optional<char> ambiguous;                  // its only sign, a point or comma that may be either
  std::optional<DecimalSign> decimal_sign;        // proven by this cell
  DigitGrouping grouping = DigitGrouping::kNone;  // likewise
};
std::optional<NumberLook> look_at_number(std::string_view cell);

// The number under a decimal sign that is taken for granted, its grouping signs left out. Nothing where the cell is no
// number, or none with that sign.
std::optional<Amount> amount_under(std::string_view cell, DecimalSign sign);

// Puts the looks of a column's cells together.
class NumberFormSample {
 public:
  void add(std::string_view cell, std::uint32_t line);
  NumberForm form() const;

 private:
  // Cells whose only sign may be either, by that sign.
  struct Doubt {
    std::uint64_t cells = 0;
    std::string text;  // of the first
    std::uint32_t line = 0;
  };
  void add_doubt(Doubt& doubt, std::string_view cell, std::uint32_t line);
  static void leave_open(NumberForm& form, const Doubt& doubt);

  NumberForm form_;
  Doubt points_;
  Doubt commas_;
  bool proves_point_ = false;
  bool proves_comma_ = false;
  bool groups_differ_ = false;
};

}  // namespace usage

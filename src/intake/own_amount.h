// Amounts in files of ours, which may have gone through a spreadsheet.
#pragma once

#include <string_view>
#include <variant>

#include "cell_checks.h"
#include "usage/base/decimal.h"

namespace usage {

// With which signs a row's amount is written.
struct AmountSigns {
  DecimalSign sign = DecimalSign::kPoint;
  DigitGrouping grouping = DigitGrouping::kNone;
};

// A spreadsheet that reads a number by other signs than the file has writes another number back, and nothing in the
// cell tells. What LibreOffice 7.4 made of cells that nobody touched, saved as CSV (the columns: language of the
// program and language chosen at the import; tests/e2e/spreadsheet has such files):
//
//   cell       en, en      de, de      de, en      what is done with it in a file with decimal points
//   12.50      12.5        12.50       12,5        the same amount
//   1234.50    1234.5      1234.50     1234,5      the same amount
//   1.2        1.2         1.2         1,2         the same amount
//   0.001      0.001       1           0,001       1 is refused
//   1.234      1.234       1234        1,234       1234 is refused, and so is 1,234 (1.234 or 1234)
//   1,234      1234        1,234       1234        (was refused before) refused
//   12,50      12,50       12,5        12,50       (was refused before) refused
//
// So `was`, the amount_was of the row, decides. What the cell says is taken where it is the amount that stood there, or
// one with other digits, which only a person can have written. Where it has the same digits with the decimal sign
// elsewhere, it is refused until the person empties the cell `was`, and so is every reading of a cell that was unclear.
// A cell that does not fit `signs` is taken where it has one meaning under all conventions: 12,5, but not 1,234.
std::variant<Quantity, CellTrouble> read_own_amount(std::string_view cell, std::string_view was, AmountSigns signs);

// How amount_was begins.
inline constexpr std::string_view kReadableAmount = "amount ";
inline constexpr std::string_view kUnclearAmount = "unclear ";
inline constexpr std::string_view kConfirmedAmount = "confirmed ";  // and somebody said that it is right

// Nothing but digits and what may part them: a spreadsheet may take it for a number.
bool consists_of_digits_and_signs(std::string_view text);

}  // namespace usage

// The rules for single cells. Each check gives nothing where the cell is in order.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "usage/base/decimal.h"

namespace usage {

// A RowProblem without its place.
struct CellTrouble {
  std::string name;
  std::string reason;
  std::string remedy;
};

inline constexpr std::size_t kMaxReferenceBytes = 256;

// The end of a remedy for a row without its SID: to fill that in would bill a subtotal, or the total of all.
inline constexpr const char* kWhereNoCharge =
    "; where the row is no charge, delete it, and where it is the total of the others, give --total-row";

// A line break or another control character, which no mapped cell may have.
std::optional<CellTrouble> check_characters(std::string_view cell);

std::optional<CellTrouble> check_installation(std::string_view cell);
std::optional<CellTrouble> check_billing_sid(std::string_view cell);
std::optional<CellTrouble> check_reference(std::string_view cell);
std::optional<CellTrouble> check_currency(std::string_view cell);
std::optional<CellTrouble> check_usage_row(std::string_view cell);

// Likewise, in a file that may have gone through a spreadsheet.
std::optional<CellTrouble> check_own_reference(std::string_view cell);

std::optional<CellTrouble> check_decimal_sign(std::string_view cell);

// By kDigitGroupingNames; nothing, too, for the decimal sign itself.
std::optional<DigitGrouping> grouping_called(std::string_view cell, std::optional<DecimalSign> sign);
CellTrouble grouping_trouble();

CellTrouble quantity_trouble(std::string_view cell, DecimalError error);
std::optional<CellTrouble> check_maximum(const Quantity& quantity, const std::optional<Quantity>& maximum);

}  // namespace usage

#include "cell_checks.h"

#include <algorithm>

#include "own_roles.h"
#include "usage/base/ascii.h"
#include "usage/base/currency.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/record_source.h"

namespace usage {
namespace {

// Nothing in it that a screen would obey or hide.
bool is_printable(std::string_view text) {
  return is_printable_ascii(text) || clean_text(text, text.size()) == text;
}

std::string letters_and_digits(std::string_view text) {
  std::string plain(text);
  std::erase_if(plain, [](char c) { return !is_letter(c) && !is_digit(c); });
  return plain;
}

}  // namespace

std::optional<CellTrouble> check_characters(std::string_view cell) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
  const auto control = std::find_if(cell.begin(), cell.end(), is_control);
  if (control == cell.end()) return std::nullopt;
  const bool line_break = *control == kLineBreakMark;
  return CellTrouble{"cell-control-character",
                     line_break ? "a line break stands in it" : "a control character stands in it",
                     "remove it from the cell"};
}

std::optional<CellTrouble> check_installation(std::string_view cell) {
  if (is_installation_sid(cell)) return std::nullopt;
  if (cell.empty())
    return CellTrouble{"installation-empty", "it is empty",
                       std::string("fill in the installation's SID (XE...)") + kWhereNoCharge};
  if (is_installation_sid(letters_and_digits(cell)))
    return CellTrouble{"installation-form", "signs stand in it that are no part of a SID, such as a no-break space",
                       "remove them: a SID is letters and digits alone"};
  return CellTrouble{"installation-form", "an installation SID is XE and 32 hex digits",
                     "correct it: the SID stands in the listing's installations, and in the webhook at installation"};
}

std::optional<CellTrouble> check_billing_sid(std::string_view cell) {
  if (!is_usual_billing_sid(cell) && cell.size() > 2 && is_usual_billing_sid("BI" + std::string(cell.substr(2))) &&
      ascii_lower(cell.substr(0, 2)) == "bi")
    return CellTrouble{"billing-sid-case", "a billing SID begins with BI in capitals", "write BI in capitals"};
  if (is_possible_billing_sid(cell)) return std::nullopt;
  if (cell.empty()) return CellTrouble{"billing-sid-empty", "it is empty", "fill in the billable item's SID (BI...)"};
  return CellTrouble{"billing-sid-impossible", "a billing SID is 1 to 256 printable ASCII characters without blanks",
                     "correct it: usually it is BI and 32 hex digits"};
}

std::optional<CellTrouble> check_reference(std::string_view cell) {
  if (cell.size() > kMaxReferenceBytes) {
    return CellTrouble{"reference-too-long", "a reference has at most " + std::to_string(kMaxReferenceBytes) + " bytes",
                       "map a column with shorter ones, or rename this one, so that it is not mapped"};
  }
  if (is_printable(cell)) return std::nullopt;
  return CellTrouble{"reference-form", "an invisible character stands in it", "remove it from the cell"};
}

std::optional<CellTrouble> check_currency(std::string_view cell) {
  if (is_possible_currency(cell)) return std::nullopt;
  return CellTrouble{"currency-form",
                     "a currency has at most " + std::to_string(kMaxCurrencyCharacters) + " printable characters",
                     "correct it, or map another column with --column currency=NAME"};
}

std::optional<CellTrouble> check_usage_row(std::string_view cell) {
  constexpr std::size_t kMaxUsageRowBytes = 256;
  if (cell.size() <= kMaxUsageRowBytes && is_printable_ascii(cell)) return std::nullopt;
  return CellTrouble{"usage-row-form", "the program did not write this", "restore the cell, or empty it for a new row"};
}

// Whether 1.234 is a little more than one or more than a thousand is never guessed.
std::optional<CellTrouble> check_decimal_sign(std::string_view cell) {
  if (cell.empty() || cell == "." || cell == ",") return std::nullopt;
  return CellTrouble{"decimal-sign-form", "it is neither a point nor a comma",
                     "write the decimal sign of this row's amount there, . or ,"};
}

std::optional<CellTrouble> check_own_reference(std::string_view cell) {
  if (!is_rounded_number(cell)) return check_reference(cell);
  return CellTrouble{"reference-rounded", "a spreadsheet has rounded this number, so that it may be another's",
                     "restore it from the original file, in a spreadsheet with an apostrophe before it"};
}

std::optional<DigitGrouping> grouping_called(std::string_view cell, std::optional<DecimalSign> sign) {
  const auto found = std::ranges::find(kDigitGroupingNames, cell);
  if (found == kDigitGroupingNames.end() || cell == (sign == DecimalSign::kComma ? "comma" : "point")) {
    return std::nullopt;
  }
  return static_cast<DigitGrouping>(found - kDigitGroupingNames.begin());
}

CellTrouble grouping_trouble() {
  return {"grouping-form", "it is none of comma, point, space and apostrophe, or the decimal sign itself",
          "write there which sign groups the digits of this row's amount, or empty the cell where none does"};
}

CellTrouble quantity_trouble(std::string_view cell, DecimalError error) {
  return {cell.empty() ? "quantity-empty" : "quantity-form", std::move(error.reason), std::move(error.remedy)};
}

std::optional<CellTrouble> check_maximum(const Quantity& quantity, const std::optional<Quantity>& maximum) {
  if (!maximum || quantity <= *maximum) return std::nullopt;
  return CellTrouble{"quantity-above-max", "it is more than --max-amount " + maximum->text(),
                     "correct the amount, or raise --max-amount"};
}

}  // namespace usage

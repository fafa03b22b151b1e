#include "own_amount.h"

#include <algorithm>
#include <array>
#include <string>

#include "usage/base/ascii.h"
#include "usage/base/readable.h"
#include "usage/base/text.h"
#include "usage/intake/own_columns.h"

namespace usage {
namespace {

std::optional<Quantity> quantity_of(std::string_view text, AmountSigns signs) {
  return readable(Quantity::parse(text, signs.sign, signs.grouping));
}

// The only amount that the text can be, whatever the signs; nothing where it can be none or several.
std::optional<Quantity> only_meaning(std::string_view text) {
  using enum DigitGrouping;
  std::optional<Quantity> found;
  for (const DecimalSign sign : {DecimalSign::kPoint, DecimalSign::kComma}) {
    for (const DigitGrouping grouping : {kNone, kComma, kPoint, kSpace, kApostrophe}) {
      const bool both =
          (sign == DecimalSign::kPoint && grouping == kPoint) || (sign == DecimalSign::kComma && grouping == kComma);
      const auto meaning = both ? std::nullopt : quantity_of(text, {sign, grouping});
      if (!meaning) continue;
      if (found && *found != *meaning) return std::nullopt;
      found = meaning;
    }
  }
  return found;
}

std::string plain_remedy(AmountSigns signs) {
  return std::string("write it as digits alone, like ") + (signs.sign == DecimalSign::kPoint ? "1234.50" : "1234,50") +
         " (in a spreadsheet with an apostrophe before it, '" +
         (signs.sign == DecimalSign::kPoint ? "1234.50" : "1234,50") + ", so that it stays as it is)";
}

CellTrouble unreadable(std::string_view cell, AmountSigns signs) {
  CellTrouble trouble =
      quantity_trouble(cell, std::get<DecimalError>(Quantity::parse(cell, signs.sign, signs.grouping)));
  // The options that decide this of an export mean nothing here.
  if (consists_of_digits_and_signs(cell) && trouble.remedy.find("--") != std::string::npos) {
    trouble.remedy = plain_remedy(signs);
  }
  return trouble;
}

CellTrouble converted(std::string_view before) {
  return {"quantity-converted",
          "it has the digits of what stood there before (" + clean_text(before, 40) +
              ") with the decimal sign elsewhere, as when a spreadsheet reads a number by other signs",
          "if that is right, write it again (in a spreadsheet with an apostrophe before it: '" +
              clean_text(before, 40) + "); if the amount that stands there now is right, empty the row's " +
              std::string(kAmountWasColumn)};
}

CellTrouble still_unclear(std::string_view before) {
  return {
      "quantity-unclear",
      "what stood there before (" + clean_text(before, 40) +
          ") could not be read, and this has the same digits, as when a spreadsheet reads a number by signs of its own",
      "check the amount, and if it is right empty the row's " + std::string(kAmountWasColumn)};
}

std::variant<Quantity, CellTrouble> read_after_unclear(std::string_view cell, std::string_view before,
                                                       AmountSigns signs) {
  const auto quantity = quantity_of(cell, signs);
  if (!quantity) return unreadable(cell, signs);
  // What stood there may have one meaning all the same, under signs that the file does not have: 1,234.50.
  if (only_meaning(before) == quantity) return *quantity;
  if (cell != before && bare_digits(cell) == bare_digits(before)) return still_unclear(before);
  return *quantity;
}

}  // namespace

bool consists_of_digits_and_signs(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWide = {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x99"};
  bool any_digit = false;
  while (!text.empty()) {
    const auto wide = std::ranges::find_if(kWide, [text](std::string_view sign) { return text.starts_with(sign); });
    const bool digit = is_digit(text.front());
    if (!digit && wide == kWide.end() && std::string_view(".,' ").find(text.front()) == std::string_view::npos) {
      return false;
    }
    any_digit = any_digit || digit;
    text.remove_prefix(wide == kWide.end() ? 1 : wide->size());
  }
  return any_digit;
}

std::variant<Quantity, CellTrouble> read_own_amount(std::string_view cell, std::string_view was, AmountSigns signs) {
  if (was.starts_with(kUnclearAmount)) return read_after_unclear(cell, was.substr(kUnclearAmount.size()), signs);
  std::optional<Quantity> before;
  for (const std::string_view how : {kReadableAmount, kConfirmedAmount})
    if (was.starts_with(how)) before = quantity_of(was.substr(how.size()), {});
  if (!was.empty() && !before) {
    return CellTrouble{"amount-was-form", "the program did not write what stands in " + std::string(kAmountWasColumn),
                       "restore that cell, or, if the amount is right, empty it"};
  }
  auto quantity = quantity_of(cell, signs);
  if (!quantity) quantity = only_meaning(cell);
  if (!quantity) return unreadable(cell, signs);
  if (before && *quantity != *before && bare_digits(quantity->text()) == bare_digits(before->text())) {
    return converted(before->text());
  }
  return *quantity;
}

}  // namespace usage

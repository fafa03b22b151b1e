#include "single_values.h"

#include <algorithm>
#include <variant>

#include "usage/base/currency.h"
#include "usage/base/list_text.h"
#include "usage/base/readable.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/base/whole_number.h"
#include "usage/intake/decision.h"
#include "usage/plan/fail_on.h"
#include "usage/plan/plan_digest.h"

namespace usage {
namespace {

std::string remedy_of(const SettingValue& value) {
  if (value.source == Source::kCommandLine) return "correct it; --help shows what the option takes";
  return "correct it in " + value.place;
}

// "AMOUNT" or "CUR:AMOUNT", the currency in any form that a cell may have it, in the value `text`, which may have more
// before it.
std::pair<std::string, Amount> currency_amount(const SettingValue& value, std::string_view text,
                                               std::string_view part) {
  const std::size_t colon = part.rfind(':');
  const bool has_currency = colon != std::string_view::npos;
  const std::string currency = currency_name(has_currency ? part.substr(0, colon) : "");
  if (has_currency && currency.empty()) refuse(value, text, "names no currency before the :");
  auto parsed = Amount::parse(part.substr(has_currency ? colon + 1 : 0));
  const auto* amount = std::get_if<Amount>(&parsed);
  if (amount == nullptr) refuse(value, text, "is not an amount: " + std::get<DecimalError>(parsed).reason);
  return {currency, *amount};
}

// One value for each currency, and one for what has none, or stands for the only one: `add` says what to keep.
template <class Total>
void keep_total(const SettingValue& value, std::string_view text, const std::string& currency, const Total& total,
                std::map<std::string, Total>& totals) {
  if (!totals.emplace(currency, total).second)
    refuse(value, text,
           currency.empty() ? "is a second total" : "gives a second total for " + clean_text(currency, 20));
}

}  // namespace

void refuse(const SettingValue& value, std::string_view text, const std::string& why) {
  const bool may_hold_password = text.find('@') != std::string_view::npos;
  const std::string shown = may_hold_password ? "the value" : "\"" + clean_text(text, 80) + "\"";
  throw UsageError("option-value",
                   "--" + std::string(value.setting->name) + ": " + shown + " " + why + " (from " + value.place + ")",
                   remedy_of(value));
}

std::map<std::string, Amount> totals_of(const SettingValue& value) {
  std::map<std::string, Amount> totals;
  for (const std::string& text : value.texts) {
    const auto [currency, amount] = currency_amount(value, text, text);
    keep_total(value, text, currency, amount, totals);
  }
  return totals;
}

// "3:41.50" or "3:EUR:41.50".
std::map<std::string, RowsAndAmount> additional_of(const SettingValue& value) {
  std::map<std::string, RowsAndAmount> totals;
  for (const std::string& text : value.texts) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const auto rows = whole_number<std::uint64_t>(std::string_view(text).substr(0, colon));
    if (!rows || *rows == 0 || colon == text.size())
      refuse(value, text, "is not N:AMOUNT or N:CUR:AMOUNT, such as 3:41.50");
    const auto [currency, amount] = currency_amount(value, text, std::string_view(text).substr(colon + 1));
    keep_total(value, text, currency, RowsAndAmount{*rows, amount}, totals);
  }
  return totals;
}

void check_installation(const SettingValue& value) {
  for (const std::string& text : value.texts)
    if (!is_installation_sid(text)) refuse(value, text, "is not an installation SID: XE and 32 hex digits");
}

// Kept for ever and shown on screens and in spreadsheets: what would be changed by cleaning is refused.
void check_note(const SettingValue& value) {
  for (const std::string& text : value.texts) {
    if (trim_blanks(text).empty()) refuse(value, text, "is empty");
    if (text.size() > value.setting->highest)
      refuse(value, text, "is longer than " + std::to_string(value.setting->highest) + " bytes");
    if (clean_text(text, std::string::npos) != text)
      refuse(value, text, "holds control characters, or is not UTF-8: write one line of plain text");
  }
}

ChangeFactor factor_of(const SettingValue& value) {
  const std::string& text = value.texts.front();
  const auto factor = readable(Quantity::parse(text));
  constexpr Int128 kThousandth = 1'000'000'000'000;  // in a quantity's units
  const bool fits = factor && factor->units() % kThousandth == 0;
  const Int128 thousandths = fits ? factor->units() / kThousandth : 0;
  if (thousandths > 1000 && thousandths <= 1'000'000) return {static_cast<std::uint64_t>(thousandths)};
  refuse(value, text, "is not a number above 1 and up to 1000, with at most three decimals");
}

std::vector<std::string> warnings_of(const SettingValue& value) {
  std::vector<std::string> names;
  for (const std::string& text : value.texts) {
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      const std::string name(trim_blanks(rest.substr(0, comma)));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      if (std::find(kPlanWarnings.begin(), kPlanWarnings.end(), name) == kPlanWarnings.end())
        refuse(value, name, "is not a warning; known: " + list_text(kPlanWarnings, ", "));
      names.push_back(name);
    }
  }
  return names;
}

void check_plan_digest(const SettingValue& value) {
  const std::string& text = value.texts.front();
  if (!read_plan_digest(text)) refuse(value, text, "is not a plan's digest, as `upload --dry-run` shows it");
}

std::optional<RowStatus> decision_of(const SettingValue& value) {
  if (const auto decision = read_decision(value.texts.front())) return decision;
  refuse(value, value.texts.front(), "is not " + std::string(kDecisionWords));
}

}  // namespace usage

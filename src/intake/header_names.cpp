#include "header_names.h"

#include <algorithm>
#include <array>

#include "name_hints.h"
#include "usage/base/ascii.h"
#include "usage/base/column_name.h"
#include "usage/base/text.h"

namespace usage {
namespace {

std::vector<std::string_view> known_names(Field field, Layout layout) {
  switch (field) {
    case Field::kInstallation:
      return {"installedaddonsid", "installationsid"};
    case Field::kBillingSid:
      return {"billingsid", "billableitemsid"};
    case Field::kQuantity:
      return {"quantity", "amount"};
    case Field::kReference:
      // In an export a "Reference" may be anything, a customer's order number for one.
      if (layout == Layout::kReconciliation) return {"reference"};
      return {"invoicelineid"};
    case Field::kCurrency:
      return {"currency"};
    default:
      break;
  }
  return {};
}

// "rate" hides in too many words (generated): it counts as a word, or at an end of the name.
bool speaks_of_a_rate(std::string_view name, std::string_view plain) {
  constexpr std::array<std::string_view, 4> kOtherWords = {"corporate", "separate", "accurate", "generate"};
  const auto ends_name = [plain](std::string_view word) { return plain.ends_with(word); };
  if (plain.starts_with("rate") || plain.ends_with("rates")) return true;
  if (plain.ends_with("rate") && std::ranges::none_of(kOtherWords, ends_name)) return true;
  const std::string lower = ascii_lower(name);
  for (std::size_t at = lower.find("rate"); at != std::string::npos; at = lower.find("rate", at + 1)) {
    const std::size_t behind = at + 4 + (lower.compare(at + 4, 1, "s") == 0 ? 1 : 0);
    const bool begins = at == 0 || !is_letter(lower[at - 1]);
    if (begins && (behind >= lower.size() || !is_letter(lower[behind]))) return true;
  }
  return name.find("Rate") != std::string_view::npos;  // UnitRateUsd
}

bool has_name(const std::vector<std::string>& header, std::string_view name) {
  return std::ranges::any_of(header, [name](const std::string& cell) { return same_name(cell, name); });
}

bool has_columns_of_reconciliation(const std::vector<std::string>& header) {
  constexpr std::array<std::string_view, 5> kNames = {"installed_add_on_sid", "billing_sid", "quantity", "reference",
                                                      "twilio_request_id"};
  return std::ranges::all_of(kNames, [&header](std::string_view name) { return has_name(header, name); });
}

}  // namespace

Layout layout_of(const std::vector<std::string>& header) {
  if (!has_name(header, kUsageRowColumn)) return Layout::kExport;
  return has_columns_of_reconciliation(header) ? Layout::kReconciliation : Layout::kOwnResult;
}

bool has_lost_usage_row(const std::vector<std::string>& header) {
  return !has_name(header, kUsageRowColumn) &&
         (std::ranges::count_if(header, is_own_column) > 1 || has_columns_of_reconciliation(header));
}

bool is_known_name(std::string_view name, Field field, Layout layout) {
  return std::ranges::any_of(known_names(field, layout),
                             [name](std::string_view known) { return same_name(name, known); });
}

bool is_usage_column(std::string_view name, Layout layout) {
  return layout != Layout::kExport && is_own_column(name);
}

bool may_count_units(std::string_view name) {
  return same_name(name, "quantity");
}

bool speaks_of_money(std::string_view name) {
  const std::string plain = plain_name(name);
  const auto holds = [&plain](std::string_view word) { return plain.find(word) != std::string::npos; };
  return holds("amount") || holds("price") || holds("total") || speaks_of_a_rate(name, plain) ||
         names_a_sum_of_money(name);
}

}  // namespace usage

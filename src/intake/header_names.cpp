#include "header_names.h"

#include <algorithm>

#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::string_view kSeparators = " _-\t";

std::string without_separators(std::string_view name) {
  std::string plain = ascii_lower(name);
  std::erase_if(plain, [](char c) { return kSeparators.find(c) != std::string_view::npos; });
  return plain;
}

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

// "rate" hides in too many words (corporate, generated): it counts as a word, or at an end of the name.
bool speaks_of_a_rate(std::string_view name, std::string_view plain) {
  if (plain.starts_with("rate") || plain.ends_with("rate") || plain.ends_with("rates")) return true;
  const std::string lower = ascii_lower(name);
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  for (std::size_t at = lower.find("rate"); at != std::string::npos; at = lower.find("rate", at + 1)) {
    const std::size_t behind = at + 4 + (lower.compare(at + 4, 1, "s") == 0 ? 1 : 0);
    const bool begins = at == 0 || !is_letter(lower[at - 1]);
    if (begins && (behind >= lower.size() || !is_letter(lower[behind]))) return true;
  }
  return name.find("Rate") != std::string_view::npos;  // UnitRateUsd
}

}  // namespace

Layout layout_of(const std::vector<std::string>& header) {
  const auto has = [&header](std::string_view name) {
    return std::find(header.begin(), header.end(), name) != header.end();
  };
  if (!has(kUsageRowColumn)) return Layout::kExport;
  const bool all = has("installed_add_on_sid") && has("billing_sid") && has("quantity") && has("reference") &&
                   has("twilio_request_id");
  return all ? Layout::kReconciliation : Layout::kOwnResult;
}

bool same_name(std::string_view a, std::string_view b) {
  return without_separators(a) == without_separators(b);
}

bool is_known_name(std::string_view name, Field field, Layout layout) {
  const auto known = known_names(field, layout);
  return std::find(known.begin(), known.end(), without_separators(name)) != known.end();
}

bool is_usage_column(std::string_view name, Layout layout) {
  return layout != Layout::kExport && is_own_column(name);
}

bool may_count_units(std::string_view name) {
  return without_separators(name) == "quantity";
}

bool speaks_of_money(std::string_view name) {
  const std::string plain = without_separators(name);
  const auto holds = [&plain](std::string_view word) { return plain.find(word) != std::string::npos; };
  return holds("amount") || holds("price") || holds("total") || speaks_of_a_rate(name, plain);
}

}  // namespace usage

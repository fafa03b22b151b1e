#include <algorithm>
#include <future>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "reading_doubts.h"
#include "repeated_rows.h"
#include "row_filters.h"
#include "usage/base/list_text.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/intake/row_name.h"
#include "usage/intake/usage_intake.h"

namespace usage {
namespace {

constexpr std::size_t kShownRows = 3;
constexpr std::size_t kOutlierMinRows = 20;
constexpr int kOutlierFactor = 100;
constexpr std::size_t kMedianSample = 1'000'000;  // at most so many rows, evenly spaced, give a currency's median

using RowIndexes = std::vector<std::uint32_t>;

// "12 rows (line 4, line 9, line 17, ...)"
std::string rows_text(const UsageInput& input, const RowIndexes& rows) {
  const std::string names =
      list_text(first_entries(rows, kShownRows), ", ", [&](auto row) { return row_name(input, input.rows[row]); });
  return count_of(rows.size(), "row", "rows") + " (" + names + (rows.size() > kShownRows ? ", ...)" : ")");
}

template <typename Predicate>
RowIndexes rows_where(const UsageInput& input, Predicate holds) {
  RowIndexes found;
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    if (holds(input.rows[i])) found.push_back(static_cast<std::uint32_t>(i));
  }
  return found;
}

void warn_of_billing_sids(const UsageInput& input, std::vector<Warning>& warnings) {
  std::vector<bool> unusual;
  for (const std::string& sid : input.billing_sids) unusual.push_back(!is_usual_billing_sid(sid));
  if (std::ranges::count(unusual, true) == 0) return;
  const RowIndexes rows = rows_where(input, [&](const UsageRow& row) { return unusual[row.billing_sid]; });
  if (rows.empty()) return;
  warnings.push_back({"billing-sid-form", "the billing SID is not BI and 32 hex digits in " + rows_text(input, rows) +
                                              ", first " +
                                              clean_text(input.billing_sids[input.rows[rows[0]].billing_sid], 60)});
}

// References that differ tell rows apart, equal ones were rejected before: so a row without one is what makes rows
// equal.
void warn_of_equal_rows(const UsageInput& input, std::vector<Warning>& warnings) {
  const auto has_none = [](const UsageRow& row) { return row.reference == kNoText; };
  if (std::none_of(input.rows.begin(), input.rows.end(), has_none)) return;
  const auto content = [](const UsageRow& row) {
    return std::optional(RowKey(installation_and_billing_sid(row), row.quantity.key()));
  };
  RowIndexes found;
  each_repeated_key(input.rows, content, [&](std::span<const std::uint32_t> rows) {
    if (std::any_of(rows.begin(), rows.end(), [&](std::uint32_t row) { return has_none(input.rows[row]); }))
      found.insert(found.end(), rows.begin(), rows.end());
  });
  if (found.empty()) return;
  std::sort(found.begin(), found.end());
  warnings.push_back({"equal-rows", "installation, billing SID and quantity are those of another row in " +
                                        rows_text(input, found) + "; each is billed"});
}

// One file uploaded part by part: a row that a filter leaves out now would be taken for the equal one, and not billed.
void warn_of_equal_rows_left_out(const UsageInput& input, std::vector<Warning>& warnings) {
  const auto item = [](std::string_view installation, std::string_view billing_sid) {
    return sid_key(installation) + "\n" + sid_key(billing_sid);
  };
  std::set<std::pair<std::string, Int128>> left_out;
  for (const LeftOutRow& row : input.left_out)
    if (row.amount && row.reference.empty() && row.reason.starts_with(kByWhere))
      left_out.emplace(item(row.installation, row.billing_sid), row.amount->units());
  if (left_out.empty()) return;
  const RowIndexes found = rows_where(input, [&](const UsageRow& row) {
    if (row.reference != kNoText) return false;
    return left_out.contains(
        {item(input.installations[row.installation], input.billing_sids[row.billing_sid]), row.quantity.units()});
  });
  if (found.empty()) return;
  warnings.push_back({"equal-rows",
                      "installation, billing SID and quantity are those of a row that --where leaves out "
                      "in " +
                          rows_text(input, found) +
                          "; uploaded by itself, that would be taken for this one, and not be billed"});
}

bool is_outlier(const Quantity& amount, const Quantity& median) {
  return amount.units() > median.units() * Int128{kOutlierFactor};
}

// The rows of one currency, and those of them that are looked at for its median.
struct CurrencyRows {
  std::optional<Quantity> largest;
  std::size_t count = 0;
  std::size_t to_pass_over = 0;  // before the next that is looked at
  std::size_t sampled = 0;
  std::size_t small = 0;  // of these: so small that the largest amount would be an outlier

  bool takes_next() {
    if (to_pass_over > 0) {
      --to_pass_over;
      return false;
    }
    to_pass_over = (count - 1) / kMedianSample;
    return true;
  }
  // Whether the median is among the small ones. To count these is much cheaper than to find it, and most files have
  // none.
  bool has_outliers() const { return count >= kOutlierMinRows && small > 0 && 2 * small >= sampled; }
};

std::vector<CurrencyRows> rows_by_currency(const UsageInput& input) {
  std::vector<CurrencyRows> currencies(input.currencies.size());
  for (const UsageRow& row : input.rows) {
    CurrencyRows& of_currency = currencies[row.currency];
    ++of_currency.count;
    if (!of_currency.largest || row.quantity > *of_currency.largest) of_currency.largest = row.quantity;
  }
  for (const UsageRow& row : input.rows) {
    CurrencyRows& of_currency = currencies[row.currency];
    if (!of_currency.takes_next()) continue;
    ++of_currency.sampled;
    if (is_outlier(*of_currency.largest, row.quantity)) ++of_currency.small;
  }
  return currencies;
}

// The lower one of the two in the middle.
Quantity median_of(std::vector<Quantity>& amounts) {
  const auto middle = amounts.begin() + static_cast<std::ptrdiff_t>((amounts.size() - 1) / 2);
  std::nth_element(amounts.begin(), middle, amounts.end());
  return *middle;
}

// Of each currency that has outliers; exact up to kMedianSample rows.
std::vector<std::optional<Quantity>> medians_of(const UsageInput& input) {
  std::vector<CurrencyRows> currencies = rows_by_currency(input);
  std::vector<std::optional<Quantity>> medians(currencies.size());
  if (std::ranges::none_of(currencies, &CurrencyRows::has_outliers)) return medians;
  std::vector<std::vector<Quantity>> amounts(currencies.size());
  for (CurrencyRows& of_currency : currencies) of_currency.to_pass_over = 0;
  for (const UsageRow& row : input.rows)
    if (currencies[row.currency].has_outliers() && currencies[row.currency].takes_next())
      amounts[row.currency].push_back(row.quantity);
  for (std::size_t i = 0; i < amounts.size(); ++i)
    if (!amounts[i].empty()) medians[i] = median_of(amounts[i]);
  return medians;
}

void warn_of_outliers(const UsageInput& input, std::vector<Warning>& warnings) {
  const auto medians = medians_of(input);
  if (std::ranges::none_of(medians, [](const auto& median) { return median.has_value(); })) return;
  std::vector<RowIndexes> outliers(medians.size());
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    const UsageRow& row = input.rows[i];
    const auto& median = medians[row.currency];
    if (median && is_outlier(row.quantity, *median)) outliers[row.currency].push_back(static_cast<std::uint32_t>(i));
  }
  for (std::size_t i = 0; i < outliers.size(); ++i) {
    if (outliers[i].empty()) continue;
    const std::string unit = input.currencies[i].empty() ? "" : " " + input.currencies[i];
    warnings.push_back({"amount-outlier", "the amount is more than 100 times the median (" + medians[i]->text() + unit +
                                              ") in " + rows_text(input, outliers[i]) + ", first " +
                                              input.rows[outliers[i][0]].quantity.text() + unit});
  }
}

}  // namespace

// They look at the same rows, and none needs another: the largest goes beside the others.
std::vector<Warning> warnings_of_comparison(const UsageInput& input) {
  std::vector<Warning> billing_sids;
  std::vector<Warning> equal_rows;
  std::vector<Warning> outliers;
  auto found = std::async([&] { warn_of_equal_rows(input, equal_rows); });
  warn_of_billing_sids(input, billing_sids);
  warn_of_outliers(input, outliers);
  std::vector<Warning> decimal_signs = warn_of_decimal_signs(input);
  std::vector<Warning> subtotals = warn_of_subtotals(input);
  found.get();
  warn_of_equal_rows_left_out(input, equal_rows);
  std::vector<Warning> all;
  for (auto* list : {&billing_sids, &equal_rows, &outliers, &decimal_signs, &subtotals})
    std::move(list->begin(), list->end(), std::back_inserter(all));
  return all;
}

}  // namespace usage

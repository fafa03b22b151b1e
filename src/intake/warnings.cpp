#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "comparison.h"
#include "usage/intake/row_name.h"
#include "rows_by_installation.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kShownRows = 3;
constexpr std::size_t kOutlierMinRows = 20;
constexpr int kOutlierFactor = 100;
constexpr std::size_t kMedianSample =
    1'000'000;  // about so many rows, evenly spaced, give the medians of a larger file

using RowIndexes = std::vector<std::uint32_t>;

// "12 rows (line 4, line 9, line 17, ...)"
std::string rows_text(const UsageInput& input, const RowIndexes& rows) {
  std::string names;
  for (std::size_t i = 0; i < std::min(rows.size(), kShownRows); ++i) {
    names += (i == 0 ? "" : ", ") + row_name(input, input.rows[rows[i]]);
  }
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

void warn_of_billing_sids(UsageInput& input) {
  std::vector<bool> unusual;
  for (const std::string& sid : input.billing_sids) unusual.push_back(!is_usual_billing_sid(sid));
  const RowIndexes rows = rows_where(input, [&](const UsageRow& row) { return unusual[row.billing_sid]; });
  if (rows.empty()) return;
  input.warnings.push_back(
      {"billing-sid-form", "the billing SID is not BI and 32 hex digits in " + rows_text(input, rows) + ", first " +
                               clean_text(input.billing_sids[input.rows[rows[0]].billing_sid], 60)});
}

// Those of one installation's rows that are equal to another. Orders the rows by billing SID and quantity. References
// that differ tell rows apart, equal ones were rejected before: so a row without one is what makes rows of a group
// equal.
void find_equal_rows(const UsageInput& input, std::span<std::uint32_t> rows, RowIndexes& found) {
  const auto key = [&input](std::uint32_t i) {
    return std::tuple(input.rows[i].billing_sid, input.rows[i].quantity.units());
  };
  std::sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  for (auto begin = rows.begin(); begin != rows.end();) {
    const auto end = std::find_if(begin, rows.end(), [&](std::uint32_t i) { return key(i) != key(*begin); });
    const auto has_none = [&input](std::uint32_t i) { return input.rows[i].reference == kNoText; };
    if (end - begin > 1 && std::any_of(begin, end, has_none)) found.insert(found.end(), begin, end);
    begin = end;
  }
}

void warn_of_equal_rows(UsageInput& input) {
  RowIndexes found;
  RowsByInstallation grouped(input);
  for (std::size_t i = 0; i < grouped.installations(); ++i) find_equal_rows(input, grouped.rows_of(i), found);
  if (found.empty()) return;
  std::sort(found.begin(), found.end());
  input.warnings.push_back({"equal-rows", "installation, billing SID and quantity are those of another row in " +
                                              rows_text(input, found) + "; each is billed"});
}

// The lower median; exact up to kMedianSample rows.
Quantity median_of(std::vector<Quantity>& amounts) {
  const auto middle = amounts.begin() + static_cast<std::ptrdiff_t>((amounts.size() - 1) / 2);
  std::nth_element(amounts.begin(), middle, amounts.end());
  return *middle;
}

// The median of each currency; nothing where it has few rows.
std::vector<std::optional<Quantity>> medians_of(const UsageInput& input) {
  const std::size_t step = input.rows.size() / kMedianSample + 1;
  std::vector<std::vector<Quantity>> amounts(input.currencies.size());
  for (std::size_t i = 0; i < input.rows.size(); i += step) {
    amounts[input.rows[i].currency].push_back(input.rows[i].quantity);
  }
  std::vector<std::optional<Quantity>> medians;
  for (auto& of_currency : amounts) {
    medians.push_back(of_currency.size() < kOutlierMinRows ? std::nullopt : std::optional(median_of(of_currency)));
  }
  return medians;
}

void warn_of_outliers(UsageInput& input) {
  const auto medians = medians_of(input);
  std::vector<RowIndexes> outliers(medians.size());
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    const UsageRow& row = input.rows[i];
    const auto& median = medians[row.currency];
    const bool far = median && row.quantity.units() > median->units() * Int128{kOutlierFactor};
    if (far) outliers[row.currency].push_back(static_cast<std::uint32_t>(i));
  }
  for (std::size_t i = 0; i < outliers.size(); ++i) {
    if (outliers[i].empty()) continue;
    const std::string unit = input.currencies[i].empty() ? "" : " " + input.currencies[i];
    input.warnings.push_back({"amount-outlier", "the amount is more than 100 times the median (" + medians[i]->text() +
                                                    unit + ") in " + rows_text(input, outliers[i]) + ", first " +
                                                    input.rows[outliers[i][0]].quantity.text() + unit});
  }
}

}  // namespace

void warn(UsageInput& input) {
  warn_of_billing_sids(input);
  warn_of_equal_rows(input);
  warn_of_outliers(input);
}

}  // namespace usage

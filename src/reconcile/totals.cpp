#include "usage/reconcile/totals.h"

#include <algorithm>
#include <set>
#include <variant>

#include "usage/base/error.h"
#include "usage/base/readable.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// Of a row that was invalid or left out it may be 0 or negative.
Amount amount_of(const RowRecord& row) {
  if (const auto quantity = readable(Quantity::parse(row.quantity))) return *quantity;
  const bool may_be_any = row.status == RowStatus::kInvalid || row.status == RowStatus::kLeftOut;
  if (const auto amount = readable(Amount::parse(row.quantity)); amount && may_be_any) return *amount;
  throw LedgerError("ledger-damaged",
                    "the row of line " + std::to_string(row.place.line) + " has the amount '" +
                        clean_text(row.quantity, 40) + "', which is none",
                    "restore the ledger from a backup and keep this one for inspection");
}

// "12 rows (0 without an amount), amount 30.00"
std::string worded(const Total& total) {
  return count_of(total.rows, "row", "rows") + " (" + std::to_string(total.rows_without_amount) +
         " without an amount), amount " + total.amount.text();
}

}  // namespace

Totals::Totals(std::span<const Total> planned) {
  for (const Total& total : planned) totals_[{total.status, total.currency}].total = total;
}

StatusTotal& Totals::entry_of(RowStatus status, std::string_view currency) {
  const auto found = totals_.find(KeyView{status, currency});
  return found != totals_.end() ? found->second : totals_[{status, std::string(currency)}];
}

void Totals::add(const RowRecord& row) {
  StatusTotal& entry = entry_of(row.status, row.currency);
  const bool settled = is_settled(row);
  ++entry.total.rows;
  if (!row.superseded_by.empty()) ++entry.superseded_rows;
  if (settled) ++entry.settled_rows;
  if (!row.has_amount) {
    ++entry.total.rows_without_amount;
    return;
  }
  const Amount amount = amount_of(row);
  entry.total.amount += amount;
  if (settled) entry.settled_amount += amount;
}

std::vector<StatusTotal> Totals::by_status() const {
  std::vector<StatusTotal> list;
  for (const auto& [key, entry] : totals_) {
    list.push_back(entry);
    list.back().total.status = key.first;
    list.back().total.currency = key.second;
  }
  return list;
}

std::vector<Total> Totals::plain() const {
  std::vector<Total> list;
  for (StatusTotal& entry : by_status()) list.push_back(std::move(entry.total));
  return list;
}

std::uint64_t Totals::rows(RowStatus status) const {
  std::uint64_t sum = 0;
  for (const auto& [key, entry] : totals_) {
    if (key.first == status) sum += entry.total.rows;
  }
  return sum;
}

std::uint64_t Totals::standing(RowStatus status) const {
  std::uint64_t sum = 0;
  for (const auto& [key, entry] : totals_) {
    if (key.first == status) sum += entry.total.rows - entry.superseded_rows;
  }
  return sum;
}

std::uint64_t Totals::rows() const {
  std::uint64_t sum = 0;
  for (const auto& [key, entry] : totals_) sum += entry.total.rows;
  return sum;
}

bool is_settled(const RowRecord& row) {
  return !row.settled_by.empty() || row.settled_at.has_value();
}

std::uint64_t rows_of(std::span<const Total> totals) {
  std::uint64_t rows = 0;
  for (const Total& total : totals) rows += total.rows;
  return rows;
}

Total total_in(std::span<const Total> totals, std::string_view currency) {
  const auto found = std::ranges::find(totals, currency, &Total::currency);
  return found != totals.end() ? *found : Total{RowStatus::kNotSent, std::string(currency), 0, 0, {}};
}

void count_row(std::vector<Total>& totals, RowStatus status, const std::string& currency, const Amount& amount) {
  auto found = std::ranges::find(totals, currency, &Total::currency);
  if (found == totals.end()) found = totals.insert(found, Total{status, currency, 0, 0, {}});
  ++found->rows;
  found->amount += amount;
}

std::vector<Total> sums_by_currency(std::span<const Total> totals) {
  std::map<std::string, Total> sums;
  for (const Total& total : totals) {
    Total& sum = sums[total.currency];
    sum.currency = total.currency;
    sum.rows += total.rows;
    sum.rows_without_amount += total.rows_without_amount;
    sum.amount += total.amount;
  }
  std::vector<Total> list;
  for (auto& [currency, sum] : sums) list.push_back(std::move(sum));
  return list;
}

std::vector<std::string> check_totals_close(std::span<const Total> input, std::span<const Total> result) {
  const std::vector<Total> expected = sums_by_currency(input);
  const std::vector<Total> found = sums_by_currency(result);
  std::set<std::string> currencies;
  for (const Total& total : expected) currencies.insert(total.currency);
  for (const Total& total : found) currencies.insert(total.currency);

  std::vector<std::string> differences;
  for (const std::string& currency : currencies) {
    const Total in = total_in(expected, currency);
    const Total out = total_in(found, currency);
    if (in.rows == out.rows && in.rows_without_amount == out.rows_without_amount && in.amount == out.amount) continue;
    const std::string where = currency.empty() ? "" : "currency " + clean_text(currency, 20) + ": ";
    differences.push_back(where + "the input has " + worded(in) + "; the result has " + worded(out));
  }
  return differences;
}

}  // namespace usage

#include "usage/plan/total_lines.h"

#include <set>

#include "usage/base/text.h"

namespace usage {
namespace {

// Rows of one file above its total line.
struct Sum {
  std::uint64_t rows = 0;
  std::uint64_t unreadable = 0;
  Amount amount;

  void add(const std::optional<Amount>& row) {
    ++rows;
    if (row) amount += *row;
    if (!row) ++unreadable;
  }
  bool is(const Amount& total) const { return unreadable == 0 && amount == total; }
};

struct FileSums {
  Sum counted;
  Sum all;
  std::set<std::uint16_t> currencies;
};

// A heading or a ruler among the rows, left out by a filter: its cell is empty.
bool is_without_money(const LeftOutRow& row) {
  return !row.amount && row.quantity.empty();
}

FileSums sums_of(const UsageInput& input, const TotalLine& total) {
  FileSums sums;
  const auto add = [&](const auto& row, const std::optional<Amount>& amount, bool counts) {
    if (row.file != total.file || row.place.line >= total.line) return;
    sums.all.add(amount);
    if (counts) sums.counted.add(amount);
    sums.currencies.insert(row.currency);
  };
  for (const UsageRow& row : input.rows) add(row, row.quantity, true);
  for (const InvalidRow& row : input.invalid) add(row, row.amount, true);
  for (const LeftOutRow& row : input.left_out) {
    if (!is_without_money(row)) add(row, row.amount, false);
  }
  return sums;
}

std::string difference_of(const FileSums& sums, const TotalLine& total) {
  if (sums.currencies.size() > 1) return "the file has several currencies, which no single total can cover";
  std::string text = "the rows that count add up to " + sums.counted.amount.text() + " (a difference of " +
                     (sums.counted.amount - total.amount).text() + ")";
  if (sums.all.rows > sums.counted.rows) text += ", all rows above it to " + sums.all.amount.text();
  if (sums.all.unreadable > 0)
    text += "; " + count_of(sums.all.unreadable, "amount", "amounts") + " of them cannot be read";
  return text;
}

TotalLineCheck check(const UsageInput& input, const TotalLine& total) {
  const FileSums sums = sums_of(input, total);
  TotalLineCheck check{total, "", TotalLineCheck::Agreement::kNone, sums.counted.rows, ""};
  if (sums.currencies.size() == 1) check.currency = input.currencies[*sums.currencies.begin()];
  const bool may_agree = sums.currencies.size() <= 1;
  if (may_agree && sums.all.is(total.amount)) {
    check.agreement = TotalLineCheck::Agreement::kAllRows;
    check.rows = sums.all.rows;
  } else if (may_agree && sums.counted.is(total.amount)) {
    check.agreement = TotalLineCheck::Agreement::kRowsThatCount;
  } else {
    check.difference = difference_of(sums, total);
  }
  return check;
}

}  // namespace

std::vector<TotalLineCheck> check_total_lines(const UsageInput& input) {
  std::vector<TotalLineCheck> checks;
  for (const TotalLine& total : input.total_lines) checks.push_back(check(input, total));
  return checks;
}

}  // namespace usage

#include "usage/plan/plan.h"

#include <algorithm>

#include "usage/base/digest.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// Totals by status and currency, in order of status, then of the currency's first appearance.
class TotalTable {
 public:
  explicit TotalTable(const UsageInput& input) : input_(input) {}

  void add(RowStatus status, std::uint16_t currency, const std::optional<Quantity>& amount) {
    Total& total = table_[{status, currency}];
    ++total.rows;
    if (amount)
      total.amount += *amount;
    else
      ++total.rows_without_amount;
  }

  std::vector<Total> list() const {
    std::vector<Total> totals;
    for (const auto& [key, total] : table_) {
      totals.push_back(total);
      totals.back().status = key.first;
      totals.back().currency = input_.currencies[key.second];
    }
    return totals;
  }

 private:
  const UsageInput& input_;
  std::map<std::pair<RowStatus, std::uint16_t>, Total> table_;
};

std::vector<Total> planned_totals(const UsageInput& input) {
  TotalTable totals(input);
  for (const UsageRow& row : input.rows) totals.add(RowStatus::kNotSent, row.currency, row.quantity);
  for (const InvalidRow& row : input.invalid) totals.add(RowStatus::kInvalid, row.currency, row.amount);
  for (const LeftOutRow& row : input.left_out) totals.add(RowStatus::kLeftOut, row.currency, row.amount);
  return totals.list();
}

std::unordered_map<std::uint32_t, std::uint32_t> installations_with_invalid_rows(const UsageInput& input) {
  std::unordered_map<std::uint32_t, std::uint32_t> held_back;
  for (const InvalidRow& row : input.invalid)
    if (row.installation_index != kNoText) held_back.emplace(row.installation_index, row.place.line);
  return held_back;
}

void number_the_rows(Plan& plan, std::size_t row_count) {
  plan.rows.resize(row_count);
  std::uint32_t number = 0;
  for (const RequestRows& request : plan.requests) {
    ++number;
    std::uint32_t position = 0;
    for (const std::uint32_t row : request.rows) plan.rows[row] = {number, position++};
  }
}

std::optional<Refusal> refuse_invalid_rows(const UsageInput& input) {
  if (input.invalid.empty()) return std::nullopt;
  const InvalidRow& first = input.invalid.front();
  return Refusal{"invalid-rows",
                 count_of(input.invalid.size(), "row is", "rows are") + " invalid, the first at line " +
                     std::to_string(first.place.line) + ": " + first.problems.front().reason,
                 "correct the rows listed, or send the other installations only with --skip-invalid"};
}

std::optional<Refusal> check_row_count(const UsageInput& input, const ControlTotals& expected) {
  const std::uint64_t counted = input.rows.size() + input.invalid.size();
  if (!expected.rows || *expected.rows == counted) return std::nullopt;
  return Refusal{"control-rows",
                 "the control total says " + count_of(*expected.rows, "row", "rows") + ", the file has " +
                     count_of(counted, "row", "rows"),
                 "compare the export with its source; correct the file or --expect-rows"};
}

// What the rows that count add up to, by currency.
std::map<std::string, Amount> counted_amounts(const std::vector<Total>& totals) {
  std::map<std::string, Amount> amounts;
  for (const Total& total : totals)
    if (total.status != RowStatus::kLeftOut) amounts[total.currency] += total.amount;
  return amounts;
}

Refusal control_total_refusal(const std::string& currency, const std::string& problem) {
  return {"control-total", problem + (currency.empty() ? "" : " " + currency),
          "compare the export with its source; correct the file or --expect-total"};
}

void check_amounts(std::map<std::string, Amount> actual, const ControlTotals& expected, std::vector<Refusal>& refusals) {
  if (expected.amounts.empty()) return;
  const auto unnamed = expected.amounts.find("");
  if (unnamed != expected.amounts.end() && actual.size() > 1) {
    refusals.push_back({"control-total", "one control total is given, but the file has several currencies",
                        "give one --expect-total CURRENCY:AMOUNT for each currency"});
    return;
  }
  for (const auto& [currency, amount] : expected.amounts) {
    const auto found = currency.empty() && !actual.empty() ? actual.begin() : actual.find(currency);
    const Amount sum = found == actual.end() ? Amount() : found->second;
    if (sum != amount)
      refusals.push_back(control_total_refusal(
          currency, "the control total says " + amount.text() + ", the file adds up to " + sum.text() +
                        " (a difference of " + (sum - amount).text() + ")"));
    if (found != actual.end()) actual.erase(found);
  }
  for (const auto& [currency, amount] : actual)
    refusals.push_back(control_total_refusal(
        currency, "the file has " + amount.text() + " in a currency without a control total:"));
}

}  // namespace

Plan make_plan(const UsageInput& input, const PlanOptions& options) {
  Plan plan;
  plan.content_digest = digest_of_content(input);
  if (options.on_invalid == OnInvalid::kHoldBack)
    plan.held_back = installations_with_invalid_rows(input);
  else if (auto refusal = refuse_invalid_rows(input))
    plan.refusals.push_back(*refusal);

  std::vector<InstallationUsage> groups = group_by_installation(input.rows);
  std::erase_if(groups, [&](const auto& group) { return plan.held_back.contains(group.installation); });
  plan.requests = batch(groups, options.max_items);
  number_the_rows(plan, input.rows.size());

  plan.totals = planned_totals(input);
  if (auto refusal = check_row_count(input, options.expected)) plan.refusals.push_back(*refusal);
  check_amounts(counted_amounts(plan.totals), options.expected, plan.refusals);
  return plan;
}

std::string digest_of_content(const UsageInput& input) {
  Sha256 digest;
  const auto add = [&](std::string_view text) {
    digest.add(std::to_string(text.size()));
    digest.add(":");
    digest.add(text);
  };
  for (const UsageRow& row : input.rows) {
    add(input.installations[row.installation].key);
    add(sid_key(input.billing_sids[row.billing_sid]));
    add(Amount::from_units(row.quantity.units()).text());
    add(row.reference == kNoText ? "" : input.references[row.reference]);
    add(input.currencies[row.currency]);
  }
  for (const InvalidRow& row : input.invalid) {
    add("invalid");
    add(std::to_string(row.place.line));
    add(row.installation);
    add(row.billing_sid);
    add(row.quantity);
  }
  return digest.hex();
}

}  // namespace usage

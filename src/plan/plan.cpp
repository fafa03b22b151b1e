#include "usage/plan/plan.h"

#include <algorithm>

#include "usage/base/huge_pages.h"
#include "usage/base/text.h"
#include "usage/intake/row_name.h"

namespace usage {
namespace {

// Totals by status and currency, in order of status, then of the currency's first appearance.
class TotalTable {
 public:
  explicit TotalTable(const UsageInput& input) : input_(input) {}

  void add(RowStatus status, std::uint16_t currency, const std::optional<Amount>& amount) {
    Total& total = total_of(status, currency);
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
  // Mostly that of the row before.
  Total& total_of(RowStatus status, std::uint16_t currency) {
    const std::pair key(status, currency);
    if (last_ == table_.end() || last_->first != key) last_ = table_.try_emplace(key).first;
    return last_->second;
  }

  const UsageInput& input_;
  using Table = std::map<std::pair<RowStatus, std::uint16_t>, Total>;
  Table table_;
  Table::iterator last_ = table_.end();
};

const MetRow* met_row(const Plan& plan, std::uint32_t row) {
  if (plan.meeting.rows.empty()) return nullptr;
  const auto found = plan.meeting.rows.find(row);
  return found == plan.meeting.rows.end() ? nullptr : &found->second;
}

RowStatus planned_status(const Plan& plan, std::uint32_t row) {
  const MetRow* met = met_row(plan, row);
  return met == nullptr ? RowStatus::kNotSent : met->status;
}

void add_other_rows(const UsageInput& input, TotalTable& totals) {
  for (const InvalidRow& row : input.invalid) totals.add(RowStatus::kInvalid, row.currency, row.amount);
  for (const LeftOutRow& row : input.left_out) totals.add(RowStatus::kLeftOut, row.currency, row.amount);
}

std::vector<Total> planned_totals(const UsageInput& input, const Plan& plan) {
  TotalTable totals(input);
  for (std::uint32_t i = 0; i < input.rows.size(); ++i)
    totals.add(planned_status(plan, i), input.rows[i].currency, input.rows[i].quantity);
  add_other_rows(input, totals);
  return totals.list();
}

std::unordered_map<std::uint32_t, std::string> installations_with_invalid_rows(const UsageInput& input) {
  std::unordered_map<std::uint32_t, std::string> held_back;
  for (const InvalidRow& row : input.invalid)
    if (row.installation_index != kNoText)
      held_back.try_emplace(row.installation_index, place_name(input, row.file, row.place.line));
  return held_back;
}

std::optional<Refusal> refuse_invalid_rows(const UsageInput& input) {
  if (input.invalid.empty()) return std::nullopt;
  const InvalidRow& first = input.invalid.front();
  return Refusal{"invalid-rows",
                 count_of(input.invalid.size(), "row is", "rows are") + " invalid, the first at " +
                     place_name(input, first.file, first.place.line) + ": " + first.problems.front().reason,
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

// What the rows that count add up to, by currency: a charge that was left out by a decision counts, as the export has
// it.
std::map<std::string, Amount> counted_amounts(const UsageInput& input, const Plan& plan) {
  std::map<std::string, Amount> amounts;
  for (const Total& total : plan.totals)
    if (total.status != RowStatus::kLeftOut) amounts[total.currency] += total.amount;
  for (const auto& [row, met] : plan.meeting.rows)
    if (met.status == RowStatus::kLeftOut)
      amounts[input.currencies[input.rows[row].currency]] += input.rows[row].quantity;
  return amounts;
}

Refusal control_total_refusal(const std::string& problem) {
  return {"control-total", problem, "compare the export with its source; correct the file or --expect-total"};
}

// What the sum lacks, whatever the currency.
std::string unreadable_amounts(const UsageInput& input) {
  const auto rows = std::ranges::count_if(input.invalid, [](const InvalidRow& row) { return !row.amount; });
  if (rows == 0) return "";
  return "; " + count_of(static_cast<std::uint64_t>(rows), "row has", "rows have") + " no readable amount";
}

void check_amounts(const UsageInput& input, std::map<std::string, Amount> actual, const ControlTotals& expected,
                   std::vector<Refusal>& refusals) {
  if (expected.amounts.empty()) return;
  const bool stands_for_any = expected.amounts.size() == 1 && expected.amounts.contains("");
  if (stands_for_any && actual.size() > 1) {
    refusals.push_back({"control-total", "one control total is given, but the file has several currencies",
                        actual.contains("") ? "give one --expect-total CURRENCY:AMOUNT for each currency, and one "
                                              "--expect-total AMOUNT for the rows that have none"
                                            : "give one --expect-total CURRENCY:AMOUNT for each currency"});
    return;
  }
  for (const auto& [currency, amount] : expected.amounts) {
    const auto found = stands_for_any && !actual.empty() ? actual.begin() : actual.find(currency);
    const Amount sum = found == actual.end() ? Amount() : found->second;
    if (sum != amount)
      refusals.push_back(control_total_refusal(
          "the control total says " + money_text(amount, currency) + ", the file adds up to " +
          money_text(sum, currency) + " (a difference of " + (sum - amount).text() + unreadable_amounts(input) + ")"));
    if (found != actual.end()) actual.erase(found);
  }
  for (const auto& [currency, amount] : actual)
    refusals.push_back(control_total_refusal("no control total covers the file's " + money_text(amount, currency)));
}

void refuse_difference(const UsageInput& input, const TotalLineCheck& check, std::vector<Refusal>& refusals) {
  if (check.difference.empty()) return;
  refusals.push_back({"total-line",
                      "the total line at " + place_name(input, check.line.file, check.line.line) + " says " +
                          check.line.amount.text() + ", but " + check.difference,
                      "compare the export with its source; it may be cut, or not all of its rows may be charges"});
}

// The rows that go out: not those of held-back installations, nor those that met a charge which is not sent.
RowGroups groups_to_send(const UsageInput& input, const Plan& plan) {
  RowGroups groups = group_by_installation(input.rows);
  if (plan.meeting.rows.empty() && plan.held_back.empty()) return groups;
  groups.erase_rows_if([&](std::uint32_t row) { return !is_sent(input, plan, row); });
  return groups;
}

std::map<std::string, RowsAndAmount> additional_to_send(const UsageInput& input, const Plan& plan) {
  std::map<std::string, RowsAndAmount> sums;
  for (const AdditionalRow& additional : plan.meeting.additional) {
    const UsageRow& row = input.rows[additional.row];
    if (plan.held_back.contains(row.installation)) continue;
    RowsAndAmount& sum = sums[input.currencies[row.currency]];
    ++sum.rows;
    sum.amount += row.quantity;
  }
  return sums;
}

// As --allow-additional takes it: "2:10.50", "2:USD:10.50".
std::string allowance(const std::string& currency, const RowsAndAmount& sum) {
  return std::to_string(sum.rows) + ":" + (currency.empty() ? "" : currency + ":") + sum.amount.text();
}

std::string allowances(const std::map<std::string, RowsAndAmount>& sums) {
  std::string text;
  for (const auto& [currency, sum] : sums) text += " --allow-additional " + shell_word(allowance(currency, sum));
  return text;
}

// One allowance without a currency stands for the file's only one.
std::map<std::string, RowsAndAmount> with_currency(std::map<std::string, RowsAndAmount> allowed,
                                                   const std::map<std::string, RowsAndAmount>& found) {
  if (allowed.size() == 1 && allowed.contains("") && found.size() == 1) {
    auto only = allowed.extract("");
    only.key() = found.begin()->first;
    allowed.insert(std::move(only));
  }
  return allowed;
}

std::optional<Refusal> check_additional(const UsageInput& input, const Plan& plan, const PlanOptions& options) {
  if (with_currency(options.allow_additional, plan.additional) == plan.additional) return std::nullopt;
  if (plan.additional.empty())
    return Refusal{"additional-charges", "there are no additional charges, but --allow-additional expects some",
                   "compare the file with the one that was meant; take --allow-additional away"};
  std::uint64_t rows = 0;
  for (const auto& [currency, sum] : plan.additional) rows += sum.rows;
  const auto first = std::find_if(plan.meeting.additional.begin(), plan.meeting.additional.end(), [&](const auto& row) {
    return !plan.held_back.contains(input.rows[row.row].installation);
  });
  return Refusal{
      "additional-charges",
      count_of(rows, "row", "rows") +
          " may be what the period has already, or has still to send, and would be billed on top of it, the first at " +
          row_name(input, input.rows[first->row]) + " (beside " + first->beside + ")",
      "where these are edited amounts of what was sent, take them out (that cannot be changed), and leave out the failed "
      "charges that they stand for, if any: settle RUN --as left-out; where they are charges of their own, give exactly "
      "their number and sum:" +
          allowances(plan.additional)};
}

}  // namespace

Plan make_plan(const UsageInput& input, Meeting meeting, const PlanOptions& options) {
  Plan plan;
  plan.meeting = std::move(meeting);
  if (options.on_invalid == OnInvalid::kHoldBack)
    plan.held_back = installations_with_invalid_rows(input);
  else if (auto refusal = refuse_invalid_rows(input))
    plan.refusals.push_back(*refusal);

  plan.requests = batch(groups_to_send(input, plan), options.max_items);
  plan.additional = additional_to_send(input, plan);

  plan.totals = planned_totals(input, plan);
  plan.control_totals = options.expected;
  if (auto refusal = check_row_count(input, options.expected)) plan.refusals.push_back(*refusal);
  check_amounts(input, counted_amounts(input, plan), options.expected, plan.refusals);
  plan.total_lines = check_total_lines(input);
  for (const TotalLineCheck& check : plan.total_lines) refuse_difference(input, check, plan.refusals);
  if (auto refusal = check_additional(input, plan, options)) plan.refusals.push_back(*refusal);
  return plan;
}

std::vector<Total> totals_of_planned_rows(const UsageInput& input, const Plan& plan) {
  // Rows of one request lie far apart: to go there and count is cheaper than to read them there.
  std::vector<std::uint8_t> times_sent;
  reserve_in_huge_pages(times_sent, input.rows.size());
  times_sent.resize(input.rows.size());
  for (const std::uint32_t row : plan.requests.rows())
    if (times_sent[row] < UINT8_MAX) ++times_sent[row];  // twice is wrong already

  TotalTable totals(input);
  for (std::uint32_t i = 0; i < input.rows.size(); ++i) {
    const UsageRow& row = input.rows[i];
    for (int n = times_sent[i]; n > 0; --n) totals.add(RowStatus::kNotSent, row.currency, row.quantity);
    if (!is_sent(input, plan, i)) totals.add(planned_status(plan, i), row.currency, row.quantity);
  }
  add_other_rows(input, totals);
  return totals.list();
}

}  // namespace usage

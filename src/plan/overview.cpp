#include "usage/plan/overview.h"

#include <algorithm>
#include <set>

namespace usage {
namespace {

constexpr std::size_t kLargest = 10;

// One installation's sum in one currency.
struct Sum {
  std::uint32_t installation = 0;
  std::uint64_t items = 0;
  Amount amount;
};

std::vector<std::vector<Sum>> sums_by_currency(const UsageInput& input) {
  std::vector<std::vector<Sum>> sums(input.currencies.size());
  for (const InstallationUsage& group : group_by_installation(input.rows)) {
    for (const std::uint32_t i : group.rows) {
      const UsageRow& row = input.rows[i];
      auto& list = sums[row.currency];
      if (list.empty() || list.back().installation != group.installation) list.push_back({group.installation, 0, {}});
      ++list.back().items;
      list.back().amount += row.quantity;
    }
  }
  return sums;
}

CurrencyOverview overview_of_currency(const UsageInput& input, std::string currency, std::vector<Sum> sums) {
  CurrencyOverview overview;
  overview.currency = std::move(currency);
  for (const Sum& sum : sums) {
    overview.items += sum.items;
    overview.amount += sum.amount;
  }
  std::stable_sort(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) { return a.amount > b.amount; });
  const auto shown = [&](const Sum& sum) {
    return InstallationAmount{input.installations[sum.installation].sid, sum.items, sum.amount};
  };
  for (std::size_t i = 0; i < std::min(kLargest, sums.size()); ++i) overview.largest.push_back(shown(sums[i]));
  const auto smallest =
      std::min_element(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) { return a.amount < b.amount; });
  overview.smallest = shown(*smallest);
  return overview;
}

std::vector<LeftOutGroup> left_out_groups(const UsageInput& input) {
  std::map<std::pair<std::string_view, std::uint16_t>, LeftOutGroup> groups;
  for (const LeftOutRow& row : input.left_out) {
    LeftOutGroup& group = groups[{row.reason, row.currency}];
    ++group.sum.rows;
    if (row.amount) group.sum.amount += *row.amount;
    if (!row.amount) ++group.unreadable;
  }
  std::vector<LeftOutGroup> list;
  for (auto& [key, group] : groups) {
    group.reason = key.first;
    group.currency = input.currencies[key.second];
    list.push_back(std::move(group));
  }
  return list;
}

}  // namespace

PlanOverview overview_of(const UsageInput& input, const Plan& plan) {
  PlanOverview overview;
  overview.rows = input.row_count();
  overview.valid = input.rows.size();
  overview.invalid = input.invalid.size();
  overview.left_out = input.left_out.size();
  overview.left_out_by = left_out_groups(input);
  std::set<std::uint32_t> installations;
  for (const RequestRows& request : plan.requests) {
    overview.items += request.rows.size();
    installations.insert(request.installation);
    for (const std::uint32_t i : request.rows) {
      RowsAndAmount& sent = overview.sent[input.currencies[input.rows[i].currency]];
      ++sent.rows;
      sent.amount += input.rows[i].quantity;
    }
  }
  for (const auto& [row, met] : plan.meeting.rows) {
    if (met.status == RowStatus::kDuplicate) ++overview.duplicate;
    if (met.status == RowStatus::kUnknown) ++overview.in_doubt;
    if (met.status == RowStatus::kNotSent && plan.rows[row].request != 0) ++overview.again;
  }
  for (const auto& [currency, sum] : plan.additional) overview.additional += sum.rows;
  overview.held_back = overview.valid - overview.items - overview.duplicate - overview.in_doubt;
  overview.installations = installations.size();
  overview.requests = plan.requests.size();
  auto sums = sums_by_currency(input);
  for (std::size_t currency = 0; currency < sums.size(); ++currency)
    if (!sums[currency].empty())
      overview.currencies.push_back(overview_of_currency(input, input.currencies[currency], std::move(sums[currency])));
  return overview;
}

}  // namespace usage

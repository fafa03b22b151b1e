#include "usage/plan/overview.h"

#include <algorithm>
#include <utility>

namespace usage {
namespace {

constexpr std::size_t kLargest = 10;

// One installation's sum in one currency.
struct Sum {
  Amount amount;
  std::uint32_t installation = 0;
  std::uint32_t items = 0;
  std::uint32_t rank = 0;        // of the installation, in order of first appearance
  std::uint32_t next = kNoText;  // the same installation's sum in another currency
  std::uint16_t currency = 0;
};

// An installation's sums hang on a chain, of which there is mostly one link.
class SumTable {
 public:
  explicit SumTable(std::size_t installations) : first_(installations, kNoText) { sums_.reserve(installations); }

  void add(const UsageRow& row) {
    Sum& sum = sum_of(row.installation, row.currency);
    ++sum.items;
    sum.amount += row.quantity;
  }

  // In no order.
  std::vector<std::vector<const Sum*>> by_currency(std::size_t currencies) const {
    std::vector<std::vector<const Sum*>> lists(currencies);
    for (const Sum& sum : sums_) lists[sum.currency].push_back(&sum);
    return lists;
  }

 private:
  Sum& sum_of(std::uint32_t installation, std::uint16_t currency) {
    std::uint32_t* link = &first_[installation];
    std::uint32_t rank = *link == kNoText ? static_cast<std::uint32_t>(sums_.size()) : *link;
    while (*link != kNoText && sums_[*link].currency != currency) link = &sums_[*link].next;
    if (*link != kNoText) return sums_[*link];
    *link = static_cast<std::uint32_t>(sums_.size());
    return sums_.emplace_back(Sum{{}, installation, 0, rank, kNoText, currency});
  }

  std::vector<std::uint32_t> first_;  // by installation: its first sum; kNoText where it has none
  std::vector<Sum> sums_;
};

CurrencyOverview overview_of_currency(const UsageInput& input, std::string currency, std::vector<const Sum*> sums) {
  CurrencyOverview overview;
  overview.currency = std::move(currency);
  for (const Sum* sum : sums) {
    overview.items += sum->items;
    overview.amount += sum->amount;
  }
  const auto shown = [&](const Sum& sum) {
    return InstallationAmount{input.installations[sum.installation], sum.items, sum.amount};
  };
  // Of equal ones the first in the file.
  const auto is_smaller = [](const Sum* a, const Sum* b) {
    return a->amount != b->amount ? a->amount < b->amount : a->rank < b->rank;
  };
  const auto is_larger = [](const Sum* a, const Sum* b) {
    return a->amount != b->amount ? a->amount > b->amount : a->rank < b->rank;
  };
  overview.smallest = shown(**std::min_element(sums.begin(), sums.end(), is_smaller));
  const auto largest = sums.begin() + static_cast<std::ptrdiff_t>(std::min(kLargest, sums.size()));
  std::partial_sort(sums.begin(), largest, sums.end(), is_larger);
  for (auto sum = sums.begin(); sum != largest; ++sum) overview.largest.push_back(shown(**sum));
  return overview;
}

// In one pass over the rows: the sums of all of them, and what goes out; and to how many installations.
void add_up_rows(const UsageInput& input, const Plan& plan, SumTable& sums, PlanOverview& overview) {
  std::vector<RowsAndAmount> sent(input.currencies.size());
  for (std::uint32_t i = 0; i < input.rows.size(); ++i) {
    const UsageRow& row = input.rows[i];
    sums.add(row);
    if (!is_sent(input, plan, i)) continue;
    ++sent[row.currency].rows;
    sent[row.currency].amount += row.quantity;
  }
  for (std::size_t i = 0; i < sent.size(); ++i) {
    overview.items += sent[i].rows;
    if (sent[i].rows != 0) overview.sent[input.currencies[i]] = sent[i];
  }
  // Requests to one installation stand one behind the other.
  std::uint32_t before = kNoText;
  for (const InstallationUsage& request : plan.requests)
    if (std::exchange(before, request.installation) != request.installation) ++overview.installations;
}

std::vector<LeftOutGroup> left_out_groups(const UsageInput& input, const Plan& plan) {
  static constexpr std::string_view kByDecision = "a person decided that these charges are not to be billed";
  std::map<std::pair<std::string_view, std::string_view>, LeftOutGroup> groups;
  for (const LeftOutRow& row : input.left_out) {
    LeftOutGroup& group = groups[{row.reason, input.currencies[row.currency]}];
    ++group.sum.rows;
    if (row.amount) group.sum.amount += *row.amount;
    if (!row.amount) ++group.unreadable;
  }
  for (const auto& [index, met] : plan.meeting.rows) {
    if (met.status != RowStatus::kLeftOut) continue;
    const UsageRow& row = input.rows[index];
    LeftOutGroup& group = groups[{kByDecision, input.currencies[row.currency]}];
    ++group.sum.rows;
    group.sum.amount += row.quantity;
  }
  std::vector<LeftOutGroup> list;
  for (auto& [key, group] : groups) {
    group.reason = key.first;
    group.currency = key.second;
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
  overview.left_out_by = left_out_groups(input, plan);
  for (const LeftOutGroup& group : overview.left_out_by) overview.left_out += group.sum.rows;
  SumTable sums(input.installations.size());
  add_up_rows(input, plan, sums, overview);
  for (const auto& [row, met] : plan.meeting.rows) {
    if (met.status == RowStatus::kDuplicate) ++overview.duplicate;
    if (met.status == RowStatus::kUnknown) ++overview.in_doubt;
    if (met.status == RowStatus::kNotSent && is_sent(input, plan, row)) ++overview.again;
  }
  for (const auto& [currency, sum] : plan.additional) overview.additional += sum.rows;
  const std::uint64_t left_out_by_decision = overview.left_out - input.left_out.size();
  overview.held_back = overview.valid - overview.items - overview.duplicate - overview.in_doubt - left_out_by_decision;
  overview.requests = plan.requests.size();
  auto lists = sums.by_currency(input.currencies.size());
  for (std::size_t currency = 0; currency < lists.size(); ++currency)
    if (!lists[currency].empty())
      overview.currencies.push_back(
          overview_of_currency(input, input.currencies[currency], std::move(lists[currency])));
  std::ranges::sort(overview.currencies, {}, &CurrencyOverview::currency);
  return overview;
}

}  // namespace usage

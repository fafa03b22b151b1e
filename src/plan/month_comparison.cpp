#include "usage/plan/month_comparison.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "usage/base/list_text.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/plan/plan.h"

namespace usage {
namespace {

constexpr std::size_t kNamed = 5;  // in a warning; the plan has them all

// Sums by installation and currency, in order of first appearance.
class SumTable {
 public:
  explicit SumTable(const std::vector<InstallationSum>& sums) {
    for (const InstallationSum& sum : sums) place_of(sum.installation, sum.currency).amount += sum.amount;
  }
  void add(const UsageInput& input, const Plan& plan) {
    for (const InstallationUsage& request : plan.requests)
      for (const std::uint32_t i : request.rows)
        place_of(input.installations[request.installation], input.currencies[input.rows[i].currency]).amount +=
            input.rows[i].quantity;
  }
  const InstallationSum* find(const InstallationSum& other) const {
    const auto found = index_.find(key_of(other.installation, other.currency));
    return found == index_.end() ? nullptr : &sums_[found->second];
  }
  bool has(const std::string& installation) const { return installations_.contains(sid_key(installation)); }
  std::size_t installations() const { return installations_.size(); }
  const std::vector<InstallationSum>& sums() const { return sums_; }

 private:
  static std::string key_of(const std::string& installation, const std::string& currency) {
    return sid_key(installation) + currency;
  }
  InstallationSum& place_of(const std::string& installation, const std::string& currency) {
    const auto [place, is_new] = index_.try_emplace(key_of(installation, currency), sums_.size());
    if (is_new) {
      sums_.push_back({installation, currency, {}});
      installations_.insert(sid_key(installation));
    }
    return sums_[place->second];
  }
  std::vector<InstallationSum> sums_;
  std::unordered_map<std::string, std::size_t> index_;
  std::unordered_set<std::string> installations_;
};

// a > b times the factor, exactly.
bool is_more(const Amount& a, const Amount& b, ChangeFactor factor) {
  Int128 left = 0;
  Int128 right = 0;
  const bool overflows = __builtin_mul_overflow(a.units(), Int128(1000), &left) ||
                         __builtin_mul_overflow(b.units(), Int128(factor.thousandths), &right);
  if (!overflows) return left > right;
  return a.units() / Int128(factor.thousandths) > b.units() / 1000;  // of sums with thirty digits
}

template <class Entry, class Show>
std::string first_of(const std::vector<Entry>& list, const Show& show) {
  return first_of_list(list, kNamed, ", ", show) + (list.size() > kNamed ? " (upload --dry-run --json lists all)" : "");
}

std::string shown(const InstallationSum& sum) {
  return sum.installation + " (" + money_text(sum.amount, sum.currency) + ")";
}
std::string shown_change(const AmountChange& change) {
  return change.installation + " (" + money_text(change.before, change.currency) + ", now " +
         money_text(change.now, change.currency) + ")";
}

template <class Sums>
std::vector<MonthTotal> totals_of(const Sums& before, const Sums& now) {
  std::map<std::string, MonthTotal> totals;
  for (const InstallationSum& sum : before) totals[sum.currency].before += sum.amount;
  for (const InstallationSum& sum : now) totals[sum.currency].now += sum.amount;
  std::vector<MonthTotal> list;
  for (auto& [currency, total] : totals) {
    total.currency = currency;
    list.push_back(std::move(total));
  }
  return list;
}

}  // namespace

std::string ChangeFactor::text() const {
  std::string text = std::to_string(thousandths / 1000);
  std::string decimals = std::to_string(1000 + thousandths % 1000).substr(1);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return decimals.empty() ? text : text + "." + decimals;
}

MonthComparison compare_months(std::string period_before, const std::vector<InstallationSum>& before,
                               const std::vector<InstallationSum>& now, const UsageInput& input, const Plan& plan,
                               ChangeFactor factor) {
  const SumTable old(before);
  SumTable present(now);
  present.add(input, plan);
  MonthComparison comparison;
  comparison.period = std::move(period_before);
  comparison.factor = factor;
  comparison.installations_before = old.installations();
  comparison.installations_now = present.installations();
  comparison.totals = totals_of(old.sums(), present.sums());
  std::unordered_set<std::string> in_file;  // of rows that cannot be sent, too
  for (const std::string& installation : input.installations) in_file.insert(sid_key(installation));
  const auto compare = [&](const InstallationSum& sum, const Amount& was, const Amount& is) {
    if (is_more(is, was, factor) || is_more(was, is, factor))
      comparison.changed.push_back({sum.installation, sum.currency, was, is});
  };
  for (const InstallationSum& sum : present.sums()) {
    const InstallationSum* was = old.find(sum);
    if (was == nullptr && !old.has(sum.installation))
      comparison.appeared.push_back(sum);
    else
      compare(sum, was == nullptr ? Amount() : was->amount, sum.amount);
  }
  for (const InstallationSum& sum : old.sums()) {
    if (present.find(sum) != nullptr) continue;
    if (present.has(sum.installation))
      compare(sum, sum.amount, Amount());
    else if (!in_file.contains(sid_key(sum.installation)))
      comparison.vanished.push_back(sum);
  }
  return comparison;
}

std::vector<Warning> warnings_of(const MonthComparison& comparison) {
  std::vector<Warning> warnings;
  const auto count = [](const auto& list) { return count_of(installations_in(list), "installation", "installations"); };
  const std::string& period = comparison.period;
  if (!comparison.appeared.empty())
    warnings.push_back({"installations-new", count(comparison.appeared) + " had nothing in period " + period + ": " +
                                                 first_of(comparison.appeared, shown)});
  if (!comparison.vanished.empty())
    warnings.push_back({"installations-vanished", count(comparison.vanished) + " of period " + period +
                                                      (installations_in(comparison.vanished) == 1 ? " has" : " have") +
                                                      " nothing now: " + first_of(comparison.vanished, shown)});
  if (!comparison.changed.empty())
    warnings.push_back({"amounts-changed", count(comparison.changed) + " changed by more than " +
                                               comparison.factor.text() + " times since period " + period + ": " +
                                               first_of(comparison.changed, shown_change)});
  return warnings;
}

}  // namespace usage

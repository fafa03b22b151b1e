// This period against the one before, installation by installation: what a clerk would otherwise compare by eye.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "usage/base/sid.h"
#include "usage/ledger/records.h"
#include "usage/model/usage_row.h"
#include "usage/model/warning.h"

namespace usage {

struct Plan;

// How many times an amount may be more, or less, than the one before. Above 1, exact to thousandths.
struct ChangeFactor {
  std::uint64_t thousandths = 2000;
  std::string text() const;  // "2", "1.25"
};

struct AmountChange {
  std::string installation;
  std::string currency;
  Amount before;
  Amount now;
  friend bool operator==(const AmountChange&, const AmountChange&) = default;
};

struct MonthTotal {
  std::string currency;
  Amount before;
  Amount now;
};

struct MonthComparison {
  std::string period;  // the one before
  ChangeFactor factor;
  std::uint64_t installations_before = 0;
  std::uint64_t installations_now = 0;
  std::vector<MonthTotal> totals;         // by currency, in its order
  std::vector<InstallationSum> appeared;  // each list in order of first appearance, an entry a currency
  std::vector<InstallationSum> vanished;
  std::vector<AmountChange> changed;  // by more than the factor; one of the two is 0 where its currency changed
};

// The entries' installations, each once.
template <class Entry>
std::size_t installations_in(const std::vector<Entry>& entries) {
  std::unordered_set<std::string> keys;
  for (const Entry& entry : entries) keys.insert(sid_key(entry.installation));
  return keys.size();
}

// `now` and `before` as Ledger::installation_sums gives them; what the plan sends is added to `now`.
MonthComparison compare_months(std::string period_before, const std::vector<InstallationSum>& before,
                               const std::vector<InstallationSum>& now, const UsageInput& input, const Plan& plan,
                               ChangeFactor factor);

// "installations-new", "installations-vanished", "amounts-changed", each at most once.
std::vector<Warning> warnings_of(const MonthComparison& comparison);

}  // namespace usage

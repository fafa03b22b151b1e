#include "period_check.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "near_period.h"
#include "usage/base/error.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"
#include "usage/model/status.h"

namespace usage {
namespace {

bool has_charge_with(const Ledger& ledger, const Scope& scope, std::initializer_list<RowStatus> statuses) {
  const auto is_wanted = [&](const Total& total) {
    return total.rows > 0 && std::ranges::count(statuses, total.status) > 0;
  };
  return std::ranges::any_of(ledger.period_totals(scope), is_wanted);
}

bool has_billed(const Ledger& ledger, const Scope& scope) {
  return has_charge_with(ledger, scope, {RowStatus::kSubmitted, RowStatus::kUnknown}) ||
         open_run_of(ledger, scope).has_value();
}

// A period of which nothing was billed knows nothing of what was, under a name that was typed in another way. What was
// left out there, a person has dealt with: billed by hand, perhaps.
void require_no_near_period(const Ledger& ledger, const Scope& scope) {
  std::vector<std::string> near = periods_read_like(scope.period, ledger.periods(scope.endpoint, scope.account));
  std::erase_if(near, [&](const std::string& name) {
    const Scope other{scope.endpoint, scope.account, name};
    return ascii_equal_ignoring_case(name, scope.period) ||
           (!has_billed(ledger, other) && !has_charge_with(ledger, other, {RowStatus::kLeftOut}));
  });
  if (near.empty()) return;
  const Scope other{scope.endpoint, scope.account, near.back()};
  const bool is_left_out = !has_billed(ledger, other);
  throw RefusedError(
      "period-near",
      "nothing was billed in period " + scope.period + ", but account " + scope.account + " has " +
          list_text(near, ", ") + ", which reads like it: what was billed" + (is_left_out ? ", or left out," : "") +
          " there would be billed again",
      "where that is the period, give --period " + near.back() +
          "; where it is another one, give it a name that differs in more than letter case, separators and leading "
          "zeros" +
          (is_left_out ? "; where its charges were left out to be billed here, take that back first: settle RUN --as "
                         "not-submitted, and leave them out again afterwards"
                       : ""));
}

}  // namespace

bool has_period(const Ledger& ledger, const Scope& scope) {
  const std::vector<std::string> known = ledger.periods(scope.endpoint, scope.account);
  return std::ranges::any_of(known, [&](const auto& name) { return ascii_equal_ignoring_case(name, scope.period); });
}

std::optional<RunInfo> open_run_of(const Ledger& ledger, const Scope& scope) {
  for (RunInfo& run : ledger.runs_of(scope))
    if (run.state == RunState::kOpen) return std::move(run);
  return std::nullopt;
}

void require_known_period(const Ledger& ledger, const Scope& scope, NewPeriod new_period) {
  const bool is_known = has_period(ledger, scope);
  if (is_known && has_billed(ledger, scope)) return;
  if (is_known || new_period == NewPeriod::kOpen) return require_no_near_period(ledger, scope);
  const std::string known = list_text(ledger.periods(scope.endpoint, scope.account), ", ");
  const std::vector<Scope> elsewhere = ledger.scopes_of_period(scope.period);
  constexpr std::size_t kShown = 3;
  const std::string others = list_text(first_entries(elsewhere, kShown), ", ", [](const Scope& other) {
    return "for account " + clean_text(other.account) + " at " + host_of(other.endpoint);
  });
  throw RefusedError(
      "period-unknown",
      "the ledger has no period " + scope.period + " for account " + scope.account + " at " + host_of(scope.endpoint) +
          "; known: " + (known.empty() ? "none" : known) + (others.empty() ? "" : "; it has that period " + others),
      std::string("check the period's spelling") +
          (others.empty() ? "" : ", TWILIO_ACCOUNT_SID and --base-url: another account's charges are billed anew") +
          "; to begin a new one add --new-period");
}

}  // namespace usage

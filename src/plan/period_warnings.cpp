#include "usage/plan/period_warnings.h"

#include <algorithm>
#include <map>
#include <utility>

#include "usage/base/text.h"
#include "usage/intake/row_name.h"

namespace usage {
namespace {

using Sums = std::map<std::string, std::pair<std::uint64_t, Amount>>;  // by currency: rows and amount

// Without what is left out: a file of several months has the others' rows beside its own.
Sums sums_of(const std::vector<Total>& totals) {
  Sums sums;
  for (const Total& total : totals) {
    if (total.status == RowStatus::kLeftOut) continue;
    sums[total.currency].first += total.rows;
    sums[total.currency].second += total.amount;
  }
  return sums;
}

std::string name_of_run(const RunInfo& run) {
  return "run " + run.name + " of period " + run.scope.period + " (" + rfc3339(run.started_at).substr(0, 10) + ")";
}

Warning warning_of(const OpenCharges& open) {
  const std::string what = count_of(open.rows, "charge", "charges") + " of " + open.amount.text() +
                           (open.currency.empty() ? "" : " " + clean_text(open.currency, 20));
  const std::string see = "; see them with show --period " + shell_word(open.period);
  if (open.status == RowStatus::kUnknown)
    return {"unknown-left-earlier", "period " + open.period + " still has " + what + " in doubt" + see};
  return {"unbilled-left-earlier", "period " + open.period + " still has " + what + " that were never billed" + see +
                                       "; what is not to be billed at all is closed with settle --as left-out"};
}

// http is for loopback only.
bool is_rehearsal(const std::string& endpoint) {
  const std::string host = host_of(endpoint);
  return endpoint.starts_with("http://") || host.starts_with("localhost") || host.starts_with("127.") ||
         host.starts_with("[::1]");
}

}  // namespace

bool is_elsewhere(const Scope& known, const Scope& here) {
  if (known.endpoint == here.endpoint) return known.account != here.account;
  return !is_rehearsal(known.endpoint) && !is_rehearsal(here.endpoint);
}

std::vector<Warning> warnings_of_other_accounts(const Scope& scope, const std::vector<std::vector<Scope>>& known) {
  std::uint64_t count = 0;
  const Scope* first = nullptr;
  for (const std::vector<Scope>& scopes : known) {
    const auto is_here = [&](const Scope& other) {
      return other.endpoint == scope.endpoint && other.account == scope.account;
    };
    const auto found = std::ranges::find_if(scopes, [&](const Scope& other) { return is_elsewhere(other, scope); });
    if (found == scopes.end() || std::ranges::any_of(scopes, is_here)) continue;
    if (count++ == 0) first = &*found;
  }
  if (first == nullptr) return {};
  return {{"installations-elsewhere", count_of(count, "installation was", "installations were") +
                                          " charged for another account or endpoint, or still to be, one in period " +
                                          first->period + " for account " + clean_text(first->account) + " at " +
                                          host_of(first->endpoint) + (count == 1 ? ", and is" : ", and are") +
                                          " now to be billed for account " + clean_text(scope.account) + " at " +
                                          host_of(scope.endpoint) + ": are TWILIO_ACCOUNT_SID and --base-url right?"}};
}

std::vector<Warning> warnings_of_meeting(const UsageInput& input, const Meeting& meeting) {
  const MetByContent& met = meeting.met_by_content;
  if (met.rows == 0) return {};
  const bool is_one = met.rows == 1;
  return {{"met-without-reference",
           count_of(met.rows, "row is", "rows are") + " taken for what the period has already by " +
               (is_one ? "its" : "their") +
               " content alone, and not sent, as only one side has a reference; the first at " +
               row_name(input, input.rows[met.first]) + " (" + met.charge +
               "): " + (is_one ? "is it a line" : "are they lines") + " of another system? Then " +
               (met.first_has_reference ? "upload them together with the file that was billed, so that of equal lines "
                                          "the second is asked about"
                                        : "give each a reference of its own")}};
}

std::vector<Warning> warnings_of_other_periods(const Scope& scope, const std::string& content_digest,
                                               const std::vector<Total>& totals, const std::vector<RunInfo>& runs,
                                               const std::vector<OpenCharges>& open) {
  std::vector<Warning> warnings;
  const RunInfo* same_content = nullptr;
  const RunInfo* same_total = nullptr;
  const Sums sums = sums_of(totals);
  for (const RunInfo& run : runs) {
    if (!is_other_period(run.scope, scope)) continue;
    if (sums.empty()) continue;  // nothing counts, in whatever file
    if (run.content_digest == content_digest) same_content = &run;
    if (sums_of(run.input_totals) == sums) same_total = &run;
  }
  if (same_content != nullptr)
    warnings.push_back({"same-content-earlier", "the very same rows were uploaded as " + name_of_run(*same_content) +
                                                    "; is this the right file for this period?"});
  else if (same_total != nullptr)
    warnings.push_back({"same-total-earlier", "row count and total are those of " + name_of_run(*same_total) +
                                                  "; is this the right file for this period?"});
  for (const OpenCharges& charges : open) warnings.push_back(warning_of(charges));
  return warnings;
}

}  // namespace usage

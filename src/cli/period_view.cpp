#include "period_view.h"

#include <algorithm>
#include <map>

#include "invalid_rows.h"
#include "usage/base/text.h"
#include "usage/model/reason_words.h"
#include "usage/reconcile/run_json.h"

namespace usage {
namespace {

// An upload began a run of the period while its charges were read.
struct PeriodChanged {};

constexpr int kMaxTries = 5;

void add_origins(RunSummary& summary, const RunInfo& run) {
  const bool several = run.files.size() > 1;
  for (std::size_t i = 0; i < std::max<std::size_t>(run.files.size(), 1); ++i) {
    summary.files.push_back(run.files.empty() ? InputFile() : run.files[i]);
    summary.origins.push_back({run.name + (several ? ":" + shown_name(run.files[i].name) : ""), state_of(run.state),
                               run.started_at, run.approval, run.events,
                               i == 0 ? run.input_totals : std::vector<Total>{}, i == 0 ? control_totals_of(run) : ""});
  }
}

// Of all that the runs warned of, what somebody allowed in them.
void add_allowed(RunSummary& summary, const RunInfo& run) {
  for (const Warning& warning : run.warnings)
    if (warning.name == kAdditionalAllowed)
      summary.warnings.push_back({warning.name, "run " + run.name + ": " + warning.text});
}

void add_counts(RunCounts& sum, const RunCounts& run) {
  sum.requests += run.requests;
  sum.attempts += run.attempts;
  sum.retries += run.retries;
  if (run.first_sent_at)
    sum.first_sent_at = std::min(sum.first_sent_at.value_or(*run.first_sent_at), *run.first_sent_at);
  if (run.last_completed_at)
    sum.last_completed_at = std::max(sum.last_completed_at.value_or(*run.last_completed_at), *run.last_completed_at);
}

std::string with_superseded(const ChargeRecord& charge) {
  std::string reason = charge.row.reason;
  for (const std::string& place : charge.superseded)
    reason += (reason.empty() ? "" : "; ") + std::string(kInPlaceWords) + place;
  return reason;
}

}  // namespace

PeriodView view_period(const Ledger& ledger, const Scope& scope, const RunPlace& place) {
  PeriodView view;
  RunSummary& summary = view.summary;
  summary.state = SummaryState::kPeriod;
  summary.program_version = USAGE_VERSION;
  summary.ledger = ledger.identity();
  summary.scope = scope;
  add_place(summary, place);
  std::map<std::string, std::size_t> first_origin;
  const std::vector<RunInfo> runs = ledger.runs_of(scope);
  for (const RunInfo& run : runs) {
    if (summary.origins.empty()) summary.started_at = run.started_at;
    first_origin[run.name] = summary.origins.size();
    add_origins(summary, run);
    add_counts(summary.counts, ledger.counts(run.id));
    add_allowed(summary, run);
    if (run.state == RunState::kOpen) summary.stop_name = run.stop_name;
  }
  if (auto warning = warn_of_invalid_rows(ledger, scope, runs)) summary.warnings.push_back(std::move(*warning));
  summary.runs = runs;
  warn_of_program(summary, place);
  summary.input_totals = ledger.period_totals(scope);
  ledger.each_decision(scope, [&](const DecisionRecord& decision) { summary.decisions.add(decision); });
  view.rows = [&ledger, scope, first_origin](const std::function<void(const RowRecord&)>& visit) {
    ledger.each_charge(scope, [&](const ChargeRecord& charge) {
      const auto origin = first_origin.find(charge.run);
      if (origin == first_origin.end()) throw PeriodChanged();
      RowRecord row = charge.row;
      row.file += static_cast<std::uint32_t>(origin->second);
      row.reason = with_superseded(charge);
      visit(row);
    });
  };
  return view;
}

RunSummary complete_period(const Ledger& ledger, const Scope& scope, const RunPlace& place,
                           const std::function<void(PeriodView&)>& complete) {
  for (int tries = 1;; ++tries) {
    PeriodView view = view_period(ledger, scope, place);
    try {
      complete(view);
      const bool changed = ledger.period_totals(scope) != view.summary.input_totals;
      if (view.summary.differences.empty() || !changed || tries == kMaxTries) return std::move(view.summary);
    } catch (const PeriodChanged&) {
      if (tries == kMaxTries)
        throw LedgerError("period-changing", "uploads change period " + scope.period + " while it is read",
                          "try again when they have ended");
    }
  }
}

}  // namespace usage

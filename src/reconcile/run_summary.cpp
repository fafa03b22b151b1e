#include "usage/reconcile/run_summary.h"

#include "complete_summary.h"
#include "usage/base/list_text.h"
#include "usage/reconcile/next_step.h"
#include "usage/reconcile/run_json.h"

namespace usage {

SummaryState state_of(RunState state) {
  switch (state) {
    case RunState::kOpen:
      return SummaryState::kOpen;
    case RunState::kFinished:
      return SummaryState::kFinished;
    case RunState::kAbandoned:
      return SummaryState::kAbandoned;
  }
  return SummaryState::kOpen;
}

bool is_rehearsal(const RunSummary& summary) {
  return summary.state == SummaryState::kDryRun || summary.state == SummaryState::kRefused;
}

RunSummary summary_of(const RunInfo& run, const LedgerIdentity& ledger, const RunCounts& counts) {
  RunSummary summary;
  summary.state = state_of(run.state);
  summary.program_version = run.program_version;
  summary.ledger = ledger;
  summary.run = run.name;
  summary.scope = run.scope;
  summary.stop_name = run.stop_name;
  summary.stop_reason = run.stop_reason;
  summary.retry_503 = run.retry_503;
  summary.approval = run.approval;
  summary.events = run.events;
  summary.files = run.files;
  summary.content_digest = run.content_digest;
  summary.input_totals = run.input_totals;
  summary.counts = counts;
  summary.started_at = run.started_at;
  summary.ended_at = run.ended_at;
  summary.control_totals = control_totals_of(run);
  for (const Warning& warning : run.warnings)
    if (warning.name != kControlTotalsAgreed) summary.warnings.push_back(warning);
  return summary;
}

void complete_summary(RunSummary& summary) {
  summary.differences = check_totals_close(summary.input_totals, summary.totals.plain());
  summary.exit_status = exit_status_of(summary);
  summary.next_steps = next_steps_of(summary);
}

SummaryState state_of_row(const RunSummary& summary, const RowRecord& row) {
  return row.file < summary.origins.size() ? summary.origins[row.file].state : summary.state;
}

void RowCount::add(const RowRecord& row) {
  totals_.add(row);
  const bool is_planned = row.status == RowStatus::kNotSent && row.request != 0;  // and not held back
  if (is_planned && state_of_row(summary_, row) == SummaryState::kOpen) ++waiting_rows_;
  if (row.status == RowStatus::kUnknown && row.file < in_doubt_.size()) in_doubt_[row.file] = true;
}

void RowCount::complete(RunSummary& summary) {
  summary.totals = std::move(totals_);
  summary.waiting_rows = waiting_rows_;
  summary.runs_in_doubt.clear();
  for (std::size_t i = 0; i < in_doubt_.size(); ++i) {
    const std::string run = summary.origins[i].run.substr(0, summary.origins[i].run.find(':'));
    if (in_doubt_[i] && (summary.runs_in_doubt.empty() || summary.runs_in_doubt.back() != run))
      summary.runs_in_doubt.push_back(run);
  }
  complete_summary(summary);
}

void add_up(RunSummary& summary, const EachRow& rows) {
  RowCount count(summary);
  rows([&](const RowRecord& row) { count.add(row); });
  count.complete(summary);
}

void add_up_plan(RunSummary& summary, std::span<const Total> rows) {
  summary.totals = Totals(rows);
  complete_summary(summary);
}

void require_totals_close(const RunSummary& summary) {
  if (summary.differences.empty()) return;
  std::string subject = summary.run.empty() ? "the plan" : "run " + summary.run;
  if (summary.state == SummaryState::kPeriod) subject = "period " + summary.scope.period;
  throw LedgerError("totals-differ",
                    "the totals of " + subject + " do not close: " + list_text(summary.differences, "; "),
                    summary.next_steps.front().text);
}

}  // namespace usage

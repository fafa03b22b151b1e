#include "usage/reconcile/run_summary.h"

#include "complete_summary.h"
#include "usage/reconcile/next_step.h"

namespace usage {
namespace {

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

}  // namespace

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
  summary.files = run.files;
  summary.content_digest = run.content_digest;
  summary.input_totals = run.input_totals;
  summary.counts = counts;
  summary.started_at = run.started_at;
  summary.ended_at = run.ended_at;
  summary.warnings = run.warnings;
  return summary;
}

void complete_summary(RunSummary& summary) {
  summary.differences = check_totals_close(summary.input_totals, summary.totals.plain());
  summary.exit_status = exit_status_of(summary);
  summary.next_steps = next_steps_of(summary);
}

void add_up(RunSummary& summary, const EachRow& rows) {
  summary.totals = {};
  rows([&](const RowRecord& row) { summary.totals.add(row); });
  complete_summary(summary);
}

void require_totals_close(const RunSummary& summary) {
  if (summary.differences.empty()) return;
  const std::string subject = summary.run.empty() ? "the plan" : "run " + summary.run;
  std::string message = "the totals of " + subject + " do not close: ";
  for (const std::string& difference : summary.differences) {
    if (&difference != &summary.differences.front()) message += "; ";
    message += difference;
  }
  throw LedgerError("totals-differ", message, summary.next_steps.front().text);
}

}  // namespace usage

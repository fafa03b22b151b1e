#include <algorithm>
#include <array>

#include "result_names.h"
#include "summary_table.h"
#include "summary_title.h"
#include "usage/base/text.h"
#include "usage/reconcile/run_summary.h"

namespace usage {
namespace {

std::string traffic(const RunSummary& summary) {
  std::string text = traffic_text(summary.counts);
  if (summary.ended_at) text += ", " + duration_text(std::max(Duration{}, *summary.ended_at - summary.started_at));
  return text;
}

// "Resumed by bob@billing1 2026-11-01T08:00:00Z"
std::string event_text(const RunEvent& event) {
  return std::string(done_by_words(event.kind)) + " " + clean_text(event.user, 200) + " " + rfc3339(event.happened_at) +
         "\n";
}

}  // namespace

std::string traffic_text(const RunCounts& counts) {
  return count_of(counts.requests, "request", "requests") + ", " + count_of(counts.attempts, "attempt", "attempts") +
         ", " + count_of(counts.retries, "retry", "retries");
}

std::string_view done_by_words(RunEventKind event) {
  constexpr std::array<std::string_view, 3> kWords{"Uploaded by", "Resumed by", "Abandoned by"};
  return kWords.at(static_cast<std::size_t>(event));
}

std::string title_of(const RunSummary& summary) {
  const std::string run = "Run " + clean_text(summary.run) + " of period " + clean_text(summary.scope.period);
  const std::string why = summary.stop_reason.empty() ? "" : ": " + clean_text(summary.stop_reason);
  switch (summary.state) {
    case SummaryState::kOpen:
      return run + " is open" + why;
    case SummaryState::kFinished:
      return run + " has finished" + why;
    case SummaryState::kAbandoned:
      return run + " was abandoned" + why;
    case SummaryState::kDryRun:
      return "Dry run: nothing was sent";
    case SummaryState::kRefused:
      return "Refused, nothing was sent" + why;
    case SummaryState::kPeriod:
      return "Period " + clean_text(summary.scope.period) + ": " +
             count_of(summary.totals.rows(), "charge", "charges") + ", each once, in its latest state";
  }
  return run;
}

std::string steps_text(const std::vector<NextStep>& next_steps) {
  std::string text;
  for (const NextStep& step : next_steps) {
    text += "Next: " + step.text + "\n";
    if (!step.command.empty()) text += "  " + step.command + "\n";
  }
  return text;
}

std::string to_text(const RunSummary& summary) {
  std::string text = title_of(summary) + "\n";
  if (!summary.scope.endpoint.empty())
    text += "Account " + clean_text(summary.scope.account) + " at " + clean_text(summary.scope.endpoint) + "\n";
  for (const std::string& difference : summary.differences) text += "TOTALS DO NOT CLOSE: " + difference + "\n";
  text += "\n" + totals_table(summary.totals) + "\n";
  if (!summary.period_totals.empty())
    text += "The whole period:\n" + totals_table(Totals(summary.period_totals)) + "\n";
  if (const std::string again = sent_again_text(summary.decisions); !again.empty())
    text += "Sent again after a person settled them as not submitted: " + again + "\n";
  if (!summary.run.empty()) text += traffic(summary) + "\n";
  for (const RunEvent& event : summary.events) text += event_text(event);
  if (summary.approval)
    text += "Approved by " + clean_text(summary.approval->approved_by, 200) + ", plan " +
            clean_text(summary.approval->plan_digest) + "\n";
  if (!summary.control_totals.empty())
    text += "Control totals agreed: " + clean_text(summary.control_totals, 2000) + "\n";
  if (summary.retry_503) text += "The doubt about status 503 was waived (--retry-503).\n";
  for (const Warning& warning : summary.warnings)
    text += "Warning " + clean_text(warning.name) + ": " + clean_text(warning.text) + "\n";
  if (!summary.folder.empty()) {
    text += "Result files: " + clean_text(summary.folder.string(), 4096) + "\n";
    text += "To look at: " + clean_text((summary.folder / kReportName).string(), 4096) + "\n";
  }
  return text + steps_text(summary.next_steps);
}

}  // namespace usage

#include <algorithm>
#include <iostream>

#include "file_plan.h"
#include "plan_report.h"
#include "run_life.h"
#include "usage/base/text.h"
#include "usage/cli/question.h"
#include "usage/reconcile/out_folder.h"
#include "usage/reconcile/result_files.h"
#include "usage/run/record_plan.h"
#include "usage/send/curl_transport.h"

namespace usage {
namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

void require_known_period(const Ledger& ledger, const Scope& scope, NewPeriod new_period) {
  const std::vector<std::string> known = ledger.periods(scope.endpoint, scope.account);
  const bool found = std::any_of(known.begin(), known.end(),
                                 [&](const auto& name) { return ascii_equal_ignoring_case(name, scope.period); });
  if (found || new_period == NewPeriod::kOpen) return;
  throw RefusedError("period-unknown",
                     "the ledger has no period " + scope.period + " for account " + scope.account + " at " +
                         host_of(scope.endpoint) + "; known: " + list_of(known),
                     "check the period's spelling; to begin a new one add --new-period");
}

// Until uploads are held against what the ledger has charge by charge, a period takes one run.
void require_no_earlier_run(const Ledger& ledger, const Scope& scope) {
  const std::vector<RunInfo> runs = ledger.runs_of(scope);
  if (runs.empty()) return;
  const RunInfo& last = runs.back();
  throw LedgerError("period-has-run",
                    "period " + last.scope.period + " already has the run " + last.name +
                        " in this ledger; a second one could bill twice, so nothing was sent",
                    last.state == RunState::kOpen
                        ? "finish it with: usage-uploader resume " + last.name
                        : "see its results: usage-uploader reconcile " + last.name + " --out DIR");
}

void require_yes(const FilePlan& file, const UploadOptions& options) {
  if (options.confirmation == Confirmation::kGiven) return;
  UploadQuestion question;
  question.period = options.period;
  question.host = host_of(options.sending.run.base_url);
  question.requests = file.plan.requests.size();
  const PlanOverview overview = overview_of(file.input, file.plan);
  question.rows = overview.items;
  std::vector<Amount> sums(file.input.currencies.size());
  std::vector<std::size_t> counts(sums.size());
  for (const RequestRows& request : file.plan.requests)
    for (const std::uint32_t row : request.rows) {
      sums[file.input.rows[row].currency] += file.input.rows[row].quantity;
      ++counts[file.input.rows[row].currency];
    }
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (counts[i] > 0) question.totals.emplace_back(file.input.currencies[i], sums[i]);
  if (ask_on_terminal(question_text(question)) == Answer::kNo)
    throw RefusedError("not-confirmed", "not confirmed: nothing was sent", "answer y, or give --yes");
}

// Nothing is sent: says what would be, or why nothing may be.
ExitStatus end_unsent(const FilePlan& file, const UploadOptions& options, const Ledger& ledger, const Scope& scope,
                      const CommandContext& context) {
  RunSummary summary = summary_of_plan(file, context.clock);
  summary.scope = scope;
  const bool refused = !file.plan.refusals.empty();
  std::optional<std::filesystem::path> folder = options.out;
  if (!folder && refused && options.mode == UploadMode::kSend) folder = "usage-" + options.period + "-refused";
  if (folder) {
    summary.ledger = ledger.identity();
    summary.folder = folder_for_run(*folder, ledger, "");
    write_results(summary, rows_of_plan(file));
  } else {
    add_up(summary, rows_of_plan(file));
  }
  print_plan(file, summary, context.common.output);
  require_totals_close(summary);
  return summary.exit_status;
}

RunInfo record(Ledger& ledger, const FilePlan& file, const UploadOptions& options, const Scope& scope,
               const std::filesystem::path& folder, const CommandContext& context) {
  NewRun run;
  run.scope = scope;
  run.retry_503 = options.sending.run.on_503 == On503::kRetry;
  run.program_version = USAGE_VERSION;
  run.out_folder = folder.string();
  run.started_at = context.clock.wall_now();
  ledger.open_period(scope, run.started_at);
  return record_plan(ledger, file.input, file.plan, run);
}

}  // namespace

ExitStatus upload(const UploadOptions& options, const CommandContext& context) {
  const Credentials credentials = credentials_for(options.sending, context);
  const Scope scope{options.sending.run.base_url, credentials.account_sid, options.period};
  const bool sends = options.mode == UploadMode::kSend;
  std::optional<LedgerLock> lock;
  if (sends) lock.emplace(options.sending.ledger);
  Ledger ledger = Ledger::open(options.sending.ledger, sends ? LedgerAccess::kWrite : LedgerAccess::kRead);
  require_known_period(ledger, scope, options.new_period);
  require_no_earlier_run(ledger, scope);

  const FilePlan file = read_and_plan(options.file, context);
  if (!sends || !file.plan.refusals.empty()) return end_unsent(file, options, ledger, scope, context);
  std::cerr << plan_text(file.input, file.plan) << std::flush;
  require_yes(file, options);

  const std::string name = ledger.next_run_name(options.period);
  const std::filesystem::path folder = folder_for_run(options.out.value_or("usage-" + name), ledger, name);
  const RunInfo run = record(ledger, file, options, scope, folder, context);
  send_with_progress(ledger, run, options.sending, credentials, context);
  return write_and_show_results(ledger, run.name, folder, options.sending.ledger, context);
}

}  // namespace usage

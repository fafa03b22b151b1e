#include <algorithm>

#include "run_life.h"
#include "usage/base/text.h"
#include "usage/cli/commands.h"

namespace usage {
namespace {

RunInfo run_to_resume(const Ledger& ledger, const std::optional<std::string>& name) {
  if (name) {
    const std::optional<RunInfo> run = ledger.find_run(*name);
    if (!run) throw UsageError("run-unknown", "the ledger has no run " + clean_text(*name), "check the run's name");
    if (run->state == RunState::kOpen) return *run;
    throw UsageError("run-not-open", "run " + run->name + " is over: nothing is left to resume",
                     "usage-uploader reconcile " + run->name + " --out DIR writes its results again");
  }
  std::vector<RunInfo> runs = ledger.runs();
  std::erase_if(runs, [](const RunInfo& run) { return run.state != RunState::kOpen; });
  if (runs.size() == 1) return runs.front();
  if (runs.empty()) throw UsageError("no-open-run", "no run is open: nothing is left to resume", "");
  throw UsageError("several-open-runs", "several runs are open", "usage-uploader resume " + runs.front().name);
}

}  // namespace

ExitStatus resume(const ResumeOptions& options, const CommandContext& context) {
  const Credentials credentials = credentials_for(options.sending, context);
  const LedgerLock lock(options.sending.ledger);
  Ledger ledger = Ledger::open(options.sending.ledger, LedgerAccess::kWrite);
  const RunInfo run = run_to_resume(ledger, options.run);
  if (run.scope.account != credentials.account_sid)
    throw UsageError("other-account",
                     "run " + run.name + " bills for account " + run.scope.account + ", the credentials are those of " +
                         credentials.account_sid,
                     "give the credentials of the run's account");
  SendingOptions sending = options.sending;
  sending.run.base_url = run.scope.endpoint;
  sending.curl.base_url = run.scope.endpoint;
  const std::filesystem::path folder = folder_for_run(options.out.value_or(run.out_folder), ledger, run.name);
  ledger.recover(run.id, context.clock.wall_now());
  send_with_progress(ledger, run, sending, credentials, context);
  return write_and_show_results(ledger, run.name, folder, options.sending.ledger, context);
}

ExitStatus reconcile(const ReconcileOptions& options, const CommandContext& context) {
  if (options.period || !options.run)
    throw UsageError("not-available", "reconcile takes a run in this version, not a period",
                     "usage-uploader reconcile last --out DIR");
  const Ledger ledger = Ledger::open(options.ledger, LedgerAccess::kRead);
  const std::optional<RunInfo> run = ledger.find_run(*options.run);
  if (!run)
    throw UsageError("run-unknown", "the ledger has no run " + clean_text(*options.run), "check the run's name");
  const std::filesystem::path folder = folder_for_run(options.out.value_or(run->out_folder), ledger, run->name);
  return write_and_show_results(ledger, run->name, folder, options.ledger, context);
}

}  // namespace usage

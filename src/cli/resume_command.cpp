
#include "known_run.h"
#include "run_life.h"
#include "usage/base/list_text.h"
#include "usage/cli/commands.h"
#include "usage/reconcile/next_step.h"

namespace usage {
namespace {

RunInfo run_to_resume(const Ledger& ledger, const std::optional<std::string>& name, const RunPlace& place) {
  if (name) {
    const RunInfo run = run_named(ledger, *name, place.ledger);
    if (run.state == RunState::kOpen) return run;
    throw UsageError("run-not-open", "run " + run.name + " is over: nothing is left to resume",
                     "its results are written again with: " + program_line("reconcile", place.ledger) + " " + run.name +
                         " --out DIR");
  }
  std::vector<RunInfo> runs = ledger.runs();
  std::erase_if(runs, [](const RunInfo& run) { return run.state != RunState::kOpen; });
  if (runs.size() == 1) return runs.front();
  if (runs.empty())
    throw UsageError("no-open-run", "no run is open: nothing is left to resume",
                     "see the runs: " + program_line("runs", place.ledger));
  throw UsageError("several-open-runs", "several runs are open: " + list_text(runs, ", ", &RunInfo::name),
                   "name one: " + resume_line(runs.front(), place));
}

}  // namespace

ExitStatus resume(const ResumeOptions& options, const CommandContext& context) {
  const Credentials credentials = credentials_for(options.sending, context);
  const LedgerLock lock(options.sending.ledger);
  Ledger ledger = Ledger::open(options.sending.ledger, LedgerAccess::kWrite, options.sending.ledger_options);
  const RunInfo run = run_to_resume(ledger, options.run, place_of(options.sending.ledger, context.common));
  if (run.scope.account != credentials.account_sid)
    throw UsageError("other-account",
                     "run " + run.name + " bills for account " + run.scope.account + ", the credentials are those of " +
                         credentials.account_sid,
                     "give the credentials of the run's account");
  if (options.base_url && *options.base_url != run.scope.endpoint)
    throw UsageError("other-endpoint",
                     "run " + run.name + " bills at " + run.scope.endpoint + ", and --base-url names another endpoint",
                     "leave --base-url out: a run goes on where it was begun");
  return finish_run(ledger, run, options.sending, credentials, options.out, context);
}

}  // namespace usage

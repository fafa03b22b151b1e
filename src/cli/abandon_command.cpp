#include "confirmation.h"
#include "known_run.h"
#include "run_folder.h"
#include "run_life.h"
#include "usage/base/text.h"
#include "usage/base/user.h"
#include "usage/cli/commands.h"
#include "usage/reconcile/next_step.h"

namespace usage {
namespace {

std::string question_of(const Ledger& ledger, const RunInfo& run) {
  const PlannedCounts left = ledger.planned_counts(run.id);
  return "Abandon run " + clean_text(run.name) + " of period " + clean_text(run.scope.period) +
         "? It cannot be resumed then.\n  " + count_of(left.requests, "request", "requests") + " to " +
         count_of(left.installations, "installation", "installations") +
         " not sent; they stay so until they are uploaded again\nGo on? [y/N] ";
}

}  // namespace

ExitStatus abandon(const AbandonOptions& options, const CommandContext& context) {
  const LedgerLock lock(options.ledger);
  Ledger ledger = Ledger::open(options.ledger, LedgerAccess::kWrite, options.ledger_options);
  const RunInfo run = run_named(ledger, options.run, options.ledger);
  if (run.state != RunState::kOpen) {
    throw UsageError("run-not-open", "run " + run.name + " is over: there is nothing to abandon",
                     "see how it ended: " + program_line("show", options.ledger) + " " + run.name);
  }
  if (options.confirmation == Confirmation::kAsk)
    require_yes(question_of(ledger, run), "run " + run.name + " is open as before");
  const OutFolder out = folder_of_open_run(ledger, run, options.out);
  // What a dead program left under way may have been billed: that must be known before the end says "not sent".
  ledger.recover(run.id, context.clock.wall_now());
  ledger.begin();
  ledger.end_run(run.id, RunState::kAbandoned, "abandoned", "abandoned by the operator", context.clock.wall_now());
  ledger.add_event(run.id, {RunEventKind::kAbandoned, user_at_host(), context.clock.wall_now()});
  ledger.commit();
  return write_and_show_results(ledger, run.name, out, place_of(options.ledger, context.common), context);
}

}  // namespace usage

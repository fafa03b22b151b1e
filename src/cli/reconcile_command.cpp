#include "known_run.h"
#include "period_view.h"
#include "run_folder.h"
#include "run_life.h"
#include "usage/cli/commands.h"
#include "usage/reconcile/result_files.h"

namespace usage {
namespace {

ExitStatus reconcile_run(const Ledger& ledger, const ReconcileOptions& options, const CommandContext& context) {
  const RunInfo run = run_named(ledger, *options.what.run, options.ledger);
  const std::filesystem::path own = run.out_folder.empty() ? usual_folder(run.name) : run.out_folder;
  const OutFolder out =
      folder_for_run(options.out ? *options.out : folder_with_results(own, run.name), ledger, run.name);
  RunSummary summary = summary_to_write(ledger, run, reading_place_of(options.ledger, context.common));
  write_results_with_progress(ledger, run, summary, out, context);
  return show_results(summary, context);
}

ExitStatus reconcile_period(const Ledger& ledger, const ReconcileOptions& options, const CommandContext& context) {
  const Scope scope = scope_of_period(ledger, options.what, context.environment, options.ledger);
  const OutFolder out = folder_for_period(options.out.value_or(usual_folder(scope.period)), ledger, scope);
  const RunSummary summary = complete_period(ledger, scope, reading_place_of(options.ledger, context.common),
                                             [&](PeriodView& view) { write_results(view.summary, out, view.rows); });
  print_summary(summary, context.common.output);
  return summary.exit_status;
}

}  // namespace

ExitStatus reconcile(const ReconcileOptions& options, const CommandContext& context) {
  const Ledger ledger = Ledger::open(options.ledger, LedgerAccess::kRead, options.ledger_options);
  return options.what.period ? reconcile_period(ledger, options, context) : reconcile_run(ledger, options, context);
}

}  // namespace usage

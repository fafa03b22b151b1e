#include <iostream>

#include "known_run.h"
#include "period_view.h"
#include "run_table.h"
#include "usage/cli/charge_list.h"
#include "usage/cli/commands.h"
#include "usage/cli/evidence_report.h"
#include "usage/reconcile/next_step.h"

namespace usage {
namespace {

ExitStatus show_run(const Ledger& ledger, const RunInfo& run, const RunPlace& place, OutputForm form) {
  const RunSummary summary = present_summary(ledger, run, place);
  print_summary(summary, form);
  return summary.exit_status;
}

ExitStatus show_request(const Ledger& ledger, const RunInfo& run, std::uint32_t number, OutputForm form) {
  const std::optional<RequestEvidence> evidence = ledger.evidence(run.id, number);
  if (!evidence)
    throw UsageError("request-unknown", "run " + run.name + " has no request " + std::to_string(number),
                     "the column `request` of its reconciliation.csv has the numbers");
  if (form == OutputForm::kJson)
    std::cout << evidence_json(run, *evidence) << std::endl;
  else
    std::cout << evidence_text(run, *evidence) << std::flush;
  return ExitStatus::kOk;
}

void print_period(RunSummary summary, const WaitingCharges& waiting) {
  const std::vector<NextStep> steps = std::exchange(summary.next_steps, {});
  std::cout << to_text(summary) << "Runs of the period\n"
            << run_table(summary.runs) << '\n'
            << waiting.text(write_again_command(summary)) << steps_text(steps) << std::flush;
}

// The summary's own members, then the charges and what people decided about them.
void print_period_json(const RunSummary& summary, ChargeSpool& charges, ChargeSpool& decisions) {
  std::cout << unended_json(summary) << ",\n  \"charges\": [";
  charges.copy_to(std::cout);
  std::cout << "\n  ],\n  \"decisions\": [";
  decisions.copy_to(std::cout);
  std::cout << "\n  ]\n}" << std::endl;
}

ExitStatus show_period(const Ledger& ledger, const ShowOptions& options, const CommandContext& context) {
  const Scope scope = scope_of_period(ledger, options.what, context.environment, options.ledger);
  const bool wants_json = context.common.output == OutputForm::kJson;
  WaitingCharges waiting;
  std::optional<ChargeSpool> all;
  RunSummary summary =
      complete_period(ledger, scope, reading_place_of(options.ledger, context.common), [&](PeriodView& view) {
        waiting = {};
        if (wants_json) all.emplace();
        add_up(view.summary, [&](const auto& visit) {
          view.rows([&](const RowRecord& row) {
            const std::string& run = view.summary.origins[row.file].run;
            wants_json ? all->add(row, run) : waiting.add(row, run);
            visit(row);
          });
        });
      });
  if (wants_json) {
    ChargeSpool decisions;
    ledger.each_decision(scope, [&](const DecisionRecord& decision) { decisions.add(decision); });
    print_period_json(summary, *all, decisions);
  } else {
    print_period(summary, waiting);
  }
  return summary.exit_status;
}

}  // namespace

ExitStatus show(const ShowOptions& options, const CommandContext& context) {
  const Ledger ledger = Ledger::open(options.ledger, LedgerAccess::kRead, options.ledger_options);
  if (options.what.period) return show_period(ledger, options, context);
  const RunInfo run = run_named(ledger, *options.what.run, options.ledger);
  if (options.request) return show_request(ledger, run, *options.request, context.common.output);
  return show_run(ledger, run, reading_place_of(options.ledger, context.common), context.common.output);
}

}  // namespace usage

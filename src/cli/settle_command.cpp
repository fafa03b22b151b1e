#include <iostream>

#include "decisions.h"
#include "known_run.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"
#include "usage/cli/commands.h"
#include "usage/intake/decision.h"
#include "usage/reconcile/next_step.h"
#include "usage/reconcile/run_json.h"

namespace usage {
namespace {

constexpr std::size_t kShownProblems = 20;

void require_no_problems(const std::vector<std::string>& problems, bool rows_moved) {
  if (problems.empty()) return;
  const std::string text = count_of(problems.size(), "decision", "decisions") +
                           " cannot be recorded, so none was: " + first_of_list(problems, kShownProblems, "; ");
  throw RefusedError("not-settled", text,
                     rows_moved
                         ? "columns were moved against each other, as by sorting some of them only: write the file "
                           "again (usage-uploader reconcile RUN --out DIR), fill in usage_settle, change no other "
                           "cell, and settle again; SIDs are corrected afterwards"
                         : "correct these, or leave them out, and settle again");
}

void require_some(const SettledRows& rows, const SettleOptions& options) {
  if (!rows.settlements.empty()) return;
  const std::string file = options.from ? clean_text(options.from->string()) : "";
  throw RefusedError("nothing-decided", file + ": no row has a decision in usage_settle; nothing was recorded",
                     "write " + std::string(kDecisionWords) + " into usage_settle, row by row, and settle again");
}

std::string settled_text(const SettledRows& rows, const Decisions& decisions, const std::string& settled_by) {
  std::string text = "Settled by " + clean_text(settled_by) + "\n";
  for (const Total& total : rows.totals.plain()) {
    text += "  " + count_of(total.rows, "row", "rows") + " as " + std::string(name_of(total.status)) + ", " +
            money_text(total.amount, total.currency) + "\n";
  }
  if (rows.decided_again > 0)
    text += "  " + count_of(rows.decided_again, "of them was", "of them were") +
            " settled before; both decisions stand in the ledger, and the last one counts\n";
  if (decisions.left_open > 0)
    text += "  " + count_of(decisions.left_open, "row", "rows") + " of the file left without a decision\n";
  return text + "\n";
}

// One object: the run's summary, and what was settled.
std::string settled_json(const SettledRows& rows, const Decisions& decisions, const RunSummary& summary) {
  JsonWriter json;
  write_by_status(json, rows.totals.plain());
  return unended_json(summary) + ",\n  \"settled\": " + json.text() +
         ",\n  \"settled_again\": " + std::to_string(rows.decided_again) +
         ",\n  \"left_open\": " + std::to_string(decisions.left_open) + "\n}";
}

// Those in the run's folder still call the charges unknown.
void add_results_step(RunSummary& summary, const RunInfo& run, bool has_other_runs) {
  if (!summary.differences.empty()) return;
  const std::string elsewhere = write_again_command(summary);
  const std::string command =
      run.out_folder.empty() ? elsewhere : program_line("reconcile", summary.ledger_file) + " " + shell_word(run.name);
  const auto writes = [&](const NextStep& step) { return step.command == elsewhere; };
  std::erase_if(summary.next_steps, [&](const NextStep& step) { return step.command.empty() || writes(step); });
  summary.next_steps.insert(
      summary.next_steps.begin(),
      {std::string("write the result files again") +
           (has_other_runs ? ", also the period's and those of other runs that have these charges" : "") +
           ": they do not say yet what was decided",
       command});
}

}  // namespace

ExitStatus settle(const SettleOptions& options, const CommandContext& context) {
  const LedgerLock lock(options.ledger);
  Ledger ledger = Ledger::open(options.ledger, LedgerAccess::kWrite, options.ledger_options);
  const RunInfo run = run_named(ledger, options.run, options.ledger);
  const Decisions decisions = read_decisions(options);
  // What a dead program left under way is in doubt, too, and can be settled.
  if (run.state == RunState::kOpen) ledger.recover(run.id, context.clock.wall_now());
  const SettledRows rows = match_decisions(decisions, ledger, run, options, context.clock.wall_now());
  require_no_problems(rows.problems, rows.rows_moved);
  require_some(rows, options);
  ledger.settle(rows.settlements);
  RunSummary summary = present_summary(ledger, run, place_of(options.ledger, context.common));
  add_results_step(summary, run, ledger.runs_of(run.scope).size() > 1);
  if (context.common.output == OutputForm::kJson)
    std::cout << settled_json(rows, decisions, summary) << std::endl;
  else
    std::cout << settled_text(rows, decisions, options.settled_by) << to_text(summary) << std::flush;
  return summary.exit_status;
}

}  // namespace usage

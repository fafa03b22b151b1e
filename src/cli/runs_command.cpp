#include <iostream>

#include "known_run.h"
#include "run_table.h"
#include "usage/cli/commands.h"
#include "usage/reconcile/next_step.h"
#include "usage/reconcile/run_json.h"

namespace usage {

ExitStatus list_runs(const RunsOptions& options, const CommandContext& context) {
  const Ledger ledger = Ledger::open(options.ledger, LedgerAccess::kRead, options.ledger_options);
  const std::vector<RunInfo> runs = ledger.runs();
  if (context.common.output == OutputForm::kJson) {
    JsonWriter json(JsonLayout::kIndented);
    json.begin_object().key("ledger").value(options.ledger.string()).key("ledger_id").value(ledger.identity().id);
    json.key("runs").begin_array();
    for (const RunInfo& run : runs) write_run_json(json, run);
    json.end_array().key("exit_status").value(0).end_object();
    std::cout << json.text() << std::endl;
    return ExitStatus::kOk;
  }
  if (runs.empty()) {
    std::cout << "The ledger holds no run yet.\nNext: bill the first period\n  " << first_upload_line(options.ledger)
              << context.common.sending_flags << '\n';
  } else {
    std::cout << run_table(runs) << "Next: see one of them\n  "
              << program_line("show " + runs.back().name, options.ledger) << '\n';
  }
  std::cout << std::flush;
  return ExitStatus::kOk;
}

}  // namespace usage

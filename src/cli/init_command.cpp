#include <iostream>

#include "known_run.h"
#include "run_table.h"
#include "seed_ledger.h"
#include "usage/base/json_writer.h"
#include "usage/base/text.h"
#include "usage/cli/commands.h"
#include "usage/ledger/ledger.h"
#include "usage/reconcile/next_step.h"
#include "usage/reconcile/run_json.h"

namespace usage {
namespace {

SeededLedger make(const InitOptions& options, const CommandContext& context) {
  if (!options.from.empty()) {
    const std::vector<SeedFile> files = inspect_seed_files(options, context.environment);
    return seed_ledger(options.ledger, options.ledger_options, files, context.clock);
  }
  Ledger::create(options.ledger, context.clock.wall_now(), options.ledger_options);
  const Ledger ledger = Ledger::open(options.ledger, LedgerAccess::kRead, options.ledger_options);
  return {ledger.identity(), {}, {}};
}

void print_json(const SeededLedger& made, const InitOptions& options) {
  JsonWriter json(JsonLayout::kIndented);
  json.begin_object().key("ledger").value(options.ledger.string()).key("ledger_id").value(made.identity.id);
  json.key("runs").begin_array();
  for (const RunInfo& run : made.runs) write_run_json(json, run);
  json.end_array();
  write_warnings(json, made.warnings);
  json.key("exit_status").value(0).end_object();
  std::cout << json.text() << std::endl;
}

// With what was said of the endpoint and the rules: without, a rehearsal's first file would go to the real endpoint.
std::string first_upload(const InitOptions& options, const CommonOptions& common) {
  return first_upload_line(options.ledger) + (options.base_url ? " --base-url " + shell_word(*options.base_url) : "") +
         common.sending_flags;
}

void print_text(const SeededLedger& made, const InitOptions& options, const CommonOptions& common) {
  std::cout << "Ledger " << clean_text(options.ledger.string()) << " made, id " << made.identity.id
            << ". Keep it: it is what keeps a charge from being billed twice.\n";
  if (made.runs.empty()) {
    std::cout << "Next: upload the first file\n  " << first_upload(options, common) << '\n' << std::flush;
    return;
  }
  std::cout << run_table(made.runs);
  for (const Warning& warning : made.warnings)
    std::cout << "Warning " << warning.name << ": " << clean_text(warning.text, 4000) << '\n';
  const RunInfo& last = made.runs.back();
  std::cout << "The result files of the lost ledger name charges that this one does not know: write those of each run "
               "again, and keep them.\nNext: see the period\n  "
            << program_line("show", options.ledger) << " --period " << shell_word(last.scope.period) << " --base-url "
            << shell_word(last.scope.endpoint) << '\n'
            << std::flush;
}

}  // namespace

ExitStatus init_ledger(const InitOptions& options, const CommandContext& context) {
  const SeededLedger made = make(options, context);
  if (context.common.output == OutputForm::kJson)
    print_json(made, options);
  else
    print_text(made, options, context.common);
  return ExitStatus::kOk;
}

}  // namespace usage

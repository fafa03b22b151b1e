#include <iostream>

#include "usage/base/json_writer.h"
#include "usage/base/text.h"
#include "usage/cli/commands.h"
#include "usage/ledger/ledger.h"

namespace usage {

ExitStatus init_ledger(const InitOptions& options, const CommandContext& context) {
  if (!options.from.empty())
    throw UsageError("not-available", "--from is not available in this version: nothing was made",
                     "restore the old ledger from its backup");
  Ledger::create(options.ledger, context.clock.wall_now());
  const LedgerIdentity identity = Ledger::open(options.ledger, LedgerAccess::kRead).identity();
  if (context.common.output == OutputForm::kJson) {
    JsonWriter json(JsonLayout::kIndented);
    json.begin_object().key("ledger").value(options.ledger.string()).key("ledger_id").value(identity.id);
    json.key("exit_status").value(0).end_object();
    std::cout << json.text() << std::endl;
  } else {
    std::cout << "Ledger " << clean_text(options.ledger.string()) << " made, id " << identity.id
              << ". Keep it: it is what keeps a charge from being billed twice.\n"
              << "Next: usage-uploader upload FILE --period PERIOD --new-period\n"
              << std::flush;
  }
  return ExitStatus::kOk;
}

}  // namespace usage

// The part that `upload` and `resume` share: a recorded run is sent, and its results are written and shown.
#pragma once

#include <filesystem>
#include <optional>

#include "known_run.h"
#include "usage/cli/commands.h"
#include "usage/ledger/ledger.h"
#include "usage/reconcile/out_folder.h"
#include "usage/send/credentials.h"

namespace usage {

Credentials credentials_for(const SendingOptions& options, const CommandContext& context);

// What a run is begun with whose approved plan has --repost-unsubmitted: a resume may not give more.
Warning repost_approved(unsigned times);

// Finishes an open run: what an earlier life left under way is in doubt, the rest is sent. Writes and shows the
// results.
ExitStatus finish_run(Ledger& ledger, const RunInfo& run, SendingOptions sending, const Credentials& credentials,
                      const std::optional<std::filesystem::path>& out, const CommandContext& context);

// Sends what is left of the run, writes its results and shows them; a signal stops the sending, and nothing else. What
// happens shows as progress and in the log.
ExitStatus send_and_write_results(Ledger& ledger, const RunInfo& run, const OutFolder& out,
                                  const SendingOptions& options, const Credentials& credentials,
                                  const CommandContext& context);

// Writes the result files of a run of which something was done, shows its summary and returns the exit status: what was
// done stands, whether or not they could be written.
ExitStatus write_and_show_results(const Ledger& ledger, const std::string& run, const OutFolder& out,
                                  const RunPlace& place, const CommandContext& context);
void write_results_with_progress(const Ledger& ledger, const RunInfo& run, RunSummary& summary, const OutFolder& out,
                                 const CommandContext& context);
ExitStatus show_results(const RunSummary& summary, const CommandContext& context);

}  // namespace usage

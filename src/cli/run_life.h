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

// prepare_out_folder; says on stderr which files of a person it set aside.
std::filesystem::path prepare_folder(const std::filesystem::path& folder, const JudgeClaim& judge);
// The folder for a run's results: made, proved writable, and not another run's.
std::filesystem::path folder_for_run(const std::filesystem::path& folder, const Ledger& ledger, const std::string& run);

// Likewise, for a run that goes on or is given up. UsageError "ledger-older", wherever the results are to go, where those
// of the run know more of it than the ledger does.
std::filesystem::path folder_of_open_run(const Ledger& ledger, const RunInfo& run,
                                         const std::optional<std::filesystem::path>& out);

// Puts the run's summary.json there before the first request, so that a killed run's folder says whose it is.
void claim_folder(const Ledger& ledger, const RunInfo& run, const std::filesystem::path& folder, const RunPlace& place);

// Finishes an open run: what an earlier life left under way is in doubt, the rest is sent. Writes and shows the
// results.
ExitStatus finish_run(Ledger& ledger, const RunInfo& run, SendingOptions sending, const Credentials& credentials,
                      const std::optional<std::filesystem::path>& out, const CommandContext& context);

// Sends what is left of the run, writes its results and shows them; a signal stops the sending, and nothing else. What
// happens shows as progress and in the log.
ExitStatus send_and_write_results(Ledger& ledger, const RunInfo& run, const std::filesystem::path& folder,
                                  const SendingOptions& options, const Credentials& credentials,
                                  const CommandContext& context);

// Writes the run's result files, prints its summary on stdout and returns the exit status.
ExitStatus write_and_show_results(const Ledger& ledger, const std::string& run, const std::filesystem::path& folder,
                                  const RunPlace& place, const CommandContext& context);

}  // namespace usage

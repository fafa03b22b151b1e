// The part that `upload` and `resume` share: a recorded run is sent, and its results are written and shown.
#pragma once

#include <filesystem>

#include "usage/cli/commands.h"
#include "usage/ledger/ledger.h"
#include "usage/send/credentials.h"

namespace usage {

Credentials credentials_for(const SendingOptions& options, const CommandContext& context);

// The folder for a run's results: made, proved writable, and not another run's.
std::filesystem::path folder_for_run(const std::filesystem::path& folder, const Ledger& ledger, const std::string& run);

// Sends what is left of the run. What happens shows as progress and in the log.
void send_with_progress(Ledger& ledger, const RunInfo& run, const SendingOptions& options,
                        const Credentials& credentials, const CommandContext& context);

// Writes the run's result files, prints its summary on stdout and returns the exit status.
ExitStatus write_and_show_results(const Ledger& ledger, const std::string& run, const std::filesystem::path& folder,
                                  const std::filesystem::path& ledger_file, const CommandContext& context);

}  // namespace usage

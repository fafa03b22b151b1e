// An upload into a period whose run is open.
#pragma once

#include "usage/cli/commands.h"
#include "usage/ledger/ledger.h"
#include "usage/model/usage_row.h"
#include "usage/send/credentials.h"

namespace usage {

// Sends what is left of the open run, where the file has that run's content. RefusedError where it has other content,
// where the run was begun without what this upload asks for, and for a dry run.
ExitStatus go_on_with(const RunInfo& open, Ledger& ledger, const UsageInput& input, const UploadOptions& options,
                      const Credentials& credentials, const CommandContext& context);

}  // namespace usage

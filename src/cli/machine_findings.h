// What `check` finds on this machine: configuration, credentials, ledger, its lock and disk, output folder.
#pragma once

#include <vector>

#include "findings.h"
#include "usage/cli/commands.h"

namespace usage {

std::vector<Finding> look_at_machine(const CheckOptions& options, const CommandContext& context);

}  // namespace usage

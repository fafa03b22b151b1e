// The commands: each takes its options, does its work on the rooms below, prints its summary and returns its status.
#pragma once

#include <string>
#include <vector>

#include "usage/base/error.h"
#include "usage/cli/options.h"

namespace usage {

// What every command gets beside its own options.
struct CommandContext {
  const CommonOptions& common;
  const Environment& environment;
  const Clock& clock;
  Log& log;
};

ExitStatus init_ledger(const InitOptions& options, const CommandContext& context);
ExitStatus inspect(const InspectOptions& options, const CommandContext& context);
ExitStatus validate(const ValidateOptions& options, const CommandContext& context);
ExitStatus upload(const UploadOptions& options, const CommandContext& context);
ExitStatus resume(const ResumeOptions& options, const CommandContext& context);
ExitStatus list_runs(const RunsOptions& options, const CommandContext& context);
ExitStatus show(const ShowOptions& options, const CommandContext& context);
ExitStatus reconcile(const ReconcileOptions& options, const CommandContext& context);
ExitStatus settle(const SettleOptions& options, const CommandContext& context);
ExitStatus abandon(const AbandonOptions& options, const CommandContext& context);
ExitStatus check(const CheckOptions& options, const CommandContext& context);
ExitStatus show_config(const ConfigOptions& options, const CommandContext& context);

// The whole program: parses, runs the command, and turns whatever is thrown into one clear error.
int run_program(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace usage

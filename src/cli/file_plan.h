// The part that `validate` and `upload` share: a file read and planned, and its rows on the way to result files.
#pragma once

#include "usage/cli/commands.h"
#include "usage/plan/plan.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

struct FilePlan {
  UsageInput input;
  Plan plan;
};

UsageInput read_file(const FileOptions& options, const CommandContext& context);
// Held against no ledger: every row is a new charge.
FilePlan plan_alone(UsageInput input, const FileOptions& options);

// The summary of a plan that nothing was sent of: a dry run, a validation, or a refusal where the plan has any.
RunSummary summary_of_plan(const FilePlan& file, const FileOptions& options, const Clock& clock);

// Its rows, for the result files.
EachRow rows_of_plan(const FilePlan& file);

// On stdout: the plan for people, or one JSON object.
void print_plan(const FilePlan& file, const RunSummary& summary, OutputForm form);

}  // namespace usage

// The part that `validate` and `upload` share: a file read and planned, and its rows on the way to result files.
#pragma once

#include <cstdint>
#include <filesystem>

#include "usage/cli/commands.h"
#include "usage/plan/overview.h"
#include "usage/plan/plan.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

struct FilePlan {
  UsageInput input;
  Plan plan;
  std::string usage_row_prefix = {};  // of the ledger that it was held against; empty: none
};

// read_usage and read_rows, with their progress shown.
UsageInput read_upload(const FileOptions& options, const CommandContext& context);
UsageInput read_upload_rows(const FileOptions& options, const CommandContext& context);

enum class ContentDigest : std::uint8_t { kWanted, kNotWanted };  // it takes as long as all that comes after reading
// Of what read_rows gave, held against no ledger: every row is a new charge. Adds the warnings that read_usage has
// more.
FilePlan plan_alone(UsageInput input, const FileOptions& options, ContentDigest digest);

// The summary of a plan that nothing was sent of: a dry run, a validation, or a refusal where the plan has any.
RunSummary summary_of_plan(const FilePlan& file, const FileOptions& options, const Clock& clock);

// Its rows, for the result files.
EachRow rows_of_plan(const FilePlan& file);

// UsageError "out-is-input" where the results would take the place of what was read: a failed.csv that is uploaded.
void keep_input(const std::filesystem::path& folder, const FileOptions& options);

// On stdout: the plan for people, or one JSON object.
void print_plan(const FilePlan& file, const PlanOverview& overview, const RunSummary& summary, OutputForm form);

}  // namespace usage

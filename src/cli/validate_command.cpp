#include <future>

#include "file_plan.h"
#include "run_folder.h"
#include "usage/base/text.h"
#include "usage/cli/commands.h"
#include "usage/reconcile/result_files.h"

namespace usage {
namespace {

// A folder with the results of a real run is no place for those of a rehearsal.
FolderOwner judge_claim(const FolderClaim& claim) {
  return claim.run.empty() && claim.period.empty() ? FolderOwner::kOurs : FolderOwner::kOtherRun;
}

}  // namespace

ExitStatus validate(const ValidateOptions& options, const CommandContext& context) {
  const bool is_digest_shown = options.out || context.common.output == OutputForm::kJson;
  const FilePlan file = plan_alone(read_upload_rows(options.file, context), options.file,
                                   is_digest_shown ? ContentDigest::kWanted : ContentDigest::kNotWanted);
  // Beside the totals, which also go through all rows.
  auto overview = std::async([&file] { return overview_of(file.input, file.plan); });
  RunSummary summary = summary_of_plan(file, options.file, context.clock);
  if (options.out) {
    keep_input(*options.out, options.file);
    const OutFolder out = prepare_folder(*options.out, judge_claim);
    write_results(summary, out, rows_of_plan(file));
  } else {
    add_up_plan(summary, totals_of_planned_rows(file.input, file.plan));
  }
  if (!file.plan.refusals.empty()) summary.next_steps.clear();  // the refusal itself says what to do
  print_plan(file, overview.get(), summary, context.common.output);
  require_totals_close(summary);
  return summary.exit_status;
}

}  // namespace usage

#include "open_run_upload.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "confirmation.h"
#include "known_run.h"
#include "run_life.h"
#include "usage/base/error.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"
#include "usage/plan/fail_on.h"
#include "usage/plan/plan.h"
#include "usage/reconcile/next_step.h"

namespace usage {
namespace {

void require_same_content(const RunInfo& open, const UsageInput& input, const RunPlace& place) {
  if (digest_of_content(input) == open.content_digest) return;
  throw RefusedError("other-run-open",
                     "run " + open.name + " of period " + open.scope.period +
                         " is open, with other content than this file; nothing was sent",
                     "finish it with: " + resume_line(open, place) + ", or give up what it has not sent: " +
                         program_line("abandon", place.ledger) + " " + open.name);
}

// What is approved now must be what the open run was begun with.
void require_same_approval(const RunInfo& open, const std::optional<Approval>& approval, const RunPlace& place) {
  if (!approval || (open.approval && open.approval->plan_digest == approval->plan_digest)) return;
  const std::string how =
      open.approval ? "with another approved plan: " + open.approval->plan_digest : "without an approval";
  throw RefusedError("approval-differs", "run " + open.name + " has this content, is open, and was begun " + how,
                     "finish it with: " + resume_line(open, place));
}

[[noreturn]] void refuse_to_go_on(const RunInfo& open, const std::string& name, const std::string& why,
                                  const std::string& remedy, const RunPlace& place) {
  throw RefusedError(name, "run " + open.name + " has this content and is open, but " + why + "; nothing was sent",
                     remedy + ": " + resume_line(open, place));
}

// Of its file, and of its plan, which was made when it was begun.
std::vector<Warning> warnings_of(const RunInfo& open, const UsageInput& input) {
  std::vector<Warning> warnings = input.warnings;
  for (const Warning& warning : open.warnings)
    if (std::ranges::find(warnings, warning) == warnings.end()) warnings.push_back(warning);
  return warnings;
}

// Whoever gives control totals, or asks for an approval, wants nothing sent without, be it begun already. What the run
// was begun with is not asked again: its held-back rows and additional charges.
void require_guards(const RunInfo& open, const UsageInput& input, const UploadOptions& options, const RunPlace& place) {
  if (options.approval_rule == ApprovalRule::kRequired && !open.approval)
    refuse_to_go_on(open, "approval-missing",
                    "was begun without an approval, and nothing may be sent here without one (--require-approval)",
                    "where whoever approves agrees, finish it with", place);
  PlanOptions guards = options.file.plan;
  guards.on_invalid = OnInvalid::kHoldBack;
  guards.allow_additional.clear();
  std::vector<Refusal> refusals = make_plan(input, {}, guards).refusals;
  for (Refusal& refusal : refuse_warnings(warnings_of(open, input), options.file.fail_on))
    refusals.push_back(std::move(refusal));
  if (refusals.empty()) return;
  refuse_to_go_on(open, refusals.front().name, list_text(refusals, "; ", &Refusal::text),
                  refusals.front().remedy + "; where the run is right as it was begun, finish it with", place);
}

std::string question_of_rest(const Ledger& ledger, const RunInfo& open) {
  return "Run " + open.name + " has this content and is open. What is left of it: " +
         count_of(ledger.planned_counts(open.id).requests, "request", "requests") + " to " +
         clean_text(host_of(open.scope.endpoint)) + "\nGo on? [y/N] ";
}

}  // namespace

ExitStatus go_on_with(const RunInfo& open, Ledger& ledger, const UsageInput& input, const UploadOptions& options,
                      const Credentials& credentials, const CommandContext& context) {
  const RunPlace place = place_of(options.sending.ledger, context.common);
  require_same_content(open, input, place);
  require_same_approval(open, options.approval, place);
  if (options.mode == UploadMode::kDryRun)
    throw RefusedError("run-open",
                       "a dry run of a file whose run is open shows nothing: run " + open.name + " has its plan",
                       "look at it with: " + program_line("show", place.ledger) + " " + open.name +
                           "; what is left of it is sent by: " + resume_line(open, place));
  require_guards(open, input, options, place);
  if (asks_first(options)) require_yes(question_of_rest(ledger, open));
  const auto out = options.has_typed_out ? options.out : std::nullopt;  // a configured one is for new runs
  return finish_run(ledger, open, options.sending, credentials, out, context);
}

}  // namespace usage

#include <algorithm>
#include <iostream>
#include <set>

#include "confirmation.h"
#include "file_plan.h"
#include "known_run.h"
#include "open_run_upload.h"
#include "period_check.h"
#include "plan_report.h"
#include "run_folder.h"
#include "run_life.h"
#include "usage/base/text.h"
#include "usage/base/user.h"
#include "usage/cli/progress_view.h"
#include "usage/cli/question.h"
#include "usage/model/status.h"
#include "usage/plan/fail_on.h"
#include "usage/plan/period_warnings.h"
#include "usage/plan/plan_digest.h"
#include "usage/reconcile/out_folder.h"
#include "usage/reconcile/result_files.h"
#include "usage/run/ledger_view.h"
#include "usage/run/record_plan.h"

namespace usage {
namespace {

std::string question_of(const PlanOverview& overview, const Scope& scope) {
  UploadQuestion question;
  question.period = scope.period;
  question.host = host_of(scope.endpoint);
  question.account = scope.account;
  question.requests = overview.requests;
  question.rows = overview.items;
  for (const auto& [currency, sent] : overview.sent) question.totals.emplace_back(currency, sent.amount);
  return question_text(question);
}

// `own`: a folder's name. A configured folder is every upload's, and may hold the failed.csv that is read now: then the
// results go into a folder of their own in it.
std::filesystem::path folder_beside_input(const UploadOptions& options, const std::string& own) {
  if (!options.out) return own;
  return !options.has_typed_out && would_overwrite(*options.out, options.file.files) ? *options.out / own
                                                                                     : *options.out;
}

// The same one each time, until a file in it is corrected and uploaded.
std::filesystem::path folder_of_refused(const UploadOptions& options) {
  const std::string first = usual_folder(options.period) + "-refused";
  std::string folder = first;
  for (int n = 2; would_overwrite(folder, options.file.files); ++n) folder = first + "-" + std::to_string(n);
  return folder;
}

// Nothing is sent: says what would be, or why nothing may be.
ExitStatus end_unsent(const FilePlan& file, const UploadOptions& options, const Ledger& ledger, const Scope& scope,
                      const CommandContext& context) {
  RunSummary summary = summary_of_plan(file, options.file, context.clock);
  summary.scope = scope;
  add_place(summary, place_of(options.sending.ledger, context.common));
  summary.opens_period = !has_period(ledger, scope);
  summary.needs_approval = options.approval || options.approval_rule == ApprovalRule::kRequired;
  const bool refused = !file.plan.refusals.empty();
  std::optional<std::filesystem::path> folder;
  if (options.out)
    folder = folder_beside_input(options, usual_folder(options.period) + (refused ? "-refused" : "-plan"));
  if (!folder && refused && options.mode == UploadMode::kSend) folder = folder_of_refused(options);
  if (folder) {
    summary.ledger = ledger.identity();
    keep_input(*folder, options.file);
    const OutFolder out = folder_for_run(*folder, ledger, "");
    write_results(summary, out, rows_of_plan(file));
  } else {
    add_up_plan(summary, totals_of_planned_rows(file.input, file.plan));
  }
  print_plan(file, overview_of(file.input, file.plan), summary, context.common.output);
  require_totals_close(summary);
  return summary.exit_status;
}

RunInfo record(Ledger& ledger, const FilePlan& file, const UploadOptions& options, const Scope& scope,
               const std::filesystem::path& folder, const CommandContext& context) {
  NewRun run;
  run.scope = scope;
  run.retry_503 = options.sending.run.on_503 == On503::kRetry;
  run.opens_period = options.new_period == NewPeriod::kOpen;
  run.program_version = USAGE_VERSION;
  run.out_folder = folder.string();
  run.started_at = context.clock.wall_now();
  run.started_by = user_at_host();
  if (!file.plan.requests.empty()) run.approval = options.approval;  // else nothing was approved
  ProgressView view(context);
  view.show_step("recording the plan in the ledger");
  return record_plan(ledger, file.input, file.plan, run);
}

struct EarlierPeriod {
  std::string name;
  std::vector<InstallationSum> sums;
};

// The one that was opened last before this one and charged anything: one that was opened by a mistyped name, or by a
// file of which nothing was billed, must not switch the comparison off.
std::optional<EarlierPeriod> period_before(const Ledger& ledger, const Scope& scope) {
  std::vector<std::string> names = ledger.periods(scope.endpoint, scope.account);
  const auto is_own = [&](const std::string& name) { return ascii_equal_ignoring_case(name, scope.period); };
  names.erase(std::ranges::find_if(names, is_own), names.end());
  for (; !names.empty(); names.pop_back()) {
    std::vector<InstallationSum> sums = ledger.installation_sums({scope.endpoint, scope.account, names.back()});
    if (!sums.empty()) return EarlierPeriod{std::move(names.back()), std::move(sums)};
  }
  return std::nullopt;
}

void compare_with_period_before(FilePlan& file, const Ledger& ledger, const Scope& scope, ChangeFactor factor) {
  const std::optional<EarlierPeriod> before = period_before(ledger, scope);
  if (!before) return;
  file.plan.comparison =
      compare_months(before->name, before->sums, ledger.installation_sums(scope), file.input, file.plan, factor);
  for (Warning& warning : warnings_of(*file.plan.comparison)) file.input.warnings.push_back(std::move(warning));
}

// Of each installation that the plan charges, where it was charged. Most ledgers are of one account.
std::vector<std::vector<Scope>> known_places(const Ledger& ledger, const Scope& scope, const FilePlan& file) {
  std::vector<std::vector<Scope>> known;
  const auto is_other = [&](const RunInfo& run) { return is_elsewhere(run.scope, scope); };
  if (std::ranges::none_of(ledger.runs(), is_other)) return known;
  std::set<std::uint32_t> charged;  // one may have several requests
  for (const auto& request : file.plan.requests) charged.insert(request.installation);
  for (const std::uint32_t installation : charged)
    known.push_back(ledger.scopes_that_charged(file.input.installations[installation]));
  return known;
}

// Held against what the period has already, with what other periods have to say.
FilePlan plan_against(const Ledger& ledger, const Scope& scope, UsageInput input, const UploadOptions& options,
                      const CommandContext& context) {
  ProgressView view(context);
  view.show_step("comparing with the ledger");  // of a large file, as long as the reading
  const Ledger::Reading reading(ledger);
  FilePlan file{std::move(input), {}};
  Meeting meeting = meet_ledger(file.input, view_of(ledger, scope));
  file.plan = make_plan(file.input, std::move(meeting), options.file.plan);
  file.usage_row_prefix = ledger.usage_row_prefix();
  for (Warning& warning : warnings_of_meeting(file.input, file.plan.meeting))
    file.input.warnings.push_back(std::move(warning));
  // Rows that are this period's already are in no wrong one.
  const bool has_new_rows = file.plan.meeting.rows.size() < file.input.rows.size();
  for (Warning& warning : warnings_of_other_periods(scope, file.plan.meeting.content_digest,
                                                    has_new_rows ? file.plan.totals : std::vector<Total>(),
                                                    ledger.runs(), ledger.left_in_other_periods(scope)))
    file.input.warnings.push_back(std::move(warning));
  for (Warning& warning : warnings_of_other_accounts(scope, known_places(ledger, scope, file)))
    file.input.warnings.push_back(std::move(warning));
  file.plan.period_before = ledger.period_totals(scope);
  compare_with_period_before(file, ledger, scope, options.change_factor);
  for (Refusal& refusal : refuse_warnings(file.input.warnings, options.file.fail_on))
    file.plan.refusals.push_back(std::move(refusal));
  return file;
}

// What may be sent gets its digest, and is refused where another plan was approved, or none and one must be.
void hold_against_approval(FilePlan& file, const UploadOptions& options, const Ledger& ledger, const Scope& scope) {
  if (!file.plan.refusals.empty() || file.plan.requests.empty()) return;
  const PlanDigest digest =
      digest_of_plan(ledger.identity().id, scope, file.input, file.plan,
                     {options.sending.run.on_503 == On503::kRetry, options.sending.run.repost_unsubmitted});
  file.plan.digest = text_of(digest);
  if (options.approval) {
    const auto approved = read_plan_digest(options.approval->plan_digest);
    if (auto refusal = refuse_other_plan(approved.value(), digest)) file.plan.refusals.push_back(std::move(*refusal));
  } else if (options.approval_rule == ApprovalRule::kRequired && options.mode == UploadMode::kSend) {
    file.plan.refusals.push_back({"approval-missing",
                                  "nothing may be sent here without an approval (--require-approval)",
                                  "have the plan looked at, then add: --approve " + file.plan.digest + " --by NAME"});
  }
}

// Of a plan without a request: what is to be sent by its totals is held back.
std::string why_nothing_is_sent(const std::vector<Total>& totals) {
  std::uint64_t invalid = 0;
  std::uint64_t held_back = 0;
  std::uint64_t left_out = 0;
  std::uint64_t there = 0;
  for (const Total& total : totals) {
    const bool is_there = total.status == RowStatus::kDuplicate || total.status == RowStatus::kUnknown;
    if (is_there) there += total.rows;
    if (total.status == RowStatus::kInvalid) invalid += total.rows;
    if (total.status == RowStatus::kNotSent) held_back += total.rows;
    if (total.status == RowStatus::kLeftOut) left_out += total.rows;
  }
  if (there > 0 && invalid + held_back == 0) return "the period has every row of the file already";
  std::string why;
  const auto add = [&why](std::uint64_t rows, const std::string& what) {
    if (rows > 0) why += (why.empty() ? ": " : ", ") + count_of(rows, "row is ", "rows are ") + what;
  };
  add(invalid, "invalid");
  add(held_back, "held back");
  add(left_out, "left out");
  add(there, "in the period already");
  return "none of the rows can be sent" + why;
}

void end_at_once(Ledger& ledger, const RunInfo& run, const Clock& clock) {
  ledger.end_run(run.id, RunState::kFinished, kNothingToSend, why_nothing_is_sent(run.input_totals), clock.wall_now());
}

}  // namespace

ExitStatus upload(const UploadOptions& options, const CommandContext& context) {
  const Credentials credentials = credentials_for(options.sending, context);
  const Scope scope{options.sending.curl.base_url, credentials.account_sid, options.period};
  const bool sends = options.mode == UploadMode::kSend;
  std::optional<LedgerLock> lock;
  if (sends) lock.emplace(options.sending.ledger);
  Ledger ledger = Ledger::open(options.sending.ledger, sends ? LedgerAccess::kWrite : LedgerAccess::kRead,
                               options.sending.ledger_options);
  require_known_period(ledger, scope, options.new_period);
  if (!sends)
    require_not_older_for_run(options.out.value_or(usual_folder(ledger.next_run_name(options.period))), ledger);

  UsageInput input = read_upload(options.file, context);
  if (const auto open = open_run_of(ledger, scope))
    return go_on_with(*open, ledger, input, options, credentials, context);
  FilePlan file = plan_against(ledger, scope, std::move(input), options, context);
  hold_against_approval(file, options, ledger, scope);
  if (!sends || !file.plan.refusals.empty()) return end_unsent(file, options, ledger, scope, context);
  const bool anything = !file.plan.requests.empty();
  const bool asks = anything && asks_first(options);
  if (asks || context.common.quiet == Quiet::kNo) {
    const PlanOverview overview = overview_of(file.input, file.plan);
    std::cerr << plan_text(file.input, file.plan, overview) << std::flush;
    if (asks) require_yes(question_of(overview, scope));
  }

  if (options.approval && options.sending.run.repost_unsubmitted > 0)
    file.input.warnings.push_back(repost_approved(options.sending.run.repost_unsubmitted));
  const std::string name = ledger.next_run_name(options.period);
  const std::filesystem::path chosen = folder_beside_input(options, usual_folder(name));
  keep_input(chosen, options.file);
  const RunPlace place = place_of(options.sending.ledger, context.common);
  const OutFolder out = folder_for_sending(chosen, ledger, name);
  const RunInfo run = record(ledger, file, options, scope, out.path, context);
  if (anything) {
    claim_folder(ledger, run, out, place);
    return send_and_write_results(ledger, run, out, options.sending, credentials, context);
  }
  end_at_once(ledger, run, context.clock);
  return write_and_show_results(ledger, run.name, out, place, context);
}

}  // namespace usage

#include "usage/reconcile/next_step.h"

#include <algorithm>
#include <initializer_list>

#include "result_names.h"
#include "usage/base/text.h"
#include "usage/marketplace/usage_api.h"

namespace usage {
namespace {

constexpr std::string_view kDryRun = " --dry-run";
constexpr std::string_view kInDoubt = "max-unknown";
constexpr std::string_view kSettleStep =
    "find out which unknown charges were billed, fill in usage_settle in unknown.csv, then settle them";

bool is_any_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

ExitStatus stop_status(std::string_view stop_name) {
  if (is_any_of(stop_name, {"credentials", "proxy-credentials"})) return ExitStatus::kCredentials;
  if (stop_name == "SIGINT") return ExitStatus::kInterrupted;
  if (is_any_of(stop_name, {"SIGTERM", "SIGHUP"})) return ExitStatus::kTerminated;
  if (is_any_of(stop_name, {kLedgerGone, kLockGone})) return ExitStatus::kLedger;
  return ExitStatus::kStopped;
}

// Proven not billed, for a run that is over: `not_sent` then stays so. What a later row stands for is that row's
// affair.
std::uint64_t not_billed_rows(const Totals& totals) {
  return totals.standing(RowStatus::kFailed) + totals.standing(RowStatus::kNotSubmitted) +
         totals.standing(RowStatus::kInvalid) + totals.standing(RowStatus::kNotSent);
}

// Charges of the period that wait for somebody, where its totals are known.
std::uint64_t period_rows(const RunSummary& summary, std::initializer_list<RowStatus> statuses) {
  std::uint64_t rows = 0;
  for (const Total& total : summary.period_totals) {
    for (RowStatus status : statuses) rows += total.status == status ? total.rows : 0;
  }
  return rows;
}

// What waits in the period, by this run's doing or not.
ExitStatus period_waits(const RunSummary& summary) {
  if (period_rows(summary, {RowStatus::kUnknown}) > 0) return ExitStatus::kUnknown;
  if (period_rows(summary, {RowStatus::kFailed, RowStatus::kNotSubmitted, RowStatus::kNotSent}) > 0)
    return ExitStatus::kSomeNotBilled;
  return ExitStatus::kOk;
}

// A run that had nothing to send ends as its period stands.
ExitStatus period_status(const RunSummary& summary) {
  return summary.stop_name == kNothingToSend ? period_waits(summary) : ExitStatus::kOk;
}

std::string program(const RunSummary& summary, std::string_view command) {
  return program_line(command, summary.ledger_file);
}

// A rehearsal's failed rows must not go to the real endpoint by a copied command.
std::string base_url_option(const RunSummary& summary) {
  const std::string& endpoint = summary.scope.endpoint;
  if (endpoint.empty() || endpoint == kDefaultBaseUrl) return "";
  return " --base-url " + shell_word(endpoint);
}

std::string upload_command(const RunSummary& summary, const std::string& files) {
  return program(summary, "upload") + files + " --period " +
         (summary.scope.period.empty() ? "PERIOD" : shell_word(summary.scope.period)) + base_url_option(summary);
}

std::string upload_again_command(const RunSummary& summary) {
  std::string files;
  for (const InputFile& file : summary.files) files += " " + shell_path(file.name);
  return upload_command(summary, files) + summary.upload_flags;
}

std::string folder_file(const RunSummary& summary, std::string_view name) {
  const std::filesystem::path folder = summary.folder.empty() ? "DIR" : summary.folder;
  return shell_path((folder / name).string());
}

std::string settle_command(const RunSummary& summary, const std::string& run) {
  return program(summary, "settle") + " " + shell_word(run) + " --from " + folder_file(summary, "unknown.csv") +
         " --by NAME --note TEXT";
}

bool names_any_of(std::string_view reason, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return reason.find(word) != std::string_view::npos; });
}

// By the words of libcurl and OpenSSL, which alone say what was wrong.
std::string_view certificate_text(std::string_view reason) {
  if (names_any_of(reason, {"has expired", "not yet valid"}))
    return "check this machine's clock; where it is right, have the endpoint's owner renew the certificate; then send "
           "the rest";
  if (names_any_of(reason, {"subject name", "does not match"}))
    return "the certificate is another host's: check --base-url, and who answers in the endpoint's place; then send "
           "the rest";
  if (names_any_of(reason, {"self-signed", "self signed", "issuer"}))
    return "nobody who is trusted here vouches for the certificate: have the endpoint's owner send the whole chain, or "
           "name the root with --ca-file where you know it to be right; then send the rest";
  return "clear up whose certificate it is; then send the rest";
}

std::string_view resume_text(std::string_view stop_name, std::string_view reason) {
  if (stop_name == "certificate") return certificate_text(reason);
  if (names_any_of(reason, {"alert protocol version", "unsupported protocol"}))
    return "the other side speaks no TLS 1.2 or newer: check --base-url, and who answers in the endpoint's place; then "
           "send the rest";
  if (stop_name == kInDoubt)  // with the words of kRestOfOpenRun
    return "see what the endpoint answers (show RUN --request N) and ask Twilio before you send the rest of the open "
           "run: each resume may leave as many in doubt again";
  if (stop_name == "out-of-reach") return "mend the connection (check says what fails), then send the rest";
  return stop_status(stop_name) == ExitStatus::kCredentials ? "correct the credentials, then send the rest"
                                                            : "send the rest";
}

// Never a command that sends at once.
std::string plan_of(std::string upload) {
  return upload.ends_with(kDryRun) ? upload : upload.append(kDryRun);
}

bool is_warned_of(const RunSummary& summary, std::string_view name) {
  return std::ranges::count(summary.warnings, name, &Warning::name) > 0;
}

// What was refused must be looked at again.
void add_refusal_step(const RunSummary& summary, std::vector<NextStep>& steps) {
  const bool has_plan = !summary.scope.period.empty();  // else it was validated only
  const std::string look = has_plan ? plan_of(upload_again_command(summary)) : upload_again_command(summary);
  if (is_any_of(summary.stop_name, {"approval-differs", "approval-missing"}))
    steps.push_back({"look at the plan as it is now, and have that one approved", look});
  else if (summary.stop_name == "warning-refused")
    steps.push_back(
        {"look at what it warns of; where all is as it should be, leave the warning's name out of --fail-on this time",
         look});
  else if (summary.totals.rows(RowStatus::kInvalid) == 0)
    steps.push_back({"do what the refusal asks for, then look at the plan again", look});
  else if (summary.folder.empty())
    steps.push_back({"correct the input, then look at the plan again", look});
  else
    steps.push_back({std::string(is_warned_of(summary, "same-content-earlier")
                                     ? "check that it is the right file and period, as it was uploaded before; else "
                                     : "") +
                         "correct the input, or failed.csv, then look at its plan",
                     has_plan ? plan_of(upload_failed_command(summary)) : upload_failed_command(summary)});
}

void add_waiting_period(const RunSummary& summary, std::vector<NextStep>& steps) {
  if (period_waits(summary) != ExitStatus::kOk)
    steps.push_back({"the period has charges that wait: see which", show_period_command(summary)});
}

void add_rehearsal_step(const RunSummary& summary, std::vector<NextStep>& steps) {
  if (summary.state == SummaryState::kRefused) return add_refusal_step(summary, steps);
  if (summary.scope.period.empty()) {
    steps.push_back({std::string(summary.totals.rows(RowStatus::kInvalid) == 0 ? "the file is valid"
                                                                               : "the rest of the file is valid") +
                         "; see what an upload would do (with --new-period where it begins a period)",
                     plan_of(upload_again_command(summary))});
    return;
  }
  if (not_billed_rows(summary.totals) == 0) return add_waiting_period(summary, steps);
  if (summary.plan_digest.empty()) {
    steps.push_back({"nothing of it can be sent: correct what is listed, then look at the plan again",
                     upload_again_command(summary) + " --dry-run"});
    return;
  }
  if (!summary.needs_approval) steps.push_back({"upload it for good", upload_again_command(summary)});
  steps.push_back({std::string(summary.needs_approval ? "" : "or ") + "have just this plan approved, and upload it so",
                   upload_again_command(summary) + " --approve " + summary.plan_digest + " --by NAME"});
}

// Of an open run, `not_sent` rows only wait.
std::uint64_t waiting_rows(const RunSummary& summary) {
  return summary.state == SummaryState::kOpen ? summary.totals.rows(RowStatus::kNotSent) : summary.waiting_rows;
}

std::string upload_words(const RunSummary& summary) {
  return summary.guard_flags.ends_with(kDryRun) ? "have its plan approved" : "upload it";
}

bool has_rows_to_correct(const RunSummary& summary) {
  return not_billed_rows(summary.totals) > waiting_rows(summary);
}

void add_run_steps(const RunSummary& summary, std::vector<NextStep>& steps) {
  const bool open = summary.state == SummaryState::kOpen;
  const bool in_doubt = summary.totals.rows(RowStatus::kUnknown) > 0;
  const bool to_correct = has_rows_to_correct(summary);
  if (open && summary.stop_name == kLedgerGone) {
    steps.push_back(
        {"put the ledger back where it was, or make one of what these result files say, before anything "
         "else is uploaded; then settle what is unknown",
         program(summary, "init") + " --from " + folder_file(summary, "reconciliation.csv")});
    return;
  }
  // What a resume would do once more is looked at first.
  const bool resume_last = open && summary.stop_name == kInDoubt;
  const auto add_resume = [&] {
    steps.push_back({std::string(resume_text(summary.stop_name, summary.stop_reason)), resume_command(summary)});
  };
  if (open && !resume_last) add_resume();
  if (summary.results_missing || (summary.folder.empty() && (in_doubt || to_correct)))
    steps.push_back({"write the result files", write_again_command(summary)});
  if (in_doubt) steps.push_back({std::string(kSettleStep), settle_command(summary, summary.run)});
  if (resume_last) add_resume();
  if (!open) add_waiting_period(summary, steps);
  if (to_correct) {
    const std::string when = open ? "when the run has ended: " : "";
    steps.push_back({when + "correct failed.csv, then " + upload_words(summary), upload_failed_command(summary)});
  }
}

std::string look_again_command(const RunSummary& summary) {
  if (summary.state == SummaryState::kPeriod) return show_period_command(summary);
  return program(summary, "show") + " " + shell_word(summary.run);
}

constexpr std::size_t kMaxRunSteps = 5;  // of a period

// A person settles run by run: each decision is about what one request came to.
void add_period_steps(const RunSummary& summary, std::vector<NextStep>& steps) {
  const auto add_resumes = [&](bool stopped_in_doubt) {
    for (const RunInfo& run : summary.runs) {
      if (run.state != RunState::kOpen || (run.stop_name == kInDoubt) != stopped_in_doubt) continue;
      steps.push_back({std::string(stopped_in_doubt ? resume_text(kInDoubt, "") : kRestOfOpenRun),
                       resume_command(summary.ledger_file, run.name, summary.sending_flags)});
    }
  };
  add_resumes(false);
  const bool is_of_one_run = summary.runs_in_doubt.size() == 1 && !summary.folder.empty();
  if (is_of_one_run)
    steps.push_back({std::string(kSettleStep), settle_command(summary, summary.runs_in_doubt.front())});
  for (std::size_t i = 0; !is_of_one_run && i < std::min(summary.runs_in_doubt.size(), kMaxRunSteps); ++i) {
    const std::string& run = summary.runs_in_doubt[i];
    steps.push_back({"find out which unknown charges of run " + run +
                         " were billed: write its unknown.csv, fill in usage_settle, then settle them",
                     program(summary, "reconcile") + " " + shell_word(run) + " --out DIR"});
  }
  add_resumes(true);
  if (is_warned_of(summary, "invalid-rows-in-runs"))
    steps.push_back(
        {"where the rows that were invalid, as the warning names them, are still to be billed: correct and upload them",
         ""});
  if (!has_rows_to_correct(summary)) return;
  if (summary.folder.empty()) steps.push_back({"write the result files", write_again_command(summary)});
  steps.push_back({"correct failed.csv, then " + upload_words(summary), upload_failed_command(summary)});
}

}  // namespace

bool has_open_run(const RunSummary& summary) {
  return summary.state == SummaryState::kOpen ||
         std::ranges::any_of(summary.runs, [](const RunInfo& run) { return run.state == RunState::kOpen; });
}

ExitStatus exit_status_of(const RunSummary& summary) {
  ExitStatus status = ExitStatus::kOk;
  if (!summary.differences.empty()) status = ExitStatus::kLedger;
  if (summary.state == SummaryState::kDryRun) return status;
  if (summary.state == SummaryState::kRefused) return worst_of(status, ExitStatus::kRefused);
  if (summary.totals.standing(RowStatus::kUnknown) > 0) status = worst_of(status, ExitStatus::kUnknown);
  if (summary.state == SummaryState::kOpen) status = worst_of(status, stop_status(summary.stop_name));
  if (summary.state == SummaryState::kPeriod && has_open_run(summary))
    status = worst_of(status, stop_status(summary.stop_name));
  if (not_billed_rows(summary.totals) > 0) status = worst_of(status, ExitStatus::kSomeNotBilled);
  status = worst_of(status, period_status(summary));
  return summary.results_missing && status == ExitStatus::kOk ? ExitStatus::kUsage : status;
}

std::vector<NextStep> next_steps_of(const RunSummary& summary) {
  std::vector<NextStep> steps;
  if (!summary.differences.empty()) {
    steps.push_back(
        {"do not send anything more: keep the ledger and the result files, and report this as a defect", ""});
    return steps;
  }
  if (is_warned_of(summary, kRunUnderWay)) {
    steps.push_back({"wait until that program has ended, then look again", look_again_command(summary)});
  } else if (is_rehearsal(summary)) {
    add_rehearsal_step(summary, steps);
  } else if (summary.state == SummaryState::kPeriod) {
    add_period_steps(summary, steps);
  } else {
    add_run_steps(summary, steps);
  }
  const bool is_run = summary.state != SummaryState::kPeriod && !summary.run.empty();
  if (steps.empty()) steps.push_back({is_run ? "nothing is left to do for this run" : "nothing is left to do", ""});
  return steps;
}

std::string program_line(std::string_view command, const std::filesystem::path& ledger_file) {
  std::string line = "usage-uploader ";
  line += command;
  if (!ledger_file.empty()) line += " --ledger " + shell_path(ledger_file.string());
  return line;
}

std::string resume_command(const std::filesystem::path& ledger_file, std::string_view run,
                           std::string_view sending_flags) {
  return program_line("resume", ledger_file).append(" ").append(shell_word(run)).append(sending_flags);
}

std::string resume_command(const RunSummary& summary) {
  return resume_command(summary.ledger_file, summary.run, summary.sending_flags);
}

std::string upload_failed_command(const RunSummary& summary) {
  return upload_command(summary, " " + folder_file(summary, "failed.csv")) + summary.sending_flags +
         (summary.opens_period ? " --new-period" : "") + summary.guard_flags;
}

std::string show_period_command(const RunSummary& summary) {
  return program(summary, "show") + " --period " + shell_word(summary.scope.period) + base_url_option(summary);
}

std::string write_again_command(const RunSummary& summary) {
  if (summary.state == SummaryState::kPeriod)
    return program(summary, "reconcile") + " --period " + shell_word(summary.scope.period) + base_url_option(summary) +
           " --out DIR";
  if (summary.run.empty()) return "";
  return program(summary, "reconcile") + " " + shell_word(summary.run) + " --out DIR";
}

}  // namespace usage

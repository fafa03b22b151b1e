#include "known_run.h"

#include <iostream>

#include "usage/base/list_text.h"
#include "usage/base/text.h"
#include "usage/reconcile/next_step.h"

namespace usage {
namespace {

std::string list_of(const std::vector<Scope>& scopes) {
  const auto worded = [](const Scope& scope) {
    return scope.period + " of account " + scope.account + " at " + scope.endpoint;
  };
  return clean_text(list_text(scopes, "; ", worded), 2000);
}

std::string known_periods(const Ledger& ledger) {
  std::string names;
  for (const RunInfo& run : ledger.runs()) {
    const std::string& name = run.scope.period;
    if ((", " + names + ", ").find(", " + name + ", ") != std::string::npos) continue;
    names += (names.empty() ? "" : ", ") + name;
  }
  return names.empty() ? "none" : clean_text(names, 1000);
}

void keep_chosen(std::vector<Scope>& scopes, const RunOrPeriod& what, const Environment& environment) {
  const auto account = environment.find("TWILIO_ACCOUNT_SID");
  std::erase_if(scopes, [&](const Scope& scope) {
    const bool other_account = account != environment.end() && !account->second.empty() &&
                               !ascii_equal_ignoring_case(scope.account, account->second);
    return other_account || (what.base_url && scope.endpoint != *what.base_url);
  });
}

// Of the run's whole period, where the run had nothing to send or was not its first, as of a correction; else empty.
std::vector<Total> totals_beside(const Ledger& ledger, const RunInfo& run) {
  const bool is_first = ledger.runs_of(run.scope).front().id == run.id;
  return is_first && run.stop_name != kNothingToSend ? std::vector<Total>() : ledger.period_totals(run.scope);
}

}  // namespace

RunPlace place_of(const std::filesystem::path& ledger, const CommonOptions& common) {
  return {ledger, common.sending_flags, common.guard_flags};
}

RunPlace reading_place_of(const std::filesystem::path& ledger, const CommonOptions& common) {
  RunPlace place = place_of(ledger, common);
  place.is_only_read = true;
  return place;
}

void add_place(RunSummary& summary, const RunPlace& place) {
  summary.ledger_file = place.ledger;
  summary.sending_flags = place.sending_flags;
  summary.guard_flags = place.guard_flags;
}

void warn_of_program(RunSummary& summary, const RunPlace& place) {
  if (!place.is_only_read || !has_open_run(summary)) return;
  if (const auto holder = ledger_holder(summary.ledger_file))
    summary.warnings.push_back(
        {std::string(kRunUnderWay),
         "the ledger is held by " + *holder + ": what is in flight is listed as unknown until its reply is recorded"});
}

std::string resume_line(const RunInfo& run, const RunPlace& place) {
  return resume_command(place.ledger, run.name, place.sending_flags);
}

std::string first_upload_line(const std::filesystem::path& ledger_file) {
  return program_line("upload FILE --period PERIOD --new-period", ledger_file);
}

RunInfo run_named(const Ledger& ledger, std::string_view name, const std::filesystem::path& ledger_file) {
  if (std::optional<RunInfo> run = ledger.find_run(name)) return std::move(*run);
  if (ledger.identity().run_count == 0)
    throw UsageError("run-unknown", "the ledger holds no run yet",
                     "upload a first file: " + first_upload_line(ledger_file));
  throw UsageError("run-unknown", "the ledger has no run " + clean_text(name, 80),
                   "see which it has: " + program_line("runs", ledger_file));
}

RunSummary summary_at(const RunPlace& place, const Ledger& ledger, const RunInfo& run) {
  RunSummary summary = summary_of(run, ledger.identity(), ledger.counts(run.id));
  add_place(summary, place);
  warn_of_program(summary, place);
  return summary;
}

RunSummary summary_to_write(const Ledger& ledger, const RunInfo& run, const RunPlace& place) {
  RunSummary summary = summary_at(place, ledger, run);
  summary.period_totals = totals_beside(ledger, run);
  return summary;
}

RunSummary present_summary(const Ledger& ledger, const RunInfo& run, const RunPlace& place) {
  RunSummary summary = summary_to_write(ledger, run, place);
  add_up(summary, [&](const auto& visit) { ledger.each_row(run.id, visit); });
  return summary;
}

void print_summary(const RunSummary& summary, OutputForm form) {
  if (form == OutputForm::kJson)
    std::cout << to_json(summary, JsonLayout::kIndented) << std::endl;
  else
    std::cout << to_text(summary) << std::flush;
}

Scope scope_of_period(const Ledger& ledger, const RunOrPeriod& what, const Environment& environment,
                      const std::filesystem::path& ledger_file) {
  const std::vector<Scope> all = ledger.scopes_of_period(*what.period);
  std::vector<Scope> chosen = all;
  keep_chosen(chosen, what, environment);
  if (chosen.size() == 1) return chosen.front();
  const std::string name = "period " + clean_text(*what.period, 80);
  if (all.empty()) {
    throw RefusedError("period-unknown", "the ledger has no " + name + "; it has " + known_periods(ledger),
                       "see its runs: " + program_line("runs", ledger_file));
  }
  if (chosen.empty()) {
    throw UsageError("period-elsewhere",
                     "the ledger has no " + name + " of this account and endpoint, but: " + list_of(all),
                     "give --base-url, and TWILIO_ACCOUNT_SID in the environment, as they were when it was billed");
  }
  throw UsageError("period-ambiguous", "several accounts or endpoints have " + name + ": " + list_of(chosen),
                   "say which with --base-url " + shell_word(chosen.front().endpoint) +
                       " and TWILIO_ACCOUNT_SID=" + shell_word(chosen.front().account) + " in the environment");
}

}  // namespace usage

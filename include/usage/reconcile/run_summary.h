// What a run came to: a value that is completed once and printed two ways.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "usage/base/error.h"
#include "usage/base/json_writer.h"
#include "usage/ledger/records.h"
#include "usage/reconcile/decision_list.h"
#include "usage/reconcile/each_row.h"
#include "usage/reconcile/totals.h"

namespace usage {

enum class SummaryState : std::uint8_t {
  kOpen,
  kFinished,
  kAbandoned,
  kDryRun,   // would have been sent; nothing is recorded
  kRefused,  // the plan was refused; nothing was sent or recorded
  kPeriod,   // no run: the charges of a whole period, each once
};

// What to do next. The command, where there is one, can be copied into a shell.
struct NextStep {
  std::string text;
  std::string command;
  friend bool operator==(const NextStep&, const NextStep&) = default;
};

// A line about a plan, for people.
struct PlanFact {
  std::string name;
  std::string text;
};

// Of a plan: a charge that was not billed, and is sent with another amount, or other SIDs.
struct CorrectedCharge {
  std::string line;  // "line 7"
  std::string installation;
  std::string billing_sid;
  std::string moved_from;  // "XE..., BI...", where it was of others
  std::string was;         // "10.279 EUR"
  std::string now;
};

// Where a row of a whole period comes from.
struct RowOrigin {
  std::string run;  // of the row that stands for the charge; "2026-10-1:march.csv" where that run had several files
  SummaryState state = SummaryState::kFinished;  // of that run
  WallTime started_at = {};                      // likewise
  std::optional<Approval> approval = {};
  std::vector<RunEvent> events = {};
  std::vector<Total> input_totals = {};  // of the run's files together; none at its second file and later
  std::string control_totals = {};       // that agreed when the run was begun
};

struct RunSummary {
  // Filled by the caller before the rest is completed; for a recorded run summary_of fills in what its RunInfo holds.
  SummaryState state = SummaryState::kOpen;
  std::string program_version;
  LedgerIdentity ledger;  // id empty: there is none
  std::string run;        // empty: none was recorded
  Scope scope;
  std::string stop_name;
  std::string stop_reason;
  bool retry_503 = false;
  std::optional<Approval> approval;
  std::vector<RunEvent> events;
  std::string control_totals;  // of a recorded run: those that agreed when it was begun
  std::vector<PlanFact> plan_facts;
  std::vector<CorrectedCharge> corrected;  // of a plan, the first ones
  std::uint64_t corrected_count = 0;
  std::string plan_digest;  // of a plan that may be sent, for a person to approve; else empty
  std::vector<InputFile> files;
  // For commands to copy; each begins with a blank, or is empty.
  std::string upload_flags;     // how these files were to be uploaded
  std::string sending_flags;    // those that hold for every upload and resume: credentials, proxy, rate
  std::string guard_flags;      // those that hold for an upload of what is left of these files
  bool opens_period = false;    // of a plan: its period is not in the ledger yet
  bool needs_approval = false;  // of a plan: it may be sent with --approve only, or an approval was given
  std::string content_digest;
  std::vector<Total> input_totals;
  RunCounts counts;
  WallTime started_at;
  std::optional<WallTime> ended_at;
  std::vector<Warning> warnings;
  std::vector<Total>
      period_totals;  // of the whole period's charges, where a run had nothing to send or was not its first; else empty
  std::vector<RowOrigin> origins;     // of a whole period, beside `files`; else empty
  std::vector<RunInfo> runs;          // of a whole period; else empty
  DecisionList decisions;             // likewise
  std::filesystem::path folder;       // of the result files; empty: none are written
  bool results_missing = false;       // they were to be written, and could not be
  std::string failed_digest;          // SHA-256 of failed.csv as written last; empty: not yet
  std::string unknown_digest;         // likewise of unknown.csv
  std::filesystem::path ledger_file;  // as given with --ledger, for the commands; empty: the default

  // Completed by add_up or write_results.
  Totals totals;
  std::uint64_t waiting_rows = 0;          // that a resume of an open run will send
  std::vector<std::string> runs_in_doubt;  // of a whole period: those with unknown charges, in order of their runs
  std::vector<std::string> differences;    // between input_totals and totals
  ExitStatus exit_status = ExitStatus::kOk;
  std::vector<NextStep> next_steps;
};

// RunInfo::stop_name of a run at which the period had everything already.
inline constexpr std::string_view kNothingToSend = "nothing-to-send";

SummaryState state_of(RunState state);
bool is_rehearsal(const RunSummary& summary);  // a dry run or a refused plan: nothing was sent
RunSummary summary_of(const RunInfo& run, const LedgerIdentity& ledger, const RunCounts& counts);

// Completes the summary from the rows, without writing anything.
void add_up(RunSummary& summary, const EachRow& rows);
// Likewise of a plan, whose rows somebody has counted: none waits, or is in doubt.
void add_up_plan(RunSummary& summary, std::span<const Total> rows);

// LedgerError "totals-differ" (exit 4) where they do; to be called when the results are written and shown.
void require_totals_close(const RunSummary& summary);

// summary.json, and what --json prints. Member names are documented in README; amounts are strings of exact decimals.
std::string to_json(const RunSummary& summary, JsonLayout layout);
// The same, indented, without the line that ends the object: further members can follow, each behind a comma.
std::string unended_json(const RunSummary& summary);

// For people: lines that end with LF; the last ones say what to do next.
std::string to_text(const RunSummary& summary);
std::string steps_text(const std::vector<NextStep>& next_steps);  // the last ones alone

}  // namespace usage

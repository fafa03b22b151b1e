// A run or a period that the user named, looked up in the ledger.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "usage/cli/options.h"
#include "usage/ledger/ledger.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

// What the commands that a summary shows need to get at it again.
struct RunPlace {
  std::filesystem::path ledger;
  std::string sending_flags;  // as CommonOptions has them, like the next
  std::string guard_flags = {};
  bool is_only_read = false;  // so that another program may be at it
};
RunPlace place_of(const std::filesystem::path& ledger, const CommonOptions& common);
RunPlace reading_place_of(const std::filesystem::path& ledger, const CommonOptions& common);

// For the commands of the summary.
void add_place(RunSummary& summary, const RunPlace& place);

// Says in the summary of an open run, or of a period with one, when another program is at it.
void warn_of_program(RunSummary& summary, const RunPlace& place);

// The command that finishes an open run.
std::string resume_line(const RunInfo& run, const RunPlace& place);

// What to do with a ledger that holds no run yet.
std::string first_upload_line(const std::filesystem::path& ledger_file);

// UsageError "run-unknown" where the ledger has none of this name.
RunInfo run_named(const Ledger& ledger, std::string_view name, const std::filesystem::path& ledger_file);

// The summary of a run before its rows are added up, with what its commands need.
RunSummary summary_at(const RunPlace& place, const Ledger& ledger, const RunInfo& run);

// Likewise with the totals of the run's period, where they say more than the run's; to be completed by add_up or
// write_results.
RunSummary summary_to_write(const Ledger& ledger, const RunInfo& run, const RunPlace& place);

// A run as the ledger has it at present, added up from its rows; no files are written.
RunSummary present_summary(const Ledger& ledger, const RunInfo& run, const RunPlace& place);

void print_summary(const RunSummary& summary, OutputForm form);  // to stdout

// Whose period is meant: of the endpoint given with --base-url and of TWILIO_ACCOUNT_SID, where these are set.
// UsageError where none fits, or more than one: it lists them.
Scope scope_of_period(const Ledger& ledger, const RunOrPeriod& what, const Environment& environment,
                      const std::filesystem::path& ledger_file);

}  // namespace usage

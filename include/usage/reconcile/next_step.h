// The one place where exit statuses are decided and next steps are worded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/error.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

// From state, stop name, totals and differences. An open run's stop names mean: "credentials", "proxy-credentials": 5;
// "SIGINT": 130; "SIGTERM", "SIGHUP": 143; "ledger-gone", "lock-gone": 4; any other, or none: 7. Of a run that is over
// they mean nothing. Rows that a later row stands for do not count. A whole period with an open run has that run's.
ExitStatus exit_status_of(const RunSummary& summary);

// It is one, or is of a period that has one: also with nothing left to send, as where the program ended before the run
// did. No other upload gets in meanwhile.
bool has_open_run(const RunSummary& summary);

// A warning: another program is at an open run, so that what it has in flight is listed as unknown, and is no matter
// for a person yet. Nothing is to be done then but to wait.
inline constexpr std::string_view kRunUnderWay = "run-under-way";

// In the order in which they should be done.
std::vector<NextStep> next_steps_of(const RunSummary& summary);

// What a person does about one row, in a few words; empty where nothing is to be done.
std::string_view row_next_step(const RowRecord& row, SummaryState state);

// "usage-uploader COMMAND --ledger FILE": the beginning of a command to copy; without the file where none was named.
std::string program_line(std::string_view command, const std::filesystem::path& ledger_file);

// `sending_flags`: as RunSummary has them.
std::string resume_command(const std::filesystem::path& ledger_file, std::string_view run,
                           std::string_view sending_flags);
std::string resume_command(const RunSummary& summary);
std::string upload_failed_command(const RunSummary& summary);
std::string show_period_command(const RunSummary& summary);
std::string write_again_command(const RunSummary& summary);

}  // namespace usage

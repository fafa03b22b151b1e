// A reconciliation.csv that a lost ledger is seeded from, and what is known of it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/cli/options.h"
#include "usage/ledger/records.h"

namespace usage {

struct SeedFile {
  std::filesystem::path path;
  Scope scope;
  std::string run;                // PERIOD-N
  std::uint64_t run_number = 0;   // N
  std::vector<std::string> runs;  // of the lost ledger, whose rows it has: several where it is of a whole period
  std::string ledger;             // id of the lost ledger; empty where no summary.json says it
  std::uint64_t run_count = 0;    // of the lost ledger when the file was written
  std::string content_digest;
  std::optional<WallTime> started_at;
  WallTime begun_by;  // by which it comes after earlier runs of all periods; no earlier than that of its period's
  std::vector<Total> totals;    // that its rows come to, by status and currency
  bool may_have_comma = false;  // in a row whose amount could not be read
  bool has_summary = false;
  bool is_of_period = false;
  bool may_have_gone_on = true;  // what it has as not sent may have been sent since: its run is not known to be over
  std::vector<std::string> open_runs;  // where a period's file says which of its runs were: only what stands in these
};

// One row of it, with the status that it had in the lost ledger. Views end with the call.
struct SeedRow {
  std::uint32_t line = 0;           // in the reconciliation, for messages
  std::uint32_t original_line = 0;  // in the run's input
  std::string_view run;             // of a whole period's file: that the row stands in
  std::string_view installation;
  std::string_view billing_sid;
  std::string_view quantity;
  bool has_amount = false;
  bool may_have_comma = false;  // as its decimal sign: what stands there need not be what a point would make of it
  std::string_view currency;
  std::string_view reference;
  RowStatus status = RowStatus::kNotSent;
  std::string_view reason;
  int http_status = 0;  // of the last attempt; 0: none came
  std::string_view sent_at;
  std::string_view twilio_request_id;
  std::string_view settled_by;
  std::optional<WallTime> settled_at;
  std::string_view settle_note;
  std::string_view usage_row;
};

// RefusedError (exit 3) naming file, line and reason where a row is not one that the program wrote.
void each_seed_row(const std::filesystem::path& file, const std::function<void(const SeedRow&)>& visit);

// Reads every file once and holds it against its own summary.json, which lies beside it; what that would say comes from
// --period, --base-url and TWILIO_ACCOUNT_SID where there is none. In the order in which the runs began. RefusedError
// where totals do not close, where two files are of one run, or where it is not known whose charges they are.
std::vector<SeedFile> inspect_seed_files(const InitOptions& options, const Environment& environment);

}  // namespace usage

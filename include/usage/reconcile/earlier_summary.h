// What a summary.json of ours says, read again when a lost ledger is seeded from result files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/ledger/records.h"

namespace usage {

inline constexpr std::uint64_t kMaxSummaryBytes = 16 << 20;  // a larger file is none of ours

struct EarlierSummary {
  std::string ledger;                  // id
  std::uint64_t run_count = 0;         // of that ledger when it was written
  std::string run;                     // empty: a plan, or a whole period
  std::string state;                   // "finished", "period", ...
  bool has_open_run = false;           // it is of an open run, or of a period with one
  std::vector<std::string> runs;       // of a period, where it says them
  std::vector<std::string> open_runs;  // of these, where it says their states
  Scope scope;
  std::string started_at;  // RFC 3339
  std::string content_digest;
  std::vector<Total> totals;  // by status and currency
};

// Of the text as write_results lays it out; nothing where it is not one of ours.
std::optional<EarlierSummary> read_summary(std::string_view summary_json);

}  // namespace usage

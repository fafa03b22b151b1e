// Which rows of a run a person has decided on, before any of it is recorded.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "usage/cli/options.h"
#include "usage/ledger/ledger.h"
#include "usage/reconcile/totals.h"

namespace usage {

// A row of unknown.csv, as the person gave it.
struct DecidedRow {
  std::string where;  // "line 7"
  std::vector<std::string> cells;
};

// What the person said about one row, and where.
struct Decision {
  RowStatus status = RowStatus::kSubmitted;
  std::string where;             // "--row R-..", "line 7"
  std::vector<DecidedRow> rows;  // that say so, where a file does
};

// As given: by row (usage_row) and by installation (key).
struct Decisions {
  std::map<std::string, Decision> by_row;
  std::map<std::string, Decision> by_installation;
  std::uint64_t left_open = 0;        // rows of the file without a decision
  std::vector<std::string> problems;  // what of it cannot be recorded, and why
};
Decisions read_decisions(const SettleOptions& options);

// The decisions held against the run's rows. All or nothing: with any problem nothing may be recorded.
struct SettledRows {
  std::vector<Settlement> settlements;
  Totals totals;                  // of the rows decided, by decision
  std::size_t decided_again = 0;  // of them, settled before
  std::vector<std::string> problems;
  bool rows_moved = false;  // a problem is that a decision stands beside the cells of another charge
};
SettledRows match_decisions(const Decisions& decisions, const Ledger& ledger, const RunInfo& run,
                            const SettleOptions& options, WallTime now);

}  // namespace usage

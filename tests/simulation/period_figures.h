// What came up in histories of several uploads, over all seeds: that the simulation does what it is for.
#pragma once

#include <cstdint>
#include <string>

#include "simulation/unknown_cause.h"

namespace usage::test {

struct PeriodFigures {
  std::uint64_t lives = 0;
  std::uint64_t uploads = 0;  // files that somebody wanted to upload
  std::uint64_t runs = 0;
  std::uint64_t given_up = 0;  // uploads, for what the plan refused
  std::uint64_t resumed = 0;
  std::uint64_t abandoned = 0;
  std::uint64_t kills = 0;
  std::uint64_t power_cuts = 0;
  std::uint64_t disk_faults = 0;
  std::uint64_t damaged = 0;       // seeds that end with a ledger which the disk has ruined, and which refuses to work
  std::uint64_t settlements = 0;   // charges
  std::uint64_t left_out = 0;      // charges, by a decision
  std::uint64_t met_left_out = 0;  // rows that met such a charge
  std::uint64_t additional = 0;    // rows allowed
  std::uint64_t taken_over = 0;    // rows that stand for a charge no more
  std::uint64_t corrected_sids = 0;  // rows
  std::uint64_t corrected = 0;       // rows that were invalid, and became a charge by their name
  std::uint64_t duplicates = 0;      // rows
  std::uint64_t billed = 0;          // items
  std::uint64_t wanted = 0;          // charges that must be billed in the end
  std::uint64_t double_bills = 0;
  std::uint64_t lost = 0;
  UnknownFigures doubts;            // charges that were ever in doubt, each time
  std::uint64_t left_in_doubt = 0;  // of them, when the ledger's disk was ruined before they were settled
  PeriodFigures& operator+=(const PeriodFigures& more);
  std::string text() const;
};

}  // namespace usage::test

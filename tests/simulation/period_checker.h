// Holds the endpoint's journal against what the ledger says of a period's charges, and the ledger's reports against
// each other. Knows what rows mean, and none of the product's rules.
#pragma once

#include <string>
#include <vector>

#include "simulation/intended_charges.h"
#include "simulation/meant_file.h"
#include "usage/ledger/records.h"

namespace usage::test {

// A run as it was last seen in the ledger, with the file that it is of.
struct SeenRun {
  RunInfo run;
  MeantFile file;
  std::vector<RowRecord> rows;
};

struct SeenPeriod {
  std::vector<SeenRun> runs;  // oldest first
  std::vector<ChargeRecord> charges;
};

// Complaints, one a line; empty where all is well. `before`: as seen last. `items`: what the endpoint has billed in
// this period.
// - The rows of each run are those of its file, with one status each; rows and amounts close.
// - What was submitted stays so; what a run has ended with changes by settlement alone.
// - Each charge is there once, and every row of a run that speaks of a charge has its charge there.
// - No intended charge is billed twice, nothing else billed.
// - What is billed is `submitted` or `unknown`, what is `submitted` is billed.
std::string check_period(const SeenPeriod& before, const SeenPeriod& now, const IntendedCharges& intended,
                         const std::vector<std::string>& items);

}  // namespace usage::test

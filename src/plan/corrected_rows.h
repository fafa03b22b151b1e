// Rows that a failed.csv has as invalid, corrected now, beside rows that name their charges.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "usage/plan/meeting.h"

namespace usage {

// Whether such a row is another line of one export than a charge with which it could be taken for one: it was invalid,
// on the same item and with the same reference, in the very run that made that charge, and so were as many rows as the
// file has now. Of several files, none is.
class CorrectedRows {
 public:
  // `billing_keys`: the sid_key of each of input.billing_sids. All outlive this.
  CorrectedRows(const UsageInput& input, const std::vector<std::string>& billing_keys, const LedgerView& ledger);
  // Than an unbilled charge that another row of the file names.
  bool is_line_beside(std::uint32_t row, const KnownCharge& named) const;
  // Than any charge that the run made, billed since or not: where no other run had such a row, which would be another
  // line, and the row's own one might be that charge.
  bool is_line_of(std::uint32_t row, RunId run) const;

 private:
  InvalidRowsOfRuns runs_of(std::uint32_t row) const;
  const UsageInput& input_;
  const LedgerView& ledger_;
  std::unordered_map<std::uint32_t, std::uint64_t> rows_;  // such rows, with how many of their kind the file has
};

}  // namespace usage

// Rows that a failed.csv has as invalid, corrected now, beside rows that name their charges.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "usage/plan/meeting.h"

namespace usage {

// Whether such a row is another line of one export than a charge that another row of the file names: it was invalid on
// the same item in the very run that made that charge. As many rows as were so there; of several files, none.
class CorrectedRows {
 public:
  // `billing_keys`: the sid_key of each of input.billing_sids. All outlive this.
  CorrectedRows(const UsageInput& input, const std::vector<std::string>& billing_keys, const LedgerView& ledger);
  bool is_line_beside(std::uint32_t row, const KnownCharge& named) const;

 private:
  const UsageInput& input_;
  const LedgerView& ledger_;
  std::unordered_map<std::uint32_t, std::uint64_t> rank_;  // of such rows, among those of their item, from 0
};

}  // namespace usage

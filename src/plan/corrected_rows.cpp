#include "corrected_rows.h"

#include <map>
#include <utility>

#include "charge_rules.h"
#include "input_rows.h"

namespace usage {

CorrectedRows::CorrectedRows(const UsageInput& input, const std::vector<std::string>& billing_keys,
                             const LedgerView& ledger)
    : input_(input), ledger_(ledger) {
  if (input.files.size() != 1 || input.once_invalid.empty()) return;
  std::map<std::pair<std::uint32_t, std::string_view>, std::uint64_t> seen;
  for (std::uint32_t i = 0; i < input.rows.size(); ++i) {
    const UsageRow& row = input.rows[i];
    if (is_among(input.once_invalid, row)) rank_[i] = seen[{row.installation, billing_keys[row.billing_sid]}]++;
  }
}

bool CorrectedRows::is_line_beside(std::uint32_t row, const KnownCharge& named) const {
  const auto rank = rank_.find(row);
  if (rank == rank_.end() || charge_state(named.status) != ChargeState::kUnbilled) return false;
  const UsageRow& usage = input_.rows[row];
  return rank->second < ledger_.invalid_rows_in(named.made_in, input_.installations[usage.installation],
                                                input_.billing_sids[usage.billing_sid]);
}

}  // namespace usage

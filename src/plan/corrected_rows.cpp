#include "corrected_rows.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "charge_rules.h"
#include "input_rows.h"

namespace usage {

CorrectedRows::CorrectedRows(const UsageInput& input, const std::vector<std::string>& billing_keys,
                             const LedgerView& ledger)
    : input_(input), ledger_(ledger) {
  if (input.files.size() != 1 || input.once_invalid.empty()) return;
  std::map<std::tuple<std::uint32_t, std::string_view, std::uint32_t>, std::vector<std::uint32_t>> kinds;
  for (std::uint32_t i = 0; i < input.rows.size(); ++i) {
    const UsageRow& row = input.rows[i];
    if (is_among(input.once_invalid, row))
      kinds[{row.installation, billing_keys[row.billing_sid], row.reference}].push_back(i);
  }
  for (const auto& [kind, rows] : kinds)
    for (const std::uint32_t row : rows) rows_[row] = rows.size();
}

InvalidRowsOfRuns CorrectedRows::runs_of(std::uint32_t row) const {
  const UsageRow& usage = input_.rows[row];
  return ledger_.invalid_rows(input_.installations[usage.installation], input_.billing_sids[usage.billing_sid],
                              reference_of(input_, row));
}

bool CorrectedRows::is_line_beside(std::uint32_t row, const KnownCharge& named) const {
  const auto known = rows_.find(row);
  if (known == rows_.end() || charge_state(named.status) != ChargeState::kUnbilled) return false;
  const InvalidRowsOfRuns runs = runs_of(row);
  const auto run = runs.find(named.made_in);
  return run != runs.end() && run->second >= known->second;
}

bool CorrectedRows::is_line_of(std::uint32_t row, RunId run) const {
  const auto known = rows_.find(row);
  if (known == rows_.end()) return false;
  const InvalidRowsOfRuns runs = runs_of(row);
  return runs.size() == 1 && runs.begin()->first == run && runs.begin()->second >= known->second;
}

}  // namespace usage

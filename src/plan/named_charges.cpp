#include "named_charges.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "charge_rules.h"
#include "rejections.h"

namespace usage {

void name_invalid_rows(std::vector<InvalidRow>& rows, const LedgerView& ledger) {
  for (InvalidRow& row : rows) {
    if (row.usage_row.empty() || row.charge != 0) continue;
    if (const std::optional<ScopedCharge> found = ledger.find_charge(row.usage_row)) row.charge = found->charge.charge;
  }
}

NamedCharges::NamedCharges(const UsageInput& input, const std::vector<std::string>& billing_keys,
                           const LedgerView& ledger) {
  find_waiting(input, ledger);
  find(input, ledger);
  for (const auto& [row, charge] : by_row_) {
    const UsageRow& usage = input.rows[row];
    ids_.push_back(charge.charge);
    if (charge_state(charge.status) == ChargeState::kUnbilled)
      going_to_.try_emplace({usage.installation, billing_keys[usage.billing_sid]}, &charge);
  }
  std::ranges::sort(ids_);
}

const KnownCharge* NamedCharges::of_row(std::uint32_t row) const {
  const auto found = by_row_.find(row);
  return found == by_row_.end() ? nullptr : &found->second;
}

bool NamedCharges::contains(RowId charge) const {
  return std::ranges::binary_search(ids_, charge);
}

const KnownCharge* NamedCharges::going_to(const ItemKey& item) const {
  const auto found = going_to_.find(item);
  return found == going_to_.end() ? nullptr : found->second;
}

void NamedCharges::find(const UsageInput& input, const LedgerView& ledger) {
  std::unordered_set<RowId> seen(ids_.begin(), ids_.end());  // that invalid rows name
  std::unordered_set<RowId> repeated;
  for (std::uint32_t i = 0; i < input.usage_rows.size(); ++i) {
    if (input.usage_rows[i].empty()) continue;
    std::optional<ScopedCharge> found = ledger.find_charge(input.usage_rows[i]);
    if (!found) {
      rejected.push_back(
          reject_usage_row(input, i, 0, "usage-row-unknown", "this ledger has no such charge",
                           "use the ledger that wrote the file, or empty the cell where the row is a new charge"));
      continue;
    }
    if (!is_same_period(found->scope, ledger.scope)) {
      rejected.push_back(reject_usage_row(input, i, 0, "usage-row-other-period",
                                          "it is a charge of period " + found->scope.period + " for account " +
                                              found->scope.account + " at " + found->scope.endpoint,
                                          "upload the row to that period, or empty the cell where it is a charge of "
                                          "this one, with a reference of its own"));
      continue;
    }
    const RowId charge = found->charge.charge;
    if (!seen.insert(charge).second) repeated.insert(charge);
    by_row_.emplace(i, std::move(found->charge));
  }
  if (!repeated.empty()) reject_repeated(input, repeated);
}

void NamedCharges::find_waiting(const UsageInput& input, const LedgerView& ledger) {
  for (const InvalidRow& row : input.invalid) {
    if (row.usage_row.empty()) continue;
    const std::optional<ScopedCharge> found = ledger.find_charge(row.usage_row);
    if (found && is_same_period(found->scope, ledger.scope) &&
        charge_state(found->charge.status) == ChargeState::kUnbilled)
      ids_.push_back(found->charge.charge);
  }
}

void NamedCharges::reject_repeated(const UsageInput& input, const std::unordered_set<RowId>& repeated) {
  for (auto named = by_row_.begin(); named != by_row_.end();) {
    const RowId charge = named->second.charge;
    if (!repeated.contains(charge)) {
      ++named;
      continue;
    }
    if (charge_state(named->second.status) == ChargeState::kUnbilled) ids_.push_back(charge);
    rejected.push_back(reject_usage_row(input, named->first, charge, "usage-row-repeated", "two rows name this charge",
                                        "keep one of them; a charge of its own has an empty usage_row"));
    named = by_row_.erase(named);
  }
}

}  // namespace usage

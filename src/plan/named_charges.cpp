#include "named_charges.h"

#include <algorithm>
#include <utility>

#include "charge_rules.h"
#include "rejections.h"
#include "usage/base/sid.h"

namespace usage {

namespace {

RowId id_of(const ScopedCharge& found) {
  return found.charge.charge;
}

RowId id_of(const UncorrectedRow& found) {
  return found.row;
}

bool is_unbilled(const ScopedCharge& found) {
  return charge_state(found.charge.status) == ChargeState::kUnbilled;
}

}  // namespace

void name_invalid_rows(std::vector<InvalidRow>& rows, const LedgerView& ledger) {
  for (InvalidRow& row : rows) {
    if (row.usage_row.empty() || row.charge != 0) continue;
    if (const auto charge = ledger.find_charge(row.usage_row)) {
      row.charge = id_of(*charge);
    } else if (const auto invalid = ledger.find_uncorrected(row.usage_row)) {
      if (is_same_period(invalid->scope, ledger.scope)) row.charge = id_of(*invalid);
    }
  }
}

KnownCharge as_charge(const UncorrectedRow& row, const Quantity& quantity) {
  return {.charge = row.row,
          .run = row.run,
          .made_in = row.run,
          .run_name = row.run_name,
          .place = row.place,
          .installation = row.installation,
          .billing_sid = row.billing_sid,
          .quantity = quantity,
          .currency = row.currency,
          .reference = row.reference,
          .status = RowStatus::kInvalid,
          .sent_at = {},
          .moved_from = {}};
}

NamedCharges::NamedCharges(const UsageInput& input, const std::vector<std::string>& billing_keys,
                           const LedgerView& ledger) {
  find_waiting(input, ledger);
  find(input, ledger);
  note_where_they_go(input, billing_keys);
  for (const auto& [row, charge] : by_row_) ids_.push_back(charge.charge);
  for (const auto& [row, invalid] : corrected_) ids_.push_back(invalid.row);
  std::ranges::sort(ids_);
}

void NamedCharges::note_where_they_go(const UsageInput& input, const std::vector<std::string>& billing_keys) {
  for (const auto& [row, charge] : by_row_) {
    const UsageRow& usage = input.rows[row];
    if (charge_state(charge.status) == ChargeState::kUnbilled)
      going_to_[usage.installation].emplace_back(billing_keys[usage.billing_sid], &charge);
  }
  if (corrected_.empty()) return;
  std::unordered_map<std::string, std::uint32_t> index;
  for (std::uint32_t i = 0; i < input.installations.size(); ++i) index.emplace(sid_key(input.installations[i]), i);
  corrections_.reserve(corrected_.size());  // they are pointed at
  for (const auto& [row, invalid] : corrected_) {
    const UsageRow& usage = input.rows[row];
    const KnownCharge& charge = corrections_.emplace_back(as_charge(invalid, usage.quantity));
    going_to_[usage.installation].emplace_back(billing_keys[usage.billing_sid], &charge);
    if (const auto stood = index.find(sid_key(invalid.installation)); stood != index.end())
      going_to_[stood->second].emplace_back(sid_key(invalid.billing_sid), &charge);
  }
}

const KnownCharge* NamedCharges::of_row(std::uint32_t row) const {
  const auto found = by_row_.find(row);
  return found == by_row_.end() ? nullptr : &found->second;
}

const UncorrectedRow* NamedCharges::corrected_by(std::uint32_t row) const {
  const auto found = corrected_.find(row);
  return found == corrected_.end() ? nullptr : &found->second;
}

Origin NamedCharges::origin_of(std::uint32_t row) const {
  const UncorrectedRow* invalid = corrected_by(row);
  return invalid == nullptr ? Origin{} : Origin{invalid->run, invalid->file};
}

bool NamedCharges::contains(RowId charge) const {
  return std::ranges::binary_search(ids_, charge);
}

const NamedCharges::Going& NamedCharges::going_to(std::uint32_t installation) const {
  static const Going none;
  const auto found = going_to_.find(installation);
  return found == going_to_.end() ? none : found->second;
}

void NamedCharges::find(const UsageInput& input, const LedgerView& ledger) {
  std::unordered_set<RowId> seen(ids_.begin(), ids_.end());  // that invalid rows name
  std::unordered_set<RowId> repeated;
  const auto take = [&](std::uint32_t row, auto found, const std::string& what) {
    if (!is_same_period(found.scope, ledger.scope)) {
      rejected.push_back(reject_usage_row(input, row, 0, "usage-row-other-period",
                                          "it is " + what + " of period " + found.scope.period + " for account " +
                                              found.scope.account + " at " + found.scope.endpoint,
                                          "upload the row to that period, or empty the cell where it is a charge of "
                                          "this one, with a reference of its own"));
      return;
    }
    if (!seen.insert(id_of(found)).second) repeated.insert(id_of(found));
    note(row, std::move(found));
  };
  for (std::uint32_t i = 0; i < input.usage_rows.size(); ++i) {
    if (input.usage_rows[i].empty()) continue;
    if (auto charge = ledger.find_charge(input.usage_rows[i]))
      take(i, std::move(*charge), "a charge");
    else if (auto invalid = ledger.find_uncorrected(input.usage_rows[i]))
      take(i, std::move(*invalid), "an invalid row");
    else
      rejected.push_back(
          reject_usage_row(input, i, 0, "usage-row-unknown", "this ledger has no such charge",
                           "use the ledger that wrote the file, or empty the cell where the row is a new charge"));
  }
  if (!repeated.empty()) reject_repeated(input, repeated);
}

void NamedCharges::find_waiting(const UsageInput& input, const LedgerView& ledger) {
  const auto wait_for = [&](const auto& found) {
    if (is_same_period(found.scope, ledger.scope)) ids_.push_back(id_of(found));
  };
  for (const InvalidRow& row : input.invalid) {
    if (row.usage_row.empty()) continue;
    if (const auto charge = ledger.find_charge(row.usage_row); charge && is_unbilled(*charge)) wait_for(*charge);
    if (const auto invalid = ledger.find_uncorrected(row.usage_row)) wait_for(*invalid);
  }
}

void NamedCharges::reject_repeated(const UsageInput& input, const std::unordered_set<RowId>& repeated) {
  const auto reject = [&](std::uint32_t row, RowId charge) {
    rejected.push_back(reject_usage_row(input, row, charge, "usage-row-repeated", "two rows name this charge",
                                        "keep one of them; a charge of its own has an empty usage_row"));
  };
  std::erase_if(by_row_, [&](const auto& named) {
    const auto& [row, charge] = named;
    if (!repeated.contains(charge.charge)) return false;
    if (charge_state(charge.status) == ChargeState::kUnbilled) ids_.push_back(charge.charge);
    reject(row, charge.charge);
    return true;
  });
  std::erase_if(corrected_, [&](const auto& named) {
    if (!repeated.contains(named.second.row)) return false;
    reject(named.first, named.second.row);
    return true;
  });
}

}  // namespace usage

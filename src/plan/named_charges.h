// Rule 1: rows that name their charge by its usage_row.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "usage/intake/reject_rows.h"
#include "usage/plan/meeting.h"

namespace usage {

// A billing item of an installation, each by its index in the input: whatever its letter case, an installation has one
// index, and a billing SID one sid_key.
using ItemKey = std::pair<std::uint32_t, std::string_view>;

// Notes in each invalid row which charge it names: its correction must find that again.
void name_invalid_rows(std::vector<InvalidRow>& rows, const LedgerView& ledger);

class NamedCharges {
 public:
  // `billing_keys`: the sid_key of each of input.billing_sids. Both outlive this.
  NamedCharges(const UsageInput& input, const std::vector<std::string>& billing_keys, const LedgerView& ledger);

  bool empty() const { return ids_.empty(); }
  const KnownCharge* of_row(std::uint32_t row) const;  // nothing where it names none, or was rejected
  // Whether a row names it. Of what an invalid row names: where it is not billed, and waits for that row's correction.
  bool contains(RowId charge) const;
  // An unbilled charge that a row on this item names: the item that a correction brings it to.
  const KnownCharge* going_to(const ItemKey& item) const;

  // Rows that name no charge, one of another period, or one that another row names too.
  std::vector<RejectedRow> rejected;

 private:
  void find(const UsageInput& input, const LedgerView& ledger);
  void find_waiting(const UsageInput& input, const LedgerView& ledger);
  void reject_repeated(const UsageInput& input, const std::unordered_set<RowId>& repeated);

  std::unordered_map<std::uint32_t, KnownCharge> by_row_;
  std::vector<RowId> ids_;  // sorted
  std::map<ItemKey, const KnownCharge*> going_to_;
};

}  // namespace usage

// Rule 1: rows that name their charge, or the invalid row that they correct, by its usage_row.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "other_lines.h"
#include "usage/intake/reject_rows.h"
#include "usage/plan/meeting.h"

namespace usage {

// Notes in each invalid row which charge it names, or invalid row: its correction must find that again.
void name_invalid_rows(std::vector<InvalidRow>& rows, const LedgerView& ledger);

// The charge that the row would be, with this amount.
KnownCharge as_charge(const UncorrectedRow& row, const Quantity& quantity);

class NamedCharges {
 public:
  // `billing_keys`: the sid_key of each of input.billing_sids. Both outlive this.
  NamedCharges(const UsageInput& input, const std::vector<std::string>& billing_keys, const LedgerView& ledger);

  bool empty() const { return ids_.empty(); }
  const KnownCharge* of_row(std::uint32_t row) const;           // nothing where it names none, or was rejected
  const UncorrectedRow* corrected_by(std::uint32_t row) const;  // likewise
  Origin origin_of(std::uint32_t row) const;                    // of the row that it corrects
  // Whether a row names it. Of what an invalid row names: where it is not billed, and waits for that row's correction.
  bool contains(RowId charge) const;
  // Unbilled charges that rows of this installation (by its index) name, with the billing SID's key that each goes to;
  // those that correct an invalid row, also where that stood.
  using Going = std::vector<std::pair<std::string, const KnownCharge*>>;
  const Going& going_to(std::uint32_t installation) const;

  // Rows that name no charge, one of another period, or one that another row names too.
  std::vector<RejectedRow> rejected;

 private:
  void find(const UsageInput& input, const LedgerView& ledger);
  void note(std::uint32_t row, ScopedCharge charge) { by_row_.emplace(row, std::move(charge.charge)); }
  void note(std::uint32_t row, UncorrectedRow invalid) { corrected_.emplace(row, std::move(invalid)); }
  void find_waiting(const UsageInput& input, const LedgerView& ledger);
  void note_where_they_go(const UsageInput& input, const std::vector<std::string>& billing_keys);
  void reject_repeated(const UsageInput& input, const std::unordered_set<RowId>& repeated);

  std::unordered_map<std::uint32_t, KnownCharge> by_row_;
  std::unordered_map<std::uint32_t, UncorrectedRow> corrected_;  // likewise
  std::vector<KnownCharge> corrections_;                         // the charges that those would be
  std::vector<RowId> ids_;                                       // of both, sorted
  std::map<std::uint32_t, Going> going_to_;
};

}  // namespace usage

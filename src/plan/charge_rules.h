// The rules for one installation's rows. Indexes and values only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "usage/ledger/records.h"

namespace usage {

// How a charge can stand: a person may have decided that one which is not billed is not to be.
enum class ChargeState : std::uint8_t { kBilled, kInDoubt, kUnbilled, kLeftOut };
ChargeState charge_state(RowStatus status);

// A row as the rules see it. The texts outlive it.
struct RuleRow {
  std::uint32_t row = 0;  // its index in the input
  std::string_view billing_key;
  Quantity quantity;
  std::string_view reference;  // empty: none
  std::string_view currency;   // likewise, and in capitals, as the ledger's are
};

// What the rules make of a row.
struct RowFate {
  enum class Kind : std::uint8_t {
    kNew,       // met nothing: a charge of its own
    kTakes,     // is sent in the charge's place
    kMeets,     // the same charge, and it is not unbilled: not sent
    kConflict,  // the same reference, another amount or currency, and the charge is not unbilled
  };
  Kind kind = Kind::kNew;
  const KnownCharge* charge = nullptr;  // of `charges`; kNew: none
};

// Whether the charge has the amount that the row has. A currency that one of them lacks is any.
bool is_same_amount(const RuleRow& row, const KnownCharge& charge);

// Fates of the rows, beside them. `charges` are the installation's own, without those that rows name by usage_row.
std::vector<RowFate> apply_charge_rules(const std::vector<RuleRow>& rows, const std::vector<KnownCharge>& charges);

// An installation's billing items, by sid_key, with the charge of each that came last.
using ItemCharges = std::map<std::string, const KnownCharge*, std::less<>>;
// Charges of one item that are billed or in doubt: of each kind the one that came last, so that what a row may be is
// found without looking at them all.
struct BilledOnItem {
  const KnownCharge* late = nullptr;                                   // settled late; the others are without these
  std::map<RunId, const KnownCharge*> by_run;                          // that billed it
  std::map<std::pair<RunId, Int128>, const KnownCharge*> with_amount;  // billed by that run
  std::map<std::tuple<RunId, Int128, std::string_view>, const KnownCharge*> with_reference;  // likewise; or without one
};
struct GuardedItems {
  ItemCharges billed;  // submitted or in doubt
  // Left out by a person's decision, by the run that made the charge.
  std::map<std::string, std::map<RunId, const KnownCharge*>, std::less<>> left_out;
  std::map<std::string, BilledOnItem, std::less<>> billed_on;
  ItemCharges youngest_billed;  // of them, by the run that made the charge
  ItemCharges moved;            // by a correction, to other SIDs
  ItemCharges moved_billed;     // of them, those that are submitted or in doubt
  std::unordered_multimap<std::string_view, const KnownCharge*> billed_by_reference;  // or left out
};
GuardedItems guarded_items(const std::vector<KnownCharge>& charges);  // which outlive them

// The run since which plans know of the charge, where it is billed: of one that a person settled late, a later one than
// all there are.
RunId billed_in(const KnownCharge& charge);

bool is_at(const KnownCharge& charge, std::string_view installation, std::string_view billing_key);

// The charge that makes a row additional where it is sent: one on the same billing item that is submitted, in doubt or
// left out, or one that was moved away from there, as the row may be its old form. For a row that takes an unbilled
// charge's place on that item, only one that a later run billed, there or after it moved away, or, where the row has
// another amount than that charge had last, one that is younger than it: that both are owed was agreed to for that
// amount; or one that another upload made, and that is left out. Where the row moves its charge there, not one that the
// upload which made the charge billed, with another amount or reference: they are two lines of one export. Nothing
// where the row is not additional.
const KnownCharge* additional_beside(const RuleRow& row, std::string_view installation, const KnownCharge* taken,
                                     const GuardedItems& items);
// Of these two kinds of charges, one that was billed (or is in doubt) after `run`.
const KnownCharge* billed_after(RunId run, std::string_view billing_key, const GuardedItems& items);

// A charge of the item that is submitted, in doubt or left out and has the reference that the row has now, and that the
// charge whose place the row would take had not.
const KnownCharge* other_with_reference(const RuleRow& row, const KnownCharge& taken, const GuardedItems& items);

}  // namespace usage

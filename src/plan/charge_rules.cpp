#include "charge_rules.h"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>

#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

using Kind = RowFate::Kind;

// A charge that no row has met yet.
struct OpenCharge {
  const KnownCharge* charge = nullptr;
  std::string billing_key;
  bool used = false;
};

// The rules at work on one installation: rows and charges leave as they meet.
class ChargeRules {
 public:
  ChargeRules(const std::vector<RuleRow>& rows, const std::vector<KnownCharge>& charges)
      : rows_(rows), fates_(rows.size()) {
    for (const KnownCharge& charge : charges) charges_.push_back({&charge, sid_key(charge.billing_sid), false});
  }

  std::vector<RowFate> apply() {
    meet_equal_rows();
    meet_equal_references();
    return std::move(fates_);
  }

 private:
  enum class Given : std::uint8_t { kNo, kYes };  // a reference, or a currency
  using Indexes = std::vector<std::size_t>;
  struct Equal {
    Indexes rows;
    Indexes charges;
  };

  void meet_equal_rows() {
    std::map<std::pair<std::string_view, Int128>, Equal> groups;
    for (std::size_t i = 0; i < rows_.size(); ++i)
      groups[{rows_[i].billing_key, rows_[i].quantity.units()}].rows.push_back(i);
    for (std::size_t i = 0; i < charges_.size(); ++i) {
      const auto group = groups.find({charges_[i].billing_key, charges_[i].charge->quantity.units()});
      if (group != groups.end()) group->second.charges.push_back(i);
    }
    for (const auto& [key, group] : groups) meet_group(group);
  }

  // Equal references first, however the charge stands: no other charge is what such a row says it is. Then rows and
  // charges of which at most one has a reference. A row without one may meet any charge, so it leaves charges without
  // one to rows that need them.
  void meet_group(const Equal& group) {
    constexpr std::array kStates = {ChargeState::kBilled, ChargeState::kInDoubt, ChargeState::kUnbilled,
                                    ChargeState::kLeftOut};
    for (const ChargeState state : kStates) meet_same_reference(group, state);
    for (const ChargeState state : kStates) {
      meet_by_currency({rows_with(group, Given::kNo), charges_with(group, state, Given::kYes)});
      meet_by_currency({rows_with(group, Given::kYes), charges_with(group, state, Given::kNo)});
      meet_by_currency({rows_with(group, Given::kNo), charges_with(group, state, Given::kNo)});
    }
  }

  void meet_same_reference(const Equal& group, ChargeState state) {
    std::unordered_map<std::string_view, Equal> by_reference;
    for (const std::size_t i : charges_with(group, state, Given::kYes))
      by_reference[charges_[i].charge->reference].charges.push_back(i);
    for (const std::size_t i : rows_with(group, Given::kYes)) {
      const auto found = by_reference.find(rows_[i].reference);
      if (found != by_reference.end()) found->second.rows.push_back(i);
    }
    for (const auto& [reference, equal] : by_reference) meet_by_currency(equal);
  }

  // Equal currencies first (none on both sides, too); then one that only the row has, or only the charge: an export may
  // have got its currency column since, or lost it. Two that differ never meet.
  void meet_by_currency(const Equal& equal) {
    if (equal.rows.empty() || equal.charges.empty()) return;
    std::map<std::string_view, Equal> by_currency;
    for (const std::size_t i : equal.rows) by_currency[rows_[i].currency].rows.push_back(i);
    for (const std::size_t i : equal.charges) by_currency[charges_[i].charge->currency].charges.push_back(i);
    for (const auto& [currency, same] : by_currency) meet_in_order(same);
    meet_in_order({left_rows(equal, Given::kNo), left_charges(equal, Given::kYes)});
    meet_in_order({left_rows(equal, Given::kYes), left_charges(equal, Given::kNo)});
  }

  void meet_in_order(const Equal& equal) {
    const auto& [rows, charges] = equal;
    for (std::size_t i = 0; i < std::min(rows.size(), charges.size()); ++i) meet(rows[i], charges[i]);
  }

  static Given given(std::string_view text) { return text.empty() ? Given::kNo : Given::kYes; }

  Indexes rows_with(const Equal& group, Given reference) const {
    Indexes found;
    for (const std::size_t i : group.rows)
      if (fates_[i].kind == Kind::kNew && given(rows_[i].reference) == reference) found.push_back(i);
    return found;
  }

  Indexes charges_with(const Equal& group, ChargeState state, Given reference) const {
    Indexes found;
    for (const std::size_t i : group.charges) {
      const OpenCharge& open = charges_[i];
      if (!open.used && charge_state(open.charge->status) == state && given(open.charge->reference) == reference)
        found.push_back(i);
    }
    return found;
  }

  Indexes left_rows(const Equal& equal, Given currency) const {
    Indexes found;
    for (const std::size_t i : equal.rows)
      if (fates_[i].kind == Kind::kNew && given(rows_[i].currency) == currency) found.push_back(i);
    return found;
  }

  Indexes left_charges(const Equal& equal, Given currency) const {
    Indexes found;
    for (const std::size_t i : equal.charges)
      if (!charges_[i].used && given(charges_[i].charge->currency) == currency) found.push_back(i);
    return found;
  }

  void meet(std::size_t row, std::size_t charge) {
    charges_[charge].used = true;
    const KnownCharge* known = charges_[charge].charge;
    fates_[row] = {charge_state(known->status) == ChargeState::kUnbilled ? Kind::kTakes : Kind::kMeets, known};
  }

  // What is left over with the same reference has another amount or currency.
  void meet_equal_references() {
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> left;  // the one that stands highest
    for (std::size_t i = 0; i < charges_.size(); ++i) {
      const OpenCharge& open = charges_[i];
      if (open.used || open.charge->reference.empty()) continue;
      const auto [place, is_new] = left.try_emplace({open.billing_key, open.charge->reference}, i);
      if (!is_new && charge_state(open.charge->status) < charge_state(charges_[place->second].charge->status))
        place->second = i;
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (fates_[i].kind != Kind::kNew || rows_[i].reference.empty()) continue;
      const auto found = left.find({rows_[i].billing_key, rows_[i].reference});
      if (found == left.end()) continue;
      meet(i, found->second);
      if (fates_[i].kind == Kind::kMeets) fates_[i].kind = Kind::kConflict;
      left.erase(found);
    }
  }

  const std::vector<RuleRow>& rows_;
  std::vector<RowFate> fates_;
  std::vector<OpenCharge> charges_;
};

void keep_latest(const KnownCharge*& kept, const KnownCharge& charge) {
  if (kept == nullptr || billed_in(charge) > billed_in(*kept)) kept = &charge;
}

// Of the charges on the item that the row moves to, billed or in doubt, the last one that may be the row's. One that
// was billed by the very upload which made the row's charge, with another amount or reference, is another line of one
// export. (What was billed later may have been corrected to hold both.)
const KnownCharge* billed_beside(const RuleRow& row, const KnownCharge& taken, const GuardedItems& items) {
  const auto item = items.billed_on.find(row.billing_key);
  if (item == items.billed_on.end()) return nullptr;
  const BilledOnItem& billed = item->second;
  const KnownCharge* found = nullptr;
  const auto consider = [&](const KnownCharge* charge) {
    if (charge != nullptr) keep_latest(found, *charge);
  };
  const auto consider_in = [&](const auto& charges, const auto& key) {
    const auto known = charges.find(key);
    if (known != charges.end()) consider(known->second);
  };
  consider(billed.late);
  for (const auto& [run, charge] : billed.by_run)
    if (run != taken.made_in) consider(charge);
  const Int128 amount = row.quantity.units();
  if (row.reference.empty()) {
    consider_in(billed.with_amount, std::pair(taken.made_in, amount));
  } else {
    consider_in(billed.with_reference, std::tuple(taken.made_in, amount, row.reference));
    consider_in(billed.with_reference, std::tuple(taken.made_in, amount, std::string_view()));
  }
  return found;
}

void add(BilledOnItem& billed, const KnownCharge& charge) {
  if (charge.is_billed_late) return keep_latest(billed.late, charge);
  const Int128 amount = charge.quantity.units();
  keep_latest(billed.by_run[charge.run], charge);
  keep_latest(billed.with_amount[{charge.run, amount}], charge);
  keep_latest(billed.with_reference[{charge.run, amount, charge.reference}], charge);
}

const KnownCharge* latest_of(const ItemCharges& charges, std::string_view billing_key) {
  const auto found = charges.find(billing_key);
  return found == charges.end() ? nullptr : found->second;
}

// A charge of the item that is left out: it may be the row, edited. Not one of the upload that made the charge whose
// place the row takes: these are two lines of it.
const KnownCharge* left_out_beside(const RuleRow& row, const KnownCharge* taken, const GuardedItems& items) {
  const auto item = items.left_out.find(row.billing_key);
  if (item == items.left_out.end()) return nullptr;
  for (const auto& [made_in, charge] : item->second)
    if (taken == nullptr || made_in != taken->made_in) return charge;
  return nullptr;
}

}  // namespace

ChargeState charge_state(RowStatus status) {
  switch (status) {
    case RowStatus::kSubmitted:
    case RowStatus::kDuplicate:
      return ChargeState::kBilled;
    case RowStatus::kFailed:
    case RowStatus::kNotSubmitted:
    case RowStatus::kNotSent:
    case RowStatus::kInvalid:
      return ChargeState::kUnbilled;
    case RowStatus::kLeftOut:
      return ChargeState::kLeftOut;
    case RowStatus::kUnknown:
      break;
  }
  return ChargeState::kInDoubt;
}

bool is_same_amount(const RuleRow& row, const KnownCharge& charge) {
  return row.quantity == charge.quantity && may_be_same(row.currency, charge.currency);
}

std::vector<RowFate> apply_charge_rules(const std::vector<RuleRow>& rows, const std::vector<KnownCharge>& charges) {
  return ChargeRules(rows, charges).apply();
}

bool is_at(const KnownCharge& charge, std::string_view installation, std::string_view billing_key) {
  return sid_key(charge.installation) == sid_key(installation) && sid_key(charge.billing_sid) == billing_key;
}

RunId billed_in(const KnownCharge& charge) {
  return charge.is_billed_late ? std::numeric_limits<RunId>::max() : charge.run;
}

GuardedItems guarded_items(const std::vector<KnownCharge>& charges) {
  GuardedItems items;
  for (const KnownCharge& charge : charges) {
    const ChargeState state = charge_state(charge.status);
    const bool is_billed = state == ChargeState::kBilled || state == ChargeState::kInDoubt;
    const std::string key = sid_key(charge.billing_sid);
    if (!charge.moved_from.empty()) {
      const std::string left = sid_key(charge.moved_from);
      keep_latest(items.moved[left], charge);
      if (is_billed) keep_latest(items.moved_billed[left], charge);
      continue;
    }
    if (state == ChargeState::kLeftOut) keep_latest(items.left_out[key][charge.made_in], charge);
    if (state != ChargeState::kUnbilled && !charge.reference.empty())
      items.billed_by_reference.emplace(charge.reference, &charge);
    if (is_billed) {
      keep_latest(items.billed[key], charge);
      add(items.billed_on[key], charge);
      const KnownCharge*& youngest = items.youngest_billed[key];
      if (youngest == nullptr || charge.made_in > youngest->made_in) youngest = &charge;
    }
  }
  return items;
}

const KnownCharge* additional_beside(const RuleRow& row, std::string_view installation, const KnownCharge* taken,
                                     const GuardedItems& items) {
  const KnownCharge* billed = latest_of(items.billed, row.billing_key);
  if (taken == nullptr) {
    if (billed != nullptr) return billed;
    const KnownCharge* left_out = left_out_beside(row, nullptr, items);
    return left_out != nullptr ? left_out : latest_of(items.moved, row.billing_key);
  }
  if (const KnownCharge* left_out = left_out_beside(row, taken, items)) return left_out;
  if (!is_at(*taken, installation, row.billing_key)) return billed_beside(row, *taken, items);
  if (const KnownCharge* later = billed_after(taken->run, row.billing_key, items)) return later;
  const KnownCharge* youngest = latest_of(items.youngest_billed, row.billing_key);
  const bool is_younger = youngest != nullptr && youngest->made_in > taken->made_in;
  return is_younger && !is_same_amount(row, *taken) ? youngest : nullptr;
}

const KnownCharge* other_with_reference(const RuleRow& row, const KnownCharge& taken, const GuardedItems& items) {
  if (row.reference == taken.reference) return nullptr;
  const auto [first, last] = items.billed_by_reference.equal_range(row.reference);
  const auto found = std::find_if(
      first, last, [&](const auto& known) { return sid_key(known.second->billing_sid) == row.billing_key; });
  return found == last ? nullptr : found->second;
}

const KnownCharge* billed_after(RunId run, std::string_view billing_key, const GuardedItems& items) {
  const KnownCharge* billed = latest_of(items.billed, billing_key);
  if (billed != nullptr && billed_in(*billed) > run) return billed;
  const KnownCharge* moved = latest_of(items.moved_billed, billing_key);
  return moved != nullptr && billed_in(*moved) > run ? moved : nullptr;
}

}  // namespace usage

#include "usage/plan/meeting.h"

#include <algorithm>

#include "charge_rules.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/batch/batcher.h"
#include "usage/intake/reject_rows.h"
#include "usage/intake/row_name.h"
#include "usage/plan/plan.h"

namespace usage {
namespace {

std::string described(const KnownCharge& charge) {
  std::string text = "run " + charge.run_name + ", " + charge.place;
  if (charge.sent_at) text += ", sent " + rfc3339(*charge.sent_at);
  return text;
}

std::string worded_state(const KnownCharge& charge) {
  switch (charge_state(charge.status)) {
    case ChargeState::kBilled:
      return "submitted";
    case ChargeState::kInDoubt:
      return "in doubt";
    case ChargeState::kUnbilled:
      break;
  }
  return "still to be sent";
}

std::string described_beside(const KnownCharge& charge) {
  std::string text = charge.quantity.text() + ", ";
  if (!charge.moved_from.empty())
    text += "which a correction moved to " + charge.billing_sid + " of " + charge.installation + ", ";
  return text + worded_state(charge) + " by " + described(charge);
}

MetRow met_without_sending(const KnownCharge& charge) {
  if (charge_state(charge.status) == ChargeState::kBilled)
    return {RowStatus::kDuplicate, charge.charge, "already submitted: " + described(charge)};
  return {RowStatus::kUnknown, charge.charge, "in doubt since " + described(charge) + "; settle it first"};
}

class LedgerMeeting {
 public:
  LedgerMeeting(const UsageInput& input, const LedgerView& ledger) : input_(input), ledger_(ledger) {
    for (const std::string& sid : input.billing_sids) billing_keys_.push_back(sid_key(sid));
  }

  void go() {
    find_named_charges();
    for (const auto& [row, charge] : named_) named_ids_.push_back(charge.charge);
    std::sort(named_ids_.begin(), named_ids_.end());
    for (const InstallationUsage& group : group_by_installation(input_.rows)) meet_installation(group);
  }

  std::unordered_map<std::uint32_t, MetRow> met;
  std::vector<AdditionalRow> additional;
  std::vector<RejectedRow> rejected;

 private:
  // One installation's.
  struct Here {
    const std::vector<KnownCharge>& charges;
    GuardedItems items;
  };

  const std::string& usage_row(std::uint32_t row) const {
    static const std::string none;
    return input_.usage_rows.empty() ? none : input_.usage_rows[row];
  }

  // --- rule 1: a usage_row names its charge
  // ---------------------------------------------------------------------------
  void find_named_charges() {
    std::unordered_map<RowId, std::uint32_t> first_naming;
    std::unordered_map<RowId, bool> repeated;
    for (std::uint32_t i = 0; i < input_.usage_rows.size(); ++i) {
      if (input_.usage_rows[i].empty()) continue;
      std::optional<ScopedCharge> found = ledger_.find_charge(input_.usage_rows[i]);
      if (!found) {
        reject_usage_row(i, 0, "usage-row-unknown", "this ledger has no such charge",
                         "use the ledger that wrote the file, or empty the cell where the row is a new charge");
        continue;
      }
      if (!is_in_scope(found->scope)) {
        reject_usage_row(i, 0, "usage-row-other-period",
                         "it is a charge of period " + found->scope.period + " for account " + found->scope.account +
                             " at " + found->scope.endpoint,
                         "upload the row to that period");
        continue;
      }
      const RowId charge = found->charge.charge;
      if (!first_naming.emplace(charge, i).second) repeated[charge] = true;
      named_.emplace(i, std::move(found->charge));
    }
    reject_repeated(repeated);
  }

  void reject_repeated(const std::unordered_map<RowId, bool>& repeated) {
    if (repeated.empty()) return;
    for (auto named = named_.begin(); named != named_.end();) {
      if (!repeated.contains(named->second.charge)) {
        ++named;
        continue;
      }
      reject_usage_row(named->first, named->second.charge, "usage-row-repeated", "two rows name this charge",
                       "keep one of them; a charge of its own has an empty usage_row");
      named = named_.erase(named);
    }
  }

  bool is_in_scope(const Scope& scope) const {
    return scope.endpoint == ledger_.scope.endpoint && scope.account == ledger_.scope.account &&
           ascii_equal_ignoring_case(scope.period, ledger_.scope.period);
  }

  void reject_usage_row(std::uint32_t row, RowId charge, std::string name, std::string reason, std::string remedy) {
    reject(row, charge, std::move(name), "usage_row", usage_row(row), std::move(reason), std::move(remedy));
  }

  void reject(std::uint32_t row, RowId charge, std::string name, std::string column, std::string_view value,
              std::string reason, std::string remedy) {
    const UsageRow& place = input_.rows[row];
    rejected.push_back({row,
                        {place.file, place.place.line, std::move(name), std::move(column), clean_text(value, 100),
                         std::move(reason), std::move(remedy)},
                        charge});
  }

  bool is_same_content(std::uint32_t row, const KnownCharge& charge) const {
    const UsageRow& usage = input_.rows[row];
    const std::string_view reference = reference_of(usage);
    return sid_key(input_.installations[usage.installation]) == sid_key(charge.installation) &&
           billing_keys_[usage.billing_sid] == sid_key(charge.billing_sid) && usage.quantity == charge.quantity &&
           (reference.empty() || charge.reference.empty() || reference == charge.reference);
  }

  void meet_named(std::uint32_t row, const KnownCharge& charge, const Here& here) {
    switch (charge_state(charge.status)) {
      case ChargeState::kBilled:
        if (is_same_content(row, charge))
          met.emplace(row, met_without_sending(charge));
        else
          reject_usage_row(row, charge.charge, "usage-row-submitted",
                           "this charge is already submitted, as " + charge.quantity.text() + " for " +
                               charge.billing_sid + " of " + charge.installation + " (" + described(charge) + ")",
                           "take the row out; a further charge goes into a row with an empty usage_row");
        return;
      case ChargeState::kInDoubt:
        met.emplace(row, met_without_sending(charge));
        return;
      case ChargeState::kUnbilled:
        if (const KnownCharge* other = other_with_reference(rule_row(row), charge, here.charges))
          reject_reference(row, charge.charge, *other);
        else
          send(row, &charge, here);
    }
  }

  // --- one installation
  // -----------------------------------------------------------------------------------------------
  void meet_installation(const InstallationUsage& group) {
    const std::vector<KnownCharge> all = ledger_.charges_of(input_.installations[group.installation]);
    if (all.empty() && named_.empty()) return meet_nothing_here(group);
    const Here here{all, guarded_items(all)};
    const std::vector<KnownCharge> unnamed = met_by_content(all);
    std::vector<RuleRow> rows;
    for (const std::uint32_t i : group.rows) {
      if (usage_row(i).empty())
        rows.push_back(rule_row(i));
      else if (const auto named = named_.find(i); named != named_.end())
        meet_named(i, named->second, here);
    }
    const std::vector<RowFate> fates = apply_charge_rules(rows, unnamed);
    for (std::size_t i = 0; i < rows.size(); ++i) apply(rows[i], fates[i], here);
  }

  void meet_nothing_here(const InstallationUsage& group) {
    static const std::vector<KnownCharge> none;
    static const Here nothing{none, {}};
    for (const std::uint32_t i : group.rows)
      if (usage_row(i).empty()) send(i, nullptr, nothing);
  }

  bool is_named(const KnownCharge& charge) const {
    return std::binary_search(named_ids_.begin(), named_ids_.end(), charge.charge);
  }

  // Those that stand here and that no row names.
  std::vector<KnownCharge> met_by_content(const std::vector<KnownCharge>& all) const {
    std::vector<KnownCharge> unnamed;
    for (const KnownCharge& charge : all)
      if (charge.moved_from.empty() && !is_named(charge)) unnamed.push_back(charge);
    return unnamed;
  }

  std::string_view reference_of(const UsageRow& row) const {
    return row.reference == kNoText ? std::string_view() : std::string_view(input_.references[row.reference]);
  }

  RuleRow rule_row(std::uint32_t i) const {
    const UsageRow& row = input_.rows[i];
    return {i, billing_keys_[row.billing_sid], row.quantity, reference_of(row)};
  }

  void apply(const RuleRow& row, const RowFate& fate, const Here& here) {
    switch (fate.kind) {
      case RowFate::Kind::kMeets:
        met.emplace(row.row, met_without_sending(*fate.charge));
        return;
      case RowFate::Kind::kConflict:
        return reject_reference(row.row, fate.charge->charge, *fate.charge);
      case RowFate::Kind::kTakes:
      case RowFate::Kind::kNew:
        send(row.row, fate.charge, here);
    }
  }

  void reject_reference(std::uint32_t row, RowId charge, const KnownCharge& other) {
    reject(row, charge, "reference-submitted", input_.files[input_.rows[row].file].mapping.reference,
           reference_of(input_.rows[row]),
           "the period has this reference " + worded_state(other) + " with " + other.quantity.text() + " (" +
               described(other) + ")",
           "an amount that was sent cannot be changed; take the row out, or give a correction its own reference");
  }

  // The row would be sent, in place of `taken` where there is one.
  void send(std::uint32_t i, const KnownCharge* taken, const Here& here) {
    const RuleRow row = rule_row(i);
    const std::string& installation = input_.installations[input_.rows[i].installation];
    if (!row.reference.empty()) {
      const auto elsewhere =
          ledger_.billed_elsewhere(installation, input_.billing_sids[input_.rows[i].billing_sid], row.reference);
      if (elsewhere) return reject_billed_elsewhere(row, taken == nullptr ? 0 : taken->charge, *elsewhere);
    }
    if (taken != nullptr) met.emplace(i, MetRow{RowStatus::kNotSent, taken->charge, ""});
    const KnownCharge* beside = additional_beside(row, installation, taken, here.items);
    if (beside == nullptr)
      beside = taken == nullptr ? named_on_item(row, here) : billed_under_reference(row, *taken, here.charges);
    if (beside != nullptr)
      additional.push_back({i, described_beside(*beside)});
    else if (taken != nullptr)
      check_left_items(row, sid_key(installation), taken->charge);
  }

  // An unbilled charge of the row's item that another row of this upload names, as its correction: both may be one.
  const KnownCharge* named_on_item(const RuleRow& row, const Here& here) const {
    const auto found = std::ranges::find_if(here.charges, [&](const KnownCharge& charge) {
      return is_named(charge) && charge.moved_from.empty() && sid_key(charge.billing_sid) == row.billing_key &&
             charge_state(charge.status) == ChargeState::kUnbilled;
    });
    return found == here.charges.end() ? nullptr : &*found;
  }

  // Items that a charge leaves, or left in an earlier correction: there another row may have billed it since.
  void check_left_items(const RuleRow& row, const std::string& installation_key, RowId charge) {
    for (const ChargePlace& place : ledger_.places_of(charge)) {
      const std::string billing_key = sid_key(place.billing_sid);
      if (sid_key(place.installation) == installation_key && billing_key == row.billing_key) continue;
      std::vector<KnownCharge> left = ledger_.charges_of(place.installation);
      std::erase_if(left, [&](const KnownCharge& known) { return known.charge == charge; });
      const GuardedItems items = guarded_items(left);
      if (const KnownCharge* beside = billed_after(place.run, billing_key, items))
        return additional.push_back({row.row, described_beside(*beside)});
    }
  }

  void reject_billed_elsewhere(const RuleRow& row, RowId taken, const ScopedCharge& found) {
    const bool is_planned = charge_state(found.charge.status) == ChargeState::kUnbilled;
    reject(row.row, taken, "reference-in-other-period", input_.files[input_.rows[row.row].file].mapping.reference,
           row.reference,
           "period " + found.scope.period + " has this reference " + worded_state(found.charge) + " (" +
               described(found.charge) + ")",
           is_planned ? "take the row out, or correct --period, or first end that run: `usage-uploader resume " +
                            found.charge.run_name + "`, or `abandon " + found.charge.run_name + "`"
                      : "take the row out, or correct --period; a new charge needs a reference of its own");
  }

  const UsageInput& input_;
  const LedgerView& ledger_;
  std::vector<std::string> billing_keys_;                 // beside UsageInput::billing_sids
  std::unordered_map<std::uint32_t, KnownCharge> named_;  // by row
  std::vector<RowId> named_ids_;                          // sorted
};

// The indexes of the rows that are left once the rejected ones are out.
class RowNumbers {
 public:
  explicit RowNumbers(const std::vector<RejectedRow>& rejected) {
    for (const RejectedRow& row : rejected) gone_.push_back(row.row);
    std::sort(gone_.begin(), gone_.end());
  }
  std::uint32_t of(std::uint32_t row) const {
    return row - static_cast<std::uint32_t>(std::lower_bound(gone_.begin(), gone_.end(), row) - gone_.begin());
  }

 private:
  std::vector<std::uint32_t> gone_;
};

}  // namespace

Meeting meet_nothing(const UsageInput& input) {
  return {digest_of_content(input), {}, {}};
}

Meeting meet_ledger(UsageInput& input, const LedgerView& ledger) {
  Meeting meeting = meet_nothing(input);
  LedgerMeeting meets(input, ledger);
  meets.go();
  const RowNumbers numbers(meets.rejected);
  reject_rows(input, std::move(meets.rejected));
  for (auto& [row, met] : meets.met) meeting.rows.emplace(numbers.of(row), std::move(met));
  for (AdditionalRow& row : meets.additional)
    meeting.additional.push_back({numbers.of(row.row), std::move(row.beside)});
  std::sort(meeting.additional.begin(), meeting.additional.end(),
            [](const auto& a, const auto& b) { return a.row < b.row; });
  return meeting;
}

}  // namespace usage

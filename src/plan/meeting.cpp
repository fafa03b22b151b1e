#include "usage/plan/meeting.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "additional_check.h"
#include "charge_rules.h"
#include "charge_words.h"
#include "files_check.h"
#include "input_rows.h"
#include "invalid_lines.h"
#include "named_charges.h"
#include "other_lines.h"
#include "reference_check.h"
#include "rejections.h"
#include "together_check.h"
#include "unsettled_rows.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/batch/batcher.h"
#include "usage/intake/own_columns.h"
#include "usage/intake/reject_rows.h"
#include "usage/intake/row_name.h"
#include "usage/model/reason_words.h"
#include "usage/plan/plan.h"

namespace usage {
namespace {

std::string in_doubt(const std::string& since) {
  return std::string(kInDoubtWords).append(since).append(kSettleFirstWords);
}

MetRow in_doubt_as(const KnownCharge& charge) {
  return {RowStatus::kUnknown, charge.charge, in_doubt(", as " + content_of(charge) + ", since " + described(charge))};
}

MetRow met_without_sending(const KnownCharge& charge) {
  if (charge_state(charge.status) == ChargeState::kBilled)
    return {RowStatus::kDuplicate, charge.charge, std::string(kSubmittedWords) + described(charge)};
  if (charge_state(charge.status) == ChargeState::kLeftOut)
    return {RowStatus::kLeftOut, charge.charge, "left out by a person's decision: " + described(charge)};
  return {RowStatus::kUnknown, charge.charge, in_doubt(" since " + described(charge))};
}

std::vector<std::string> keys_of(const std::vector<std::string>& sids) {
  std::vector<std::string> keys;
  for (const std::string& sid : sids) keys.push_back(sid_key(sid));
  return keys;
}

class LedgerMeeting {
 public:
  LedgerMeeting(const UsageInput& input, const LedgerView& ledger)
      : input_(input),
        ledger_(ledger),
        billing_keys_(keys_of(input.billing_sids)),
        named_(input, billing_keys_, ledger),
        others_(ledger),
        additional_check_(ledger, others_),
        references_(input, billing_keys_, others_),
        files_(input) {}

  void go() {
    rejected = std::move(named_.rejected);
    for (const InstallationUsage& group : group_by_installation(input_.rows)) meet_installation(group);
    std::unordered_set<RowId> charges;
    for (const auto& [row, charge] : met) charges.insert(charge.charge);
    // What has the row's own reference says most of it.
    std::unordered_map<std::uint32_t, std::string> weaker = std::exchange(beside_, {});
    for (AdditionalRow& row : references_.find(ledger_, charges)) beside_.emplace(row.row, std::move(row.beside));
    beside_.merge(weaker);
    for (AdditionalRow& row : together_.find(ledger_)) beside_.emplace(row.row, std::move(row.beside));
    for (AdditionalRow& row : files_.find()) beside_.emplace(row.row, std::move(row.beside));
  }

  // In order of their rows.
  std::vector<AdditionalRow> additional() const {
    std::vector<AdditionalRow> rows;
    for (const auto& [row, beside] : beside_) rows.push_back({row, beside});
    std::ranges::sort(rows, {}, &AdditionalRow::row);
    return rows;
  }

  std::unordered_map<std::uint32_t, MetRow> met;
  std::unordered_map<std::uint32_t, RowId> corrects;
  std::vector<CorrectedRow> corrected;
  std::vector<RejectedRow> rejected;
  MetByContent met_by_content;

 private:
  bool is_same_content(std::uint32_t row, const KnownCharge& charge) const {
    const RuleRow ours = rule_row(row);
    return is_at(charge, input_.installations[input_.rows[row].installation], ours.billing_key) &&
           is_same_amount(ours, charge) && may_be_same(ours.reference, charge.reference);
  }

  void meet_named(std::uint32_t row, const KnownCharge& charge, const ChargesHere& here) {
    switch (charge_state(charge.status)) {
      case ChargeState::kBilled:
      case ChargeState::kLeftOut:
        if (is_same_content(row, charge))
          met.emplace(row, met_without_sending(charge));
        else
          rejected.push_back(reject_other_content(input_, row, charge));
        return;
      case ChargeState::kInDoubt:
        met.emplace(row, is_same_content(row, charge) ? met_without_sending(charge) : in_doubt_as(charge));
        return;
      case ChargeState::kUnbilled:
        if (const KnownCharge* other = other_with_reference(rule_row(row), charge, here.items))
          rejected.push_back(reject_reference(input_, row, charge.charge, *other));
        else if (is_mixed_up(row, charge, here))
          rejected.push_back(reject_mixed_up(input_, row, charge));
        else if (is_converted(row, charge))
          rejected.push_back(reject_converted(input_, row, charge));
        else
          send(row, &charge, here);
    }
  }

  // Neither installation nor amount is that of the charge that the row names, and it has another reference or is
  // another charge by its content: cells were moved against each other, or counted up.
  bool is_mixed_up(std::uint32_t row, const KnownCharge& named, const ChargesHere& here) const {
    return input_.rows[row].quantity != named.quantity && is_of_another(row, named, here);
  }

  bool is_of_another(std::uint32_t row, const KnownCharge& named, const ChargesHere& here) const {
    const std::string_view reference = reference_of(input_, row);
    if (sid_key(input_.installations[input_.rows[row].installation]) == sid_key(named.installation)) return false;
    if (!reference.empty() && !named.reference.empty()) return reference != named.reference;
    return std::ranges::any_of(here.charges, [&](const KnownCharge& charge) {
      return charge.moved_from.empty() && charge_state(charge.status) == ChargeState::kUnbilled &&
             is_same_content(row, charge);
    });
  }

  // As when a spreadsheet, or an option that is not for files of ours, read it by other signs. What the file says of
  // the amount before may be missing, or be that of a refused file.
  bool is_converted(std::uint32_t row, const KnownCharge& named) const {
    const UsageRow& usage = input_.rows[row];
    return !is_among(input_.confirmed_amounts, usage) && usage.quantity != named.quantity &&
           bare_digits(usage.quantity.text()) == bare_digits(named.quantity.text());
  }

  // --- one installation ----------------------------------------------------------------------------------------
  void meet_installation(const InstallationUsage& group) {
    const std::vector<KnownCharge> all = ledger_.charges_of(input_.installations[group.installation]);
    if (all.empty() && named_.empty()) return meet_nothing_here(group);
    const ChargesHere here = charges_here(all, group.installation, {});
    std::map<Origin, std::vector<RuleRow>> rows;  // that name no charge
    for (const std::uint32_t i : group.rows) {
      if (const KnownCharge* named = named_.of_row(i))
        meet_named(i, *named, here);
      else if (usage_row_of(input_, i).empty() || is_correction(i, here))
        rows[named_.origin_of(i)].push_back(rule_row(i));
    }
    // Of those that correct a row more is known, so they leave to the others what is left.
    std::unordered_set<RowId> taken;
    for (auto of_origin = rows.rbegin(); of_origin != rows.rend(); ++of_origin) {
      const Origin& origin = of_origin->first;
      const std::vector<RuleRow>& those = of_origin->second;
      if (origin == Origin{}) {
        meet_unnamed(those, here, origin, taken);
        continue;
      }
      std::vector<KnownCharge> charges = all;
      std::erase_if(charges, [&](const KnownCharge& charge) { return others_.is_other(origin, charge.charge); });
      for (const RuleRow& row : those) ask_where_it_moves(row.row, all);
      meet_unnamed(those, charges_here(charges, group.installation, origin), origin, taken);
    }
  }

  // Of an invalid row. Rejected where it is none of that row; met where it repeats a line of that one's file.
  bool is_correction(std::uint32_t row, const ChargesHere& here) {
    const UncorrectedRow* invalid = named_.corrected_by(row);
    if (invalid == nullptr) return false;
    const KnownCharge was = as_charge(*invalid, invalid->quantity.value_or(input_.rows[row].quantity));
    const KnownCharge* repeated = repeated_line(row, here);
    if (invalid->quantity ? is_mixed_up(row, was, here) : is_of_another(row, was, here))
      rejected.push_back(reject_mixed_up(input_, row, was));
    else if (is_converted(row, was))
      rejected.push_back(reject_converted(input_, row, was));
    else if (repeated != nullptr && !is_same_amount(rule_row(row), *repeated))
      rejected.push_back(reject_reference(input_, row, invalid->row, *repeated));
    else if (repeated != nullptr)
      met.emplace(row, met_without_sending(*repeated));
    else
      return true;
    return false;
  }

  // A reference stands once on an item of a file: another line of the invalid row's own file that has it is that line.
  const KnownCharge* repeated_line(std::uint32_t i, const ChargesHere& here) const {
    const RuleRow row = rule_row(i);
    if (row.reference.empty()) return nullptr;
    const auto [first, last] = here.items.billed_by_reference.equal_range(row.reference);
    for (auto known = first; known != last; ++known)
      if (known->second->moved_from.empty() && sid_key(known->second->billing_sid) == row.billing_key &&
          others_.is_taken(named_.origin_of(i), known->second->charge))
        return known->second;
    return nullptr;
  }

  // The row moves its line to where its file had just such a one: cells may have been moved against each other.
  void ask_where_it_moves(std::uint32_t row, const std::vector<KnownCharge>& all) {
    const UncorrectedRow* invalid = named_.corrected_by(row);
    const UsageRow& usage = input_.rows[row];
    const bool has_moved = is_installation_sid(invalid->installation) &&
                           is_possible_billing_sid(invalid->billing_sid) &&
                           !is_at(as_charge(*invalid, usage.quantity), input_.installations[usage.installation],
                                  billing_keys_[usage.billing_sid]);
    if (!has_moved) return;
    for (const KnownCharge& charge : all)
      if (charge.moved_from.empty() && others_.is_other(named_.origin_of(row), charge.charge) &&
          is_same_content(row, charge))
        beside_.emplace(row, described_beside(charge));
  }

  void meet_nothing_here(const InstallationUsage& group) {
    static const std::vector<KnownCharge> none;
    static const ChargesHere nothing{none, {}, {}};
    for (const std::uint32_t i : group.rows)
      if (usage_row_of(input_, i).empty()) send(i, nullptr, nothing);
  }

  // `taken`: charges that other such rows meet, or take the place of.
  void meet_unnamed(const std::vector<RuleRow>& rows, const ChargesHere& here, const Origin& origin,
                    std::unordered_set<RowId>& taken) {
    std::vector<KnownCharge> charges = not_named(here.charges, taken);
    std::erase_if(charges, [&](const KnownCharge& charge) { return others_.is_taken(origin, charge.charge); });
    const std::vector<RowFate> fates = apply_charge_rules(rows, charges);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (fates[i].charge != nullptr) taken.insert(fates[i].charge->charge);
      apply(rows[i], fates[i], here);
    }
  }

  // What rows of that origin may be: its own installation's charges, and those that rows name to bring them there.
  ChargesHere charges_here(const std::vector<KnownCharge>& charges, std::uint32_t installation,
                           const Origin& origin) const {
    ChargesHere here{charges, guarded_items(charges), {}};
    for (const KnownCharge& charge : charges)
      if (named_.contains(charge.charge) && charge.moved_from.empty() &&
          charge_state(charge.status) == ChargeState::kUnbilled)
        here.named_unbilled.try_emplace(sid_key(charge.billing_sid), &charge);
    for (const auto& [billing_key, charge] : named_.going_to(installation))
      if (!others_.is_other(origin, charge->charge)) here.named_unbilled.try_emplace(billing_key, charge);
    return here;
  }

  // Those that stand here and that no row names.
  std::vector<KnownCharge> not_named(const std::vector<KnownCharge>& all,
                                     const std::unordered_set<RowId>& taken) const {
    std::vector<KnownCharge> unnamed;
    for (const KnownCharge& charge : all)
      if (charge.moved_from.empty() && !named_.contains(charge.charge) && !taken.contains(charge.charge))
        unnamed.push_back(charge);
    return unnamed;
  }

  RuleRow rule_row(std::uint32_t row) const { return usage::rule_row(input_, billing_keys_, row); }

  void apply(const RuleRow& row, const RowFate& fate, const ChargesHere& here) {
    switch (fate.kind) {
      case RowFate::Kind::kMeets:
        met.emplace(row.row, met_without_sending(*fate.charge));
        if (is_met_by_content(row, *fate.charge)) note_met_by_content(row, *fate.charge);
        return;
      case RowFate::Kind::kConflict:
        rejected.push_back(reject_reference(input_, row.row, name_of(row.row, fate.charge->charge), *fate.charge));
        return;
      case RowFate::Kind::kTakes:
        if (const KnownCharge* other = other_with_reference(row, *fate.charge, here.items))
          rejected.push_back(reject_reference(input_, row.row, name_of(row.row, other->charge), *other));
        else
          send(row.row, fate.charge, here);
        return;
      case RowFate::Kind::kNew:
        send(row.row, nullptr, here);
    }
  }

  // What is refused keeps the name that it came with.
  RowId name_of(std::uint32_t row, RowId charge) const {
    const UncorrectedRow* invalid = named_.corrected_by(row);
    return invalid == nullptr ? charge : invalid->row;
  }

  // Only one of the two has a reference, and it is not known that both are one line.
  bool is_met_by_content(const RuleRow& row, const KnownCharge& charge) const {
    if (row.reference.empty() == charge.reference.empty()) return false;
    if (row.reference.empty()) return true;
    return std::ranges::none_of(ledger_.places_of(charge.charge), [&](const ChargePlace& place) {
      return std::ranges::count(place.references, row.reference) > 0;
    });
  }

  void note_met_by_content(const RuleRow& row, const KnownCharge& charge) {
    if (met_by_content.rows++ > 0 && row.row > met_by_content.first) return;
    met_by_content.first = row.row;
    met_by_content.first_has_reference = !row.reference.empty();
    met_by_content.charge = described(charge);
  }

  // The row would be sent, in place of `taken` where there is one.
  void send(std::uint32_t i, const KnownCharge* taken, const ChargesHere& here) {
    const RowToSend row = row_to_send(i, taken);
    if (!row.row.reference.empty()) {
      const auto elsewhere = ledger_.billed_elsewhere(row.installation, row.billing_sid, row.row.reference);
      if (elsewhere) {
        const RowId charge = name_of(i, charge_of_refused(row, elsewhere->charge));
        rejected.push_back(reject_billed_elsewhere(input_, i, charge, *elsewhere));
        return;
      }
    }
    if (taken != nullptr) take(i, *taken);
    if (const auto beside = additional_check_.words_beside(row, here)) beside_.emplace(i, *beside);
    if (taken != nullptr) {
      together_.takes({i, sid_key(row.installation), std::string(row.row.billing_key), row.references, *taken});
      references_.takes({i, row.references, *taken, named_.of_row(i) != nullptr});
      return;
    }
    if (const UncorrectedRow* invalid = named_.corrected_by(i)) {
      corrects.emplace(i, invalid->row);
      references_.corrects(row.references, as_charge(*invalid, row.row.quantity));
    }
    files_.is_new(i);
    if (ledger_.account_has_runs) references_.is_new(i, row.origin);
  }

  // Its references: a spreadsheet may have changed the row's since. What another period billed under one that the row
  // has no more is a question only: another row may have that by right.
  RowToSend row_to_send(std::uint32_t i, const KnownCharge* taken) const {
    RowToSend row = {rule_row(i),
                     input_.installations[input_.rows[i].installation],
                     input_.billing_sids[input_.rows[i].billing_sid],
                     taken,
                     {},
                     {},
                     named_.origin_of(i)};
    if (!row.row.reference.empty()) row.references.emplace_back(row.row.reference);
    const UncorrectedRow* invalid = named_.corrected_by(i);
    if (invalid != nullptr) {
      row.places = {{invalid->installation, invalid->billing_sid, invalid->run}};
      if (!invalid->reference.empty() && invalid->reference != row.row.reference)
        row.references.push_back(invalid->reference);
    }
    if (taken == nullptr) return row;
    row.places = ledger_.places_of(taken->charge);
    for (const ChargePlace& place : row.places)
      for (const std::string& reference : place.references)
        if (std::ranges::count(row.references, reference) == 0) row.references.push_back(reference);
    return row;
  }

  // The row stays the charge whose name it gets, when somebody changes its reference: the one that it names, or that
  // had this reference, else the one that another period billed. What is planned there only may still be abandoned, and
  // what was left out be taken back.
  RowId charge_of_refused(const RowToSend& row, const KnownCharge& elsewhere) const {
    const auto had_it = [&](const ChargePlace& place) {
      return std::ranges::count(place.references, row.row.reference) > 0;
    };
    const bool is_taken =
        row.taken != nullptr && (named_.of_row(row.row.row) != nullptr || std::ranges::any_of(row.places, had_it));
    if (is_taken) return row.taken->charge;
    const bool may_be_freed = charge_state(elsewhere.status) == ChargeState::kUnbilled ||
                              charge_state(elsewhere.status) == ChargeState::kLeftOut;
    return may_be_freed ? 0 : elsewhere.charge;
  }

  void take(std::uint32_t i, const KnownCharge& taken) {
    met.emplace(i, MetRow{RowStatus::kNotSent, taken.charge, ""});
    const UsageRow& row = input_.rows[i];
    const bool stays = is_at(taken, input_.installations[row.installation], billing_keys_[row.billing_sid]);
    if (stays && row.quantity == taken.quantity && input_.currencies[row.currency] == taken.currency) return;
    corrected.push_back({i, taken.quantity, taken.currency, stays ? "" : taken.installation + ", " + taken.billing_sid,
                         "run " + taken.run_name + ", " + taken.place});
  }

  std::unordered_map<std::uint32_t, std::string> beside_;  // rows that are asked about, once each
  const UsageInput& input_;
  const LedgerView& ledger_;
  std::vector<std::string> billing_keys_;  // beside UsageInput::billing_sids
  NamedCharges named_;
  OtherLines others_;
  AdditionalCheck additional_check_;
  ReferenceCheck references_;
  TogetherCheck together_;
  FilesCheck files_;
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
  return {digest_of_content(input), {}, {}, {}};
}

Meeting meet_ledger(UsageInput& input, const LedgerView& ledger) {
  require_settled(input, ledger);
  name_as_before(input, ledger);
  Meeting meeting = meet_nothing(input);
  LedgerMeeting meets(input, ledger);
  meets.go();
  name_invalid_rows(input.invalid, ledger);
  const RowNumbers numbers(meets.rejected);
  reject_rows(input, std::move(meets.rejected));
  for (auto& [row, met] : meets.met) meeting.rows.emplace(numbers.of(row), std::move(met));
  for (const auto& [row, invalid] : meets.corrects) meeting.corrects.emplace(numbers.of(row), invalid);
  meeting.additional = meets.additional();
  for (AdditionalRow& row : meeting.additional) row.row = numbers.of(row.row);
  for (CorrectedRow& row : meets.corrected) {
    row.row = numbers.of(row.row);
    meeting.corrected.push_back(std::move(row));
  }
  meeting.met_by_content = std::move(meets.met_by_content);
  meeting.met_by_content.first = numbers.of(meeting.met_by_content.first);
  std::ranges::sort(meeting.corrected, {}, &CorrectedRow::row);
  return meeting;
}

}  // namespace usage

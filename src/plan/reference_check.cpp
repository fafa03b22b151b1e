#include "reference_check.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "charge_words.h"
#include "input_rows.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// What the account has billed (or in doubt, left out, or still to send), by reference.
class BilledByReference {
 public:
  explicit BilledByReference(std::vector<ScopedCharge> charges) : charges_(std::move(charges)) {
    for (const ScopedCharge& known : charges_) by_reference_.emplace(known.charge.reference, &known);
  }

  template <class IsMeant>
  const ScopedCharge* first_that(std::string_view reference, const IsMeant& is_meant) const {
    const auto [first, last] = by_reference_.equal_range(reference);
    const auto known = std::find_if(first, last, [&](const auto& entry) { return is_meant(*entry.second); });
    return known == last ? nullptr : known->second;
  }

  // Of those that are meant, the first that the upload does not meet. What several installations have is a text, and no
  // line's number.
  template <class IsMeant>
  const ScopedCharge* of_one_installation(std::string_view reference, const std::unordered_set<RowId>& met,
                                          const IsMeant& is_meant) const {
    const ScopedCharge* found = nullptr;
    std::set<std::string> installations;
    const auto [first, last] = by_reference_.equal_range(reference);
    for (auto known = first; known != last && installations.size() < 2; ++known) {
      const KnownCharge& charge = known->second->charge;
      if (!is_meant(*known->second)) continue;
      installations.insert(sid_key(charge.installation));
      if (found == nullptr && !met.contains(charge.charge)) found = known->second;
    }
    return installations.size() == 1 ? found : nullptr;
  }

 private:
  std::vector<ScopedCharge> charges_;
  std::unordered_multimap<std::string_view, const ScopedCharge*> by_reference_;
};

// What a later run billed of the charge's line.
const ScopedCharge* billed_later(const ReferenceCheck::Taker& taker, const BilledByReference& billed) {
  const auto is_later = [&](const ScopedCharge& known) {
    return known.charge.charge != taker.taken.charge && billed_in(known.charge) > taker.taken.run;
  };
  for (const std::string& reference : taker.references)
    if (const ScopedCharge* other = billed.first_that(reference, is_later)) return other;
  return nullptr;
}

// The charge that a new row may be. `of_ours`: it stands in a file of ours, and names none there: it was invalid.
const ScopedCharge* line_of(const RuleRow& row, const std::string& installation_key, bool of_ours,
                            const BilledByReference& billed, const Scope& here, const std::unordered_set<RowId>& met) {
  const auto is_here = [&](const ScopedCharge& known) {
    return ascii_equal_ignoring_case(known.scope.period, here.period);
  };
  const auto is_at_installation = [&](const ScopedCharge& known) {
    return sid_key(known.charge.installation) == installation_key;
  };
  if (of_ours)
    return billed.first_that(row.reference, [&](const ScopedCharge& known) {
      return is_here(known) || known.charge.quantity == row.quantity || is_at_installation(known);
    });
  const auto is_line_here = [&](const ScopedCharge& known) {
    return is_here(known) && is_same_amount(row, known.charge);
  };
  // Other customers' lines of other months may well have the same number.
  const auto is_line_elsewhere = [&](const ScopedCharge& known) {
    return !is_here(known) && is_same_amount(row, known.charge) &&
           (is_at_installation(known) || sid_key(known.charge.billing_sid) == row.billing_key);
  };
  const ScopedCharge* found = billed.of_one_installation(row.reference, met, is_line_here);
  return found != nullptr ? found : billed.of_one_installation(row.reference, met, is_line_elsewhere);
}

}  // namespace

void ReferenceCheck::takes(Taker taker) {
  if (!taker.references.empty()) takers_.push_back(std::move(taker));
}

void ReferenceCheck::is_new(std::uint32_t row) {
  if (!reference_of(input_, row).empty()) new_rows_.push_back(row);
}

std::vector<AdditionalRow> ReferenceCheck::find(const LedgerView& ledger, const std::unordered_set<RowId>& met) const {
  std::vector<AdditionalRow> found;
  find_billed(ledger, met, found);
  find_beside_corrections(found);
  return found;
}

// Sorted, each once.
std::vector<std::string> ReferenceCheck::references_to_ask_for() const {
  std::vector<std::string> references;
  for (const Taker& taker : takers_)
    references.insert(references.end(), taker.references.begin(), taker.references.end());
  for (const std::uint32_t row : new_rows_) references.emplace_back(reference_of(input_, row));
  std::ranges::sort(references);
  references.erase(std::unique(references.begin(), references.end()), references.end());
  return references;
}

void ReferenceCheck::find_billed(const LedgerView& ledger, const std::unordered_set<RowId>& met,
                                 std::vector<AdditionalRow>& found) const {
  const std::vector<std::string> references = references_to_ask_for();
  if (references.empty()) return;
  const BilledByReference billed(ledger.billed_with_reference(references));
  const auto ask_beside = [&](std::uint32_t row, const ScopedCharge* other) {
    if (other != nullptr) found.push_back({row, described_by_reference(*other, ledger.scope)});
  };
  for (const Taker& taker : takers_)
    if (!taker.is_asked) ask_beside(taker.row, billed_later(taker, billed));
  for (const std::uint32_t row : new_rows_) {
    const std::string installation_key = sid_key(input_.installations[input_.rows[row].installation]);
    ask_beside(row, line_of(rule_row(input_, billing_keys_, row), installation_key, is_of_own_file(input_, row), billed,
                            ledger.scope, met));
  }
}

void ReferenceCheck::find_beside_corrections(std::vector<AdditionalRow>& found) const {
  std::unordered_map<std::string_view, const KnownCharge*> corrected;
  for (const Taker& taker : takers_)
    if (taker.is_named)
      for (const std::string& reference : taker.references) corrected.try_emplace(reference, &taker.taken);
  for (const std::uint32_t row : new_rows_) {
    const auto other = corrected.find(reference_of(input_, row));
    if (other == corrected.end()) continue;
    KnownCharge charge = *other->second;
    charge.reference = reference_of(input_, row);  // it may have had that in an earlier row only
    found.push_back({row, described_by_reference(charge)});
  }
}

}  // namespace usage

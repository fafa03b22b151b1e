#include "reference_check.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "charge_words.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {

void ReferenceCheck::takes(Taker taker) {
  if (!taker.references.empty()) takers_.push_back(std::move(taker));
}

void ReferenceCheck::is_new(NewRow row) {
  if (!row.row.reference.empty()) new_rows_.push_back(std::move(row));
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
  for (const NewRow& row : new_rows_) references.emplace_back(row.row.reference);
  std::ranges::sort(references);
  references.erase(std::unique(references.begin(), references.end()), references.end());
  return references;
}

void ReferenceCheck::find_billed(const LedgerView& ledger, const std::unordered_set<RowId>& met,
                                 std::vector<AdditionalRow>& found) const {
  const std::vector<std::string> references = references_to_ask_for();
  if (references.empty()) return;
  const std::vector<ScopedCharge> charges = ledger.billed_with_reference(references);
  std::unordered_multimap<std::string_view, const ScopedCharge*> billed;
  for (const ScopedCharge& known : charges) billed.emplace(known.charge.reference, &known);
  const auto first_that = [&](std::string_view reference, const auto& is_meant) -> const ScopedCharge* {
    const auto [first, last] = billed.equal_range(reference);
    const auto known = std::find_if(first, last, [&](const auto& entry) { return is_meant(*entry.second); });
    return known == last ? nullptr : known->second;
  };
  const auto ask_beside = [&](std::uint32_t row, const ScopedCharge* other) {
    if (other != nullptr) found.push_back({row, described_by_reference(*other, ledger.scope)});
  };
  for (const Taker& taker : takers_) {
    if (taker.is_asked) continue;
    const auto is_later = [&](const ScopedCharge& known) {
      return known.charge.charge != taker.taken.charge && billed_in(known.charge) > taker.taken.run;
    };
    const ScopedCharge* other = nullptr;
    for (auto reference = taker.references.begin(); reference != taker.references.end() && other == nullptr;
         ++reference)
      other = first_that(*reference, is_later);
    ask_beside(taker.row, other);
  }
  // A number that several charges of the period have is no line's.
  const auto is_shared = [&](std::string_view reference) {
    std::set<RowId> here;
    const auto [first, last] = billed.equal_range(reference);
    for (auto known = first; known != last && here.size() < 2; ++known)
      if (ascii_equal_ignoring_case(known->second->scope.period, ledger.scope.period))
        here.insert(known->second->charge.charge);
    return here.size() > 1;
  };
  for (const NewRow& row : new_rows_) {
    if (!row.is_of_own_file && is_shared(row.row.reference)) continue;
    // Other customers' lines of other months may well have the same number.
    const auto may_be_it = [&](const ScopedCharge& known) {
      const bool is_here = ascii_equal_ignoring_case(known.scope.period, ledger.scope.period);
      if (!row.is_of_own_file)
        return is_here && is_same_amount(row.row, known.charge) && !met.contains(known.charge.charge);
      return is_here || known.charge.quantity == row.row.quantity ||
             sid_key(known.charge.installation) == row.installation_key;
    };
    ask_beside(row.row.row, first_that(row.row.reference, may_be_it));
  }
}

void ReferenceCheck::find_beside_corrections(std::vector<AdditionalRow>& found) const {
  std::unordered_map<std::string_view, const KnownCharge*> corrected;
  for (const Taker& taker : takers_)
    if (taker.is_named)
      for (const std::string& reference : taker.references) corrected.try_emplace(reference, &taker.taken);
  for (const NewRow& row : new_rows_) {
    const auto other = corrected.find(row.row.reference);
    if (other == corrected.end()) continue;
    KnownCharge charge = *other->second;
    charge.reference = row.row.reference;  // it may have had that in an earlier row only
    found.push_back({row.row.row, described_by_reference(charge)});
  }
}

}  // namespace usage

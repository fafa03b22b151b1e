#include "reference_check.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "charge_rules.h"
#include "charge_words.h"

namespace usage {

void ReferenceCheck::takes(Taker taker) {
  if (!taker.references.empty()) takers_.push_back(std::move(taker));
}

void ReferenceCheck::is_new(std::uint32_t row, std::string_view reference) {
  if (!reference.empty()) new_rows_.push_back({row, reference});
}

std::vector<AdditionalRow> ReferenceCheck::find(const LedgerView& ledger) const {
  std::vector<AdditionalRow> found;
  find_billed_since(ledger, found);
  find_beside_corrections(found);
  return found;
}

void ReferenceCheck::find_billed_since(const LedgerView& ledger, std::vector<AdditionalRow>& found) const {
  std::vector<std::string> references;
  for (const Taker& taker : takers_)
    references.insert(references.end(), taker.references.begin(), taker.references.end());
  if (references.empty()) return;
  std::ranges::sort(references);
  references.erase(std::unique(references.begin(), references.end()), references.end());

  const std::vector<KnownCharge> charges = ledger.charges_with_reference(references);
  std::unordered_multimap<std::string_view, const KnownCharge*> sent;
  for (const KnownCharge& charge : charges)
    if (charge_state(charge.status) != ChargeState::kUnbilled) sent.emplace(charge.reference, &charge);
  const auto billed_since = [&](const Taker& taker) -> const KnownCharge* {
    for (const std::string& reference : taker.references) {
      const auto [first, last] = sent.equal_range(reference);
      const auto other = std::find_if(first, last, [&](const auto& known) {
        return known.second->charge != taker.taken.charge && known.second->run > taker.taken.run;
      });
      if (other != last) return other->second;
    }
    return nullptr;
  };
  for (const Taker& taker : takers_) {
    if (taker.is_asked) continue;
    if (const KnownCharge* other = billed_since(taker)) found.push_back({taker.row, described_by_reference(*other)});
  }
}

void ReferenceCheck::find_beside_corrections(std::vector<AdditionalRow>& found) const {
  std::unordered_map<std::string_view, const KnownCharge*> corrected;
  for (const Taker& taker : takers_)
    if (taker.is_named)
      for (const std::string& reference : taker.references) corrected.try_emplace(reference, &taker.taken);
  for (const NewRow& row : new_rows_) {
    const auto other = corrected.find(row.reference);
    if (other == corrected.end()) continue;
    KnownCharge charge = *other->second;
    charge.reference = row.reference;  // it may have had that in an earlier row only
    found.push_back({row.row, described_by_reference(charge)});
  }
}

}  // namespace usage

#include "reference_check.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "billed_lines.h"
#include "charge_words.h"
#include "input_rows.h"
#include "usage/base/sid.h"

namespace usage {

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
  const BilledLines billed(ledger.billed_with_reference(references), ledger.scope, met);
  const auto ask_beside = [&](std::uint32_t row, const ScopedCharge* other) {
    if (other != nullptr) found.push_back({row, described_by_reference(*other, ledger.scope)});
  };
  for (const Taker& taker : takers_) ask_beside(taker.row, billed.billed_after(taker.taken, taker.references));
  for (const std::uint32_t i : new_rows_) {
    const RuleRow row = rule_row(input_, billing_keys_, i);
    const std::string installation_key = sid_key(input_.installations[input_.rows[i].installation]);
    ask_beside(i, is_of_own_file(input_, i) ? billed.may_be_unnamed(row, installation_key)
                                            : billed.may_be(row, installation_key));
  }
}

void ReferenceCheck::find_beside_corrections(std::vector<AdditionalRow>& found) const {
  std::unordered_map<std::string_view, const KnownCharge*> corrected;
  for (const Taker& taker : takers_)
    if (taker.is_named)
      for (const std::string& reference : taker.references) corrected.try_emplace(reference, &taker.taken);
  for (const std::uint32_t row : new_rows_) {
    const auto other = corrected.find(reference_of(input_, row));
    if (other == corrected.end() || corrected_.is_line_beside(row, *other->second)) continue;
    KnownCharge charge = *other->second;
    charge.reference = reference_of(input_, row);  // it may have had that in an earlier row only
    found.push_back({row, described_by_reference(charge)});
  }
}

}  // namespace usage

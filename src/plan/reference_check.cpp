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

void ReferenceCheck::corrects(std::vector<std::string> references, KnownCharge charge) {
  if (!references.empty()) corrections_.emplace_back(std::move(references), std::move(charge));
}

void ReferenceCheck::is_new(std::uint32_t row, const Origin& origin) {
  if (!reference_of(input_, row).empty()) new_rows_[origin].push_back(row);
}

std::vector<AdditionalRow> ReferenceCheck::find(const LedgerView& ledger, const std::unordered_set<RowId>& met) const {
  std::vector<AdditionalRow> found;
  find_billed(ledger, met, found);
  for (const auto& [origin, rows] : new_rows_) find_beside_corrections(origin, rows, found);
  return found;
}

// Sorted, each once.
std::vector<std::string> ReferenceCheck::references_to_ask_for() const {
  std::vector<std::string> references;
  for (const Taker& taker : takers_)
    references.insert(references.end(), taker.references.begin(), taker.references.end());
  for (const auto& [origin, rows] : new_rows_)
    for (const std::uint32_t row : rows) references.emplace_back(reference_of(input_, row));
  std::ranges::sort(references);
  references.erase(std::unique(references.begin(), references.end()), references.end());
  return references;
}

void ReferenceCheck::find_billed(const LedgerView& ledger, const std::unordered_set<RowId>& met,
                                 std::vector<AdditionalRow>& found) const {
  const std::vector<std::string> references = references_to_ask_for();
  if (references.empty()) return;
  const std::vector<ScopedCharge> lines = ledger.billed_with_reference(references);
  const auto billed_beside = [&](const Origin& origin) {
    return BilledLines(lines, ledger.scope, met, [&](RowId charge) { return !others_.is_taken(origin, charge); });
  };
  const BilledLines all = billed_beside({});
  for (const Taker& taker : takers_)
    if (const ScopedCharge* other = all.billed_after(taker.taken, taker.references))
      found.push_back({taker.row, described_by_reference(*other, ledger.scope)});
  for (const auto& [origin, rows] : new_rows_) {
    if (origin == Origin{})
      find_new_as_billed(rows, all, ledger, found);
    else
      find_new_as_billed(rows, billed_beside(origin), ledger, found);
  }
}

void ReferenceCheck::find_new_as_billed(const Rows& rows, const BilledLines& billed, const LedgerView& ledger,
                                        std::vector<AdditionalRow>& found) const {
  for (const std::uint32_t i : rows) {
    const RuleRow row = rule_row(input_, billing_keys_, i);
    const std::string installation_key = sid_key(input_.installations[input_.rows[i].installation]);
    const ScopedCharge* other =
        is_of_own_file(input_, i) ? billed.may_be_unnamed(row, installation_key) : billed.may_be(row, installation_key);
    if (other != nullptr) found.push_back({i, described_by_reference(*other, ledger.scope)});
  }
}

void ReferenceCheck::find_beside_corrections(const Origin& origin, const Rows& rows,
                                             std::vector<AdditionalRow>& found) const {
  std::unordered_map<std::string_view, const KnownCharge*> corrected;
  for (const Taker& taker : takers_)
    if (taker.is_named && !others_.is_taken(origin, taker.taken.charge))
      for (const std::string& reference : taker.references) corrected.try_emplace(reference, &taker.taken);
  for (const auto& [references, charge] : corrections_)
    if (!others_.is_other(origin, charge.charge))
      for (const std::string& reference : references) corrected.try_emplace(reference, &charge);
  for (const std::uint32_t row : rows) {
    const auto other = corrected.find(reference_of(input_, row));
    if (other == corrected.end()) continue;
    KnownCharge charge = *other->second;
    charge.reference = reference_of(input_, row);  // it may have had that in an earlier row only
    found.push_back({row, described_by_reference(charge)});
  }
}

}  // namespace usage

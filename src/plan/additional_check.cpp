#include "additional_check.h"

#include <utility>

#include "charge_words.h"
#include "usage/base/sid.h"

namespace usage {

std::optional<std::string> AdditionalCheck::words_beside(const RowToSend& row, const ChargesHere& here) const {
  if (const auto beside = beside_what(row, here)) return described_beside(*beside);
  if (!row.row.reference.empty())
    if (const auto known = ledger_.met_elsewhere(row.installation, row.billing_sid, row.row.reference))
      return described_by_reference(*known, ledger_.scope);
  if (row.taken != nullptr)
    if (const auto elsewhere = billed_elsewhere(row)) return described_by_reference(*elsewhere, ledger_.scope);
  return std::nullopt;
}

std::optional<KnownCharge> AdditionalCheck::beside_what(const RowToSend& row, const ChargesHere& here) const {
  const KnownCharge* beside = additional_beside(row.row, row.installation, row.taken, here.items);
  if (beside != nullptr) return *beside;
  if (row.taken == nullptr) {
    const auto named = here.named_unbilled.find(row.row.billing_key);
    if (named != here.named_unbilled.end()) return *named->second;
  }
  return billed_on_left_item(row);
}

// Items that a charge leaves, or left in an earlier correction: there another row may have billed it since.
std::optional<KnownCharge> AdditionalCheck::billed_on_left_item(const RowToSend& row) const {
  const std::string installation_key = sid_key(row.installation);
  for (const ChargePlace& place : row.places) {
    const std::string billing_key = sid_key(place.billing_sid);
    if (sid_key(place.installation) == installation_key && billing_key == row.row.billing_key) continue;
    const GuardedItems& left = items_left(place.installation, row.origin);
    if (const KnownCharge* beside = billed_after(place.run, billing_key, left)) return *beside;
  }
  return std::nullopt;
}

// What another period billed under a reference of the taken charge, where the row goes or, if it moves the charge,
// where that stood.
std::optional<ScopedCharge> AdditionalCheck::billed_elsewhere(const RowToSend& row) const {
  const bool is_moved = !is_at(*row.taken, row.installation, row.row.billing_key);
  for (const std::string& reference : row.references) {
    std::optional<ScopedCharge> elsewhere;
    if (reference != row.row.reference)  // such a row was refused before
      elsewhere = ledger_.billed_elsewhere(row.installation, row.billing_sid, reference);
    if (!elsewhere && is_moved)
      elsewhere = ledger_.billed_elsewhere(row.taken->installation, row.taken->billing_sid, reference);
    if (elsewhere) return elsewhere;
  }
  return std::nullopt;
}

const GuardedItems& AdditionalCheck::items_left(const std::string& installation, const Origin& origin) const {
  if (!left_ || left_->installation != installation || left_->origin != origin) {
    std::vector<KnownCharge> charges = ledger_.charges_of(installation);
    std::erase_if(charges, [&](const KnownCharge& charge) { return others_.is_other(origin, charge.charge); });
    left_ = std::make_unique<Left>(Left{installation, origin, std::move(charges), {}});
    left_->items = guarded_items(left_->charges);
  }
  return left_->items;
}

}  // namespace usage

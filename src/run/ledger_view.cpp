#include "usage/run/ledger_view.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "usage/base/sid.h"
#include "usage/model/status.h"

namespace usage {
namespace {

// Asks the ledger for what it can have only: most uploads begin a period, and most references are new.
class ShortView {
 public:
  ShortView(const Ledger& ledger, const Scope& scope) : ledger_(ledger), scope_(scope) {
    for (const RunInfo& run : ledger.runs()) {
      has_runs_ = has_runs_ || is_same_period(run.scope, scope);
      others_have_runs_ = others_have_runs_ || is_other_period(run.scope, scope);
    }
  }

  bool account_has_runs() const { return has_runs_ || others_have_runs_; }

  std::vector<KnownCharge> charges_of(std::string_view installation) const {
    return has_runs_ ? ledger_.charges_of(scope_, installation) : std::vector<KnownCharge>();
  }

  // Rows come installation by installation.
  std::optional<ScopedCharge> billed_elsewhere(std::string_view installation, std::string_view billing_sid,
                                               std::string_view reference) {
    if (!others_have_runs_) return std::nullopt;
    if (installation != installation_) {
      elsewhere_ = ledger_.references_elsewhere(scope_, installation);
      std::sort(elsewhere_.begin(), elsewhere_.end());
      installation_ = installation;
    }
    if (!std::binary_search(elsewhere_.begin(), elsewhere_.end(), reference)) return std::nullopt;
    return ledger_.billed_elsewhere(scope_, installation, billing_sid, reference);
  }

  std::optional<ScopedCharge> met_elsewhere(std::string_view installation, std::string_view billing_sid,
                                            std::string_view reference) {
    if (!others_have_runs_) return std::nullopt;
    for (ScopedCharge& met : met_with(reference)) {
      const bool is_same_item = sid_key(met.charge.installation) == sid_key(installation) &&
                                sid_key(met.charge.billing_sid) == sid_key(billing_sid);
      if (is_same_item && is_other_period(met.scope, scope_)) return std::move(met);
    }
    return std::nullopt;
  }

  // With the references of rows that only met the charge: the line is theirs, too.
  std::vector<ChargePlace> places_of(RowId charge) {
    std::vector<ChargePlace> places = ledger_.places_of(charge);
    if (!met_by_) {
      met_by_.emplace();
      for (const auto& [reference, met] : met()) met_by_->emplace(met, reference);
    }
    const auto [first, last] = met_by_->equal_range(charge);
    for (auto entry = first; entry != last && !places.empty(); ++entry)
      places.back().references.push_back(entry->second);
    return places;
  }

  std::vector<ScopedCharge> billed_with_reference(const std::vector<std::string>& references) {
    std::vector<ScopedCharge> found = ledger_.billed_with_reference(scope_, references);
    for (const std::string& reference : references)
      for (ScopedCharge& met : met_with(reference)) found.push_back(std::move(met));
    return found;
  }

 private:
  using References = std::multimap<std::string, RowId, std::less<>>;

  // Ledger::references_met, once it is needed.
  const References& met() {
    if (!met_) met_ = ledger_.references_met(scope_);
    return *met_;
  }

  // Not unbilled, and met by a row with this reference that the charge's own rows lack.
  std::vector<ScopedCharge> met_with(std::string_view reference) {
    std::vector<ScopedCharge> found;
    const auto [first, last] = met().equal_range(reference);
    for (auto entry = first; entry != last; ++entry) {
      std::optional<ScopedCharge> known = ledger_.charge_with_id(entry->second);
      if (!known || is_unbilled(known->charge.status)) continue;
      known->charge.reference = reference;
      found.push_back(std::move(*known));
    }
    return found;
  }

  const Ledger& ledger_;
  Scope scope_;
  bool has_runs_ = false;
  bool others_have_runs_ = false;
  std::string installation_;
  std::vector<std::string> elsewhere_;  // its references, sorted
  std::optional<References> met_;
  std::optional<std::multimap<RowId, std::string>> met_by_;  // the same, by charge
};

}  // namespace

LedgerView view_of(const Ledger& ledger, const Scope& scope) {
  const auto asked = std::make_shared<ShortView>(ledger, scope);
  LedgerView view;
  view.scope = scope;
  view.account_has_runs = asked->account_has_runs();
  view.charges_of = [asked](std::string_view installation) { return asked->charges_of(installation); };
  view.places_of = [asked](RowId charge) { return asked->places_of(charge); };
  view.find_charge = [&ledger](std::string_view usage_row) { return ledger.find_charge(usage_row); };
  view.billed_elsewhere = [asked](std::string_view installation, std::string_view billing_sid,
                                  std::string_view reference) {
    return asked->billed_elsewhere(installation, billing_sid, reference);
  };
  view.met_elsewhere = [asked](std::string_view installation, std::string_view billing_sid,
                               std::string_view reference) {
    return asked->met_elsewhere(installation, billing_sid, reference);
  };
  view.billed_with_reference = [asked](const std::vector<std::string>& references) {
    return asked->billed_with_reference(references);
  };
  view.find_uncorrected = [&ledger](std::string_view usage_row) { return ledger.find_uncorrected(usage_row); };
  view.charges_in_file = [&ledger](RunId run, std::uint16_t file) { return ledger.charges_in_file(run, file); };
  return view;
}

}  // namespace usage

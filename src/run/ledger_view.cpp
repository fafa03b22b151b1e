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

  // With those that a correction took away from where an invalid row had them.
  std::vector<KnownCharge> charges_of(std::string_view installation) {
    if (!has_runs_) return {};
    std::vector<KnownCharge> charges = ledger_.charges_of(scope_, installation);
    const std::string key = sid_key(installation);
    const auto [first, last] = former().here.equal_range(key);
    for (auto line = first; line != last; ++line) {
      std::optional<ScopedCharge> known = ledger_.charge_with_id(line->second.charge);
      const bool is_there = known && sid_key(known->charge.installation) == key &&
                            sid_key(known->charge.billing_sid) == sid_key(line->second.billing_sid);
      if (!known || is_there) continue;
      charges.push_back(std::move(known->charge));
      charges.back().moved_from = line->second.billing_sid;
    }
    return charges;
  }

  std::vector<InvalidLine> invalid_lines() const {
    return has_runs_ ? ledger_.invalid_lines(scope_) : std::vector<InvalidLine>();
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
    for (const auto& [reference, charge] : former().references)
      if (std::ranges::binary_search(references, reference)) add_unless_unbilled(charge, reference, found);
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
    for (auto entry = first; entry != last; ++entry) add_unless_unbilled(entry->second, reference, found);
    return found;
  }

  void add_unless_unbilled(RowId charge, std::string_view reference, std::vector<ScopedCharge>& found) const {
    std::optional<ScopedCharge> known = ledger_.charge_with_id(charge);
    if (!known || is_unbilled(known->charge.status)) return;
    known->charge.reference = reference;
    found.push_back(std::move(*known));
  }

  // Ledger::former_lines, once they are needed.
  struct Former {
    std::multimap<std::string, FormerLine> here;  // of the period, by their installation's key
    References references;
  };
  const Former& former() {
    if (former_) return *former_;
    former_.emplace();
    for (FormerLine& line : ledger_.former_lines(scope_)) {
      if (!line.reference.empty()) former_->references.emplace(line.reference, line.charge);
      if (is_same_period(line.scope, scope_) && is_possible_billing_sid(line.billing_sid))
        former_->here.emplace(sid_key(line.installation), std::move(line));
    }
    return *former_;
  }

  const Ledger& ledger_;
  Scope scope_;
  bool has_runs_ = false;
  bool others_have_runs_ = false;
  std::string installation_;
  std::vector<std::string> elsewhere_;  // its references, sorted
  std::optional<References> met_;
  std::optional<Former> former_;
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
  view.lines_of_file = [&ledger](RunId run, std::uint16_t file) { return ledger.lines_of_file(run, file); };
  view.invalid_lines = [asked] { return asked->invalid_lines(); };
  return view;
}

}  // namespace usage

#include "usage/run/ledger_view.h"

namespace usage {

LedgerView view_of(const Ledger& ledger, const Scope& scope) {
  LedgerView view;
  view.scope = scope;
  view.charges_of = [&ledger, scope](std::string_view installation) { return ledger.charges_of(scope, installation); };
  view.find_charge = [&ledger](std::string_view usage_row) { return ledger.find_charge(usage_row); };
  view.billed_elsewhere = [&ledger, scope](std::string_view installation, std::string_view billing_sid,
                                           std::string_view reference) {
    return ledger.billed_elsewhere(scope, installation, billing_sid, reference);
  };
  return view;
}

}  // namespace usage

// A whole period: each charge once, as the row that stands for it now.
#pragma once

#include <functional>

#include "known_run.h"
#include "usage/ledger/ledger.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

// What a summary of the period is completed by: add_up, write_results, or a pass of the caller's own.
struct PeriodView {
  RunSummary summary;
  EachRow rows;
};

// Rows superseded by a charge's present one are named in its reason. `ledger` outlives the value.
PeriodView view_period(const Ledger& ledger, const Scope& scope, const RunPlace& place);

// The summary that `complete` makes of the period's view. Where an upload changed the period meanwhile it is made
// again, so that totals differ only where the ledger is wrong.
RunSummary complete_period(const Ledger& ledger, const Scope& scope, const RunPlace& place,
                           const std::function<void(PeriodView&)>& complete);

}  // namespace usage

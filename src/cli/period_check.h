// Whether an upload may go into the period that it names.
#pragma once

#include <optional>

#include "usage/cli/options.h"
#include "usage/ledger/ledger.h"

namespace usage {

bool has_period(const Ledger& ledger, const Scope& scope);

// An upload of the content of an open run goes on with it; other content waits until that run has ended.
std::optional<RunInfo> open_run_of(const Ledger& ledger, const Scope& scope);

// RefusedError "period-unknown" where the ledger has none of this name and none is to be opened; "period-near" where
// nothing was billed in it, and something in one of which the name reads alike.
void require_known_period(const Ledger& ledger, const Scope& scope, NewPeriod new_period);

}  // namespace usage

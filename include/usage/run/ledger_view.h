#pragma once

#include "usage/ledger/ledger.h"
#include "usage/plan/meeting.h"

namespace usage {

// What a plan may ask of the ledger; the ledger outlives it.
LedgerView view_of(const Ledger& ledger, const Scope& scope);

}  // namespace usage

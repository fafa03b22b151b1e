#pragma once

#include "usage/ledger/ledger.h"
#include "usage/plan/plan.h"

namespace usage {

// Puts a plan into the ledger as a new run, in one transaction: every input row, every request with its body. Durable
// on return; nothing of it remains where this throws. `run` lacks only what the plan and the input know.
RunInfo record_plan(Ledger& ledger, const UsageInput& input, const Plan& plan, NewRun run);

}  // namespace usage

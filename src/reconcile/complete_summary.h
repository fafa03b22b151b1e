#pragma once

#include "usage/reconcile/run_summary.h"

namespace usage {

// From summary.totals: differences, exit status, next steps.
void complete_summary(RunSummary& summary);

}  // namespace usage

#pragma once

#include <string>

#include "usage/reconcile/run_summary.h"

namespace usage {

// What it is a summary of, and its state in words: "Run 2026-10-2 of period 2026-10 has finished".
std::string title_of(const RunSummary& summary);

}  // namespace usage

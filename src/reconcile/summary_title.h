#pragma once

#include <string>
#include <string_view>

#include "usage/reconcile/run_summary.h"

namespace usage {

// What it is a summary of, and its state in words: "Run 2026-10-2 of period 2026-10 has finished".
std::string title_of(const RunSummary& summary);

std::string traffic_text(const RunCounts& counts);   // "2 requests, 3 attempts, 1 retry"
std::string_view done_by_words(RunEventKind event);  // "Uploaded by"

}  // namespace usage

// report.html: what a controller looks at, prints and files.
#pragma once

#include "report_rows.h"
#include "usage/base/file.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

// `summary` is complete. The page loads nothing and holds no script.
void write_report(AtomicFile& file, const RunSummary& summary, const ReportRows& rows);

}  // namespace usage

// The parts of report.html that are made of amounts.
#pragma once

#include "report_rows.h"
#include "usage/base/html_writer.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

inline constexpr std::size_t kMaxCurrencies = 12;  // that have a table of their own

void write_figures(HtmlWriter& html, const RunSummary& summary, const ReportRows& rows);
void write_totals(HtmlWriter& html, const RunSummary& summary);
void write_unknown(HtmlWriter& html, const RunSummary& summary, const ReportRows& rows);
void write_causes(HtmlWriter& html, const RunSummary& summary, const ReportRows& rows);
void write_settled(HtmlWriter& html, const ReportRows& rows);
void write_corrected(HtmlWriter& html, const RunSummary& summary);  // of a plan
void write_decisions(HtmlWriter& html, const RunSummary& summary);  // of a whole period
void write_largest(HtmlWriter& html, const RunSummary& summary, const ReportRows& rows);

}  // namespace usage

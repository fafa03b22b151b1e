// A row as reconciliation.csv shows it.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "usage/base/csv_writer.h"
#include "usage/intake/own_columns.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

// All columns but the last, usage_row: failed.csv and unknown.csv, which may borrow them, put that one first.
inline constexpr std::array<std::string_view, 18> kReconciliationColumns = {
    "line",         "installed_add_on_sid", "billing_sid", "quantity",   "currency", "reference",         "status",
    "reason",       "http_status",          "error_code",  "attempts",   "request",  "twilio_request_id", "sent_at",
    "completed_at", "settled_by",           "settled_at",  "settle_note"};

// Where a file was read with a decimal comma, our files say in each row with which sign its amount is written: whoever
// reads 1.234 there must not guess.
bool has_decimal_comma(const std::vector<InputFile>& files);
// Of the amount as the reconciliation has it: a readable one has a point, another stands there as it was.
std::string_view sign_of_reconciled(const RowRecord& row, const std::vector<InputFile>& files);

// Writes the cells of kReconciliationColumns. Cells from the input keep what they say, but for control characters; text
// from the network or from people never begins a formula.
void write_reconciliation_cells(CsvWriter& csv, const RowRecord& row, const RunSummary& summary);

// Where the row stands: its line, with "FILE:" or "RUN:" where the rows come from several.
std::string line_of(const RowRecord& row, const RunSummary& summary);

// A text of ours or from the network as a cell: one line, no formula.
std::string reason_cell(std::string_view text);

}  // namespace usage

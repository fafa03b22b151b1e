#include "report_rows.h"

#include <algorithm>
#include <variant>

#include "complete_summary.h"
#include "reconciliation_row.h"
#include "report_amounts.h"
#include "usage/base/readable.h"
#include "usage/base/text.h"
#include "usage/reconcile/next_step.h"

namespace usage {
namespace {

constexpr std::size_t kMaxSettled = 40;

// 0 where there is none; what is none and should be one was refused by Totals before.
Amount amount_of(const RowRecord& row) {
  if (!row.has_amount) return {};
  if (const auto quantity = readable(Quantity::parse(row.quantity))) return *quantity;
  return amount_or_zero(row.quantity);
}

std::string_view why_unsaid(SummaryState state) {
  return state == SummaryState::kRefused ? "the plan was refused" : "the run stopped before its turn";
}

}  // namespace

ReportRows::ReportRows(const RunSummary& summary)
    : summary_(&summary),
      installations_(summary.folder),
      causes_(why_unsaid(summary.state)),
      rows_of_file_(summary.files.size()) {}

void ReportRows::add(const RowRecord& row) {
  const Amount amount = amount_of(row);
  if (row.file < rows_of_file_.size()) ++rows_of_file_[row.file];
  if (row.status != RowStatus::kInvalid && row.status != RowStatus::kLeftOut)
    installations_.add(row.installation, row.currency, row.status, amount);
  if (is_settled(row)) add_settled(row, amount);
  if (!row.superseded_by.empty()) return;  // the later row is the one to correct or settle
  if (row.status == RowStatus::kUnknown) add_unknown(row, amount);
  add_unbilled(row, amount);
}

void ReportRows::add_unknown(const RowRecord& row, const Amount& amount) {
  count_row(standing_unknown_, row.status, row.currency, amount);
  if (unknown_.size() < kMaxListedUnknown)
    unknown_.push_back({line_of(row, *summary_), row.installation, row.billing_sid, row.quantity, row.currency,
                        row.reference, row.reason, row.request, row.sent_at});
}

void ReportRows::add_unbilled(const RowRecord& row, const Amount& amount) {
  switch (row.status) {
    case RowStatus::kNotSent:
      if (summary_->state == SummaryState::kDryRun && row.request != 0)
        return count_row(sendable_, row.status, row.currency, amount);
      break;
    case RowStatus::kFailed:
    case RowStatus::kNotSubmitted:
    case RowStatus::kInvalid:
      break;
    default:
      return;
  }
  causes_.add(row, row_next_step(row, state_of_row(*summary_, row)), amount);
}

void ReportRows::add_settled(const RowRecord& row, const Amount& amount) {
  Settled::key_type key{clean_text(row.settled_by, 200), row.status, row.currency, clean_text(row.settle_note, 300)};
  if (settled_.size() >= kMaxSettled && !settled_.contains(key)) {
    ++further_settled_;
    return;
  }
  HandSettled& settled = settled_[std::move(key)];
  ++settled.rows;
  settled.amount += amount;
  if (row.settled_at) settled.last_at = std::max(settled.last_at.value_or(*row.settled_at), *row.settled_at);
}

}  // namespace usage

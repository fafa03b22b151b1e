// What is to be done with one row, as failed.csv and unknown.csv say it.
#include "usage/reconcile/next_step.h"
#include "usage/reconcile/totals.h"

namespace usage {
namespace {

std::string_view failed_next_step(const RowRecord& row) {
  switch (row.http_status) {
    case 403:
    case 404:
      return "check the installation with the customer, then upload this file";
    case 400:
    case 422:
      return "check the billing SID and the quantity, then upload this file";
    case 0:
    case 421:
    case 425:
    case 429:
    case 503:
      return "upload this file";  // nothing is wrong with the row
    default:
      return "clear up the refusal with Twilio, then upload this file";
  }
}

}  // namespace

std::string_view row_next_step(const RowRecord& row, SummaryState state) {
  switch (row.status) {
    case RowStatus::kUnknown:
      if (row.is_other_content) return "settle the charge that the reason names";
      return "find out whether it was billed, write submitted or not-submitted into usage_settle, then settle";
    case RowStatus::kInvalid:
      if (!row.usage_row.empty() && !row.is_uncorrected)
        return "take the row out if it is billed already or else correct the value and upload this file";
      return "correct the value and upload this file";
    case RowStatus::kFailed:
      return failed_next_step(row);
    case RowStatus::kNotSubmitted:
      if (row.is_other_content) return "upload this file";  // what was settled is the charge that it names
      if (is_settled(row)) return "it was settled as not submitted: upload this file to send it";
      return "check the billing SID with Twilio, then upload this file";
    case RowStatus::kNotSent:
      if (state == SummaryState::kOpen) return "resume";
      if (state == SummaryState::kRefused)
        return "when what refused the upload is cleared up: upload the input again, or this file";
      if (row.request == 0)  // held back by --skip-invalid
        return "correct the invalid rows of this installation, then upload this file";
      return "upload this file";
    case RowStatus::kSubmitted:
    case RowStatus::kDuplicate:
    case RowStatus::kLeftOut:
      break;
  }
  return "";
}

}  // namespace usage

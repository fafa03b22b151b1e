#include "report_words.h"

#include "result_names.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"

namespace usage {

std::string_view state_word(SummaryState state) {
  switch (state) {
    case SummaryState::kOpen:
      return "open";
    case SummaryState::kFinished:
      return "finished";
    case SummaryState::kAbandoned:
      return "abandoned";
    case SummaryState::kDryRun:
      return "dry run";
    case SummaryState::kRefused:
      return "refused";
    case SummaryState::kPeriod:
      return "whole period";
  }
  return "";
}

std::string_view meaning_of(RowStatus status, SummaryState state) {
  switch (status) {
    case RowStatus::kSubmitted:
      return "accepted for billing, or settled so";
    case RowStatus::kNotSubmitted:
      return "the endpoint said that it generated no billing event, or settled so";
    case RowStatus::kFailed:
      return "refused, or proven never processed with retries used up";
    case RowStatus::kUnknown:
      return "may have been processed, and no full answer came";
    case RowStatus::kDuplicate:
      return "already submitted for this period";
    case RowStatus::kInvalid:
      return "did not pass validation, or conflicts with the ledger";
    case RowStatus::kNotSent:
      if (state == SummaryState::kDryRun) return "would be sent, or its installation is held back";
      if (state == SummaryState::kRefused) return "the plan was refused, or its installation was held back";
      return "the run stopped before its turn, or its installation was held back";
    case RowStatus::kLeftOut:
      return "excluded by choice, or settled so";
  }
  return "";
}

std::string_view sent_again(RowStatus status) {
  switch (status) {
    case RowStatus::kSubmitted:
    case RowStatus::kDuplicate:
      return "never";
    case RowStatus::kNotSubmitted:
    case RowStatus::kFailed:
      return "by the operator";
    case RowStatus::kUnknown:
      return "only after a person decided";
    case RowStatus::kInvalid:
      return "after it is corrected";
    case RowStatus::kNotSent:
      return "yes";
    case RowStatus::kLeftOut:
      break;
  }
  return "\xE2\x80\x93";
}

std::string step_beside_file(std::string_view next_step, SummaryState state) {
  constexpr std::string_view kThisFile = "this file";
  std::string text(next_step);
  const std::size_t at = text.find(kThisFile);
  if (at == std::string::npos) return text;
  return text.replace(at, kThisFile.size(), state == SummaryState::kDryRun ? "the input" : kFailedName);
}

std::string sums_text(const std::vector<Total>& totals) {
  return list_text(totals, ", ", [](const Total& total) { return money_text(total.amount, total.currency); });
}

}  // namespace usage

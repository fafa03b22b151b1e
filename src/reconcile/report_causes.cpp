#include "report_causes.h"

#include <algorithm>

#include "usage/base/ascii.h"
#include "usage/base/text.h"
#include "usage/model/reason_words.h"

namespace usage {
namespace {

constexpr std::size_t kMaxReason = 300;

// A charge of a period says behind its reason in whose place it stands.
std::string_view without_places(std::string_view reason) {
  if (reason.starts_with(kInPlaceWords)) return "";
  return reason.substr(0, reason.find("; " + std::string(kInPlaceWords)));
}

// Lines and counts in a text do not make another cause.
std::string without_numbers(std::string_view text) {
  std::string same;
  bool in_number = false;
  for (const char c : text) {
    if (!is_digit(c)) same += c;
    if (is_digit(c) && !in_number) same += 'N';
    in_number = is_digit(c);
  }
  return same;
}

std::string reason_of(const RowRecord& row, std::string_view unsaid) {
  if (is_settled(row)) return "settled by hand";
  std::string reason = clean_text(without_places(row.reason), kMaxReason);
  return reason.empty() ? std::string(unsaid) : reason;
}

// The endpoint's own words may name each row's installation: its status and code are the cause.
std::string cause_key(const RowRecord& row, const std::string& reason) {
  if (row.status != RowStatus::kFailed || row.http_status == 0 || is_settled(row)) return without_numbers(reason);
  return std::to_string(row.http_status) + "/" + clean_text(row.error_code, 40);
}

}  // namespace

ReportCause& ReportCauses::cause_of(const RowRecord& row, std::string_view next_step) {
  std::string reason = reason_of(row, unsaid_);
  Key key{row.status, row.currency, next_step, cause_key(row, reason)};
  auto found = causes_.find(key);
  if (found == causes_.end() && named_ >= kMaxCauses) {
    key = {row.status, row.currency, "", ""};
    reason.clear();
    next_step = "";
    found = causes_.find(key);
  }
  if (found != causes_.end()) {
    ReportCause& cause = found->second;
    if (cause.reason == reason) return cause;
    cause.numbers_differ = true;
    cause.reasons_differ |= without_numbers(cause.reason) != without_numbers(reason);
    return cause;
  }
  if (!reason.empty()) ++named_;
  return causes_
      .emplace(std::move(key), ReportCause{row.status, row.currency, reason, next_step, false, false, 0, 0, {}})
      .first->second;
}

void ReportCauses::add(const RowRecord& row, std::string_view next_step, const Amount& amount) {
  ReportCause& cause = cause_of(row, next_step);
  ++cause.rows;
  if (row.has_amount)
    cause.amount += amount;
  else
    ++cause.rows_without_amount;
}

std::vector<ReportCause> ReportCauses::list() const {
  std::vector<ReportCause> list;
  for (const auto& [key, cause] : causes_) list.push_back(cause);
  std::stable_sort(list.begin(), list.end(), [](const ReportCause& a, const ReportCause& b) {
    return std::tuple(a.status, a.reason.empty(), b.rows) < std::tuple(b.status, b.reason.empty(), a.rows);
  });
  return list;
}

}  // namespace usage

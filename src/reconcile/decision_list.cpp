#include "usage/reconcile/decision_list.h"

#include <algorithm>

#include "report_amounts.h"
#include "report_words.h"
#include "usage/base/text.h"
#include "usage/reconcile/totals.h"

namespace usage {
namespace {

constexpr std::size_t kMaxListed = 50;

std::string with_other_amount(const DecisionRecord& decision) {
  if (decision.later_quantity == decision.quantity && decision.later_currency == decision.currency) return "";
  return ", with " + decision.later_quantity +
         (decision.later_currency.empty() ? "" : " " + clean_text(decision.later_currency, 20));
}

}  // namespace

std::string what_became(const DecisionRecord& decision) {
  if (!decision.is_last_word) return "decided anew since";
  if (decision.later_run.empty()) return "stands";
  const std::string later = "run " + decision.later_run + ", " + decision.later_place + with_other_amount(decision);
  if (!decision.was_sent_again) {
    if (decision.latest == RowStatus::kNotSent) return "taken over by " + later + ", and not sent";
    return "taken over by " + later + (decision.is_latest_settled ? ", which was settled as " : ": ") +
           std::string(name_of(decision.latest));
  }
  if (decision.latest == RowStatus::kNotSent) return "sent again, and taken over since by " + later + ", and not sent";
  return "sent again by " + later + ": " + std::string(name_of(decision.latest));
}

void DecisionList::add(const DecisionRecord& decision) {
  ++count_;
  std::vector<DecisionRecord>& list = decision.was_sent_again ? risky_ : others_;
  if (list.size() < kMaxListed) list.push_back(decision);
  if (!decision.was_sent_again) return;
  count_row(sent_again_, RowStatus::kNotSubmitted, decision.currency, amount_or_zero(decision.quantity));
}

std::vector<DecisionRecord> DecisionList::first() const {
  std::vector<DecisionRecord> list = risky_;
  const std::size_t room = kMaxListed - list.size();
  list.insert(list.end(), others_.begin(),
              others_.begin() + static_cast<std::ptrdiff_t>(std::min(room, others_.size())));
  return list;
}

std::string sent_again_text(const DecisionList& decisions) {
  const std::uint64_t rows = rows_of(decisions.sent_again());
  return rows == 0 ? "" : count_of(rows, "charge", "charges") + ", " + sums_text(decisions.sent_again());
}

}  // namespace usage

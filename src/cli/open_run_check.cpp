#include "open_run_check.h"

#include <set>

#include "usage/base/decimal.h"
#include "usage/base/readable.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

std::string item_key(std::string_view installation, std::string_view billing_sid) {
  return sid_key(installation) + " " + sid_key(billing_sid);
}

std::string why_not_yet(const RowRecord& row, const RowContent& unsent) {
  return "line " + std::to_string(row.place.line) + " of the run was settled as not billed before, and run " +
         unsent.run + ", which is open and was planned meanwhile, has " + clean_text(unsent.quantity, 40) + " for " +
         clean_text(unsent.billing_sid, 60) + " of " + clean_text(unsent.installation, 60) +
         (unsent.reference.empty() ? "" : " with the reference " + clean_text(unsent.reference, 60)) +
         " still to send, which may be the same line: end that run first, with abandon " + unsent.run +
         " or, where it is another line, with resume " + unsent.run;
}

}  // namespace

bool is_same_item(const RowRecord& row, const RowContent& other) {
  return sid_key(row.installation) == sid_key(other.installation) &&
         sid_key(row.billing_sid) == sid_key(other.billing_sid);
}

bool is_same_amount(const RowRecord& row, const RowContent& other) {
  return readable(Quantity::parse(row.quantity)) == readable(Quantity::parse(other.quantity)) &&
         may_be_same(row.currency, other.currency);
}

void OpenRunCheck::is_submitted(const RowRecord& row, const std::string& where) {
  const bool is_said_again = row.status == RowStatus::kSubmitted || row.status == RowStatus::kDuplicate;
  if (is_said_again || ledger_.decided_before(row.id).empty()) return;
  if (!row.reference.empty()) by_reference_.emplace(row.reference, late_.size());
  by_item_.emplace(item_key(row.installation, row.billing_sid), late_.size());
  late_.push_back({row, where});
}

// By its reference, on the same item or with the same amount; or, in the same period, on the same item, where not both
// have a reference to tell them apart.
std::vector<std::size_t> OpenRunCheck::like(const RowContent& unsent) const {
  std::vector<std::size_t> found;
  const auto [first, last] = by_reference_.equal_range(unsent.reference);
  for (auto known = first; known != last; ++known) {
    const RowRecord& row = late_[known->second].row;
    if (is_same_item(row, unsent) || is_same_amount(row, unsent)) found.push_back(known->second);
  }
  if (!ascii_equal_ignoring_case(unsent.period, run_.scope.period)) return found;
  const auto [begin, end] = by_item_.equal_range(item_key(unsent.installation, unsent.billing_sid));
  for (auto known = begin; known != end; ++known)
    if (may_be_same(late_[known->second].row.reference, unsent.reference)) found.push_back(known->second);
  return found;
}

std::vector<std::string> OpenRunCheck::problems() const {
  std::vector<std::string> problems;
  if (late_.empty()) return problems;
  std::set<std::size_t> told;
  ledger_.each_unsent(run_.scope, [&](const RowContent& unsent) {
    if (unsent.run == run_.name) return;
    for (const std::size_t i : like(unsent))
      if (told.insert(i).second) problems.push_back(late_[i].where + ": " + why_not_yet(late_[i].row, unsent));
  });
  return problems;
}

}  // namespace usage

// What people decided about a period's charges in doubt, as its report and `show --period` tell it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "usage/ledger/records.h"

namespace usage {

// "sent again by run 2026-10-3, line 7: submitted", "stands": what became of the charge since.
std::string what_became(const DecisionRecord& decision);

// Every decision is counted, the first ones are kept; of charges that were sent again first, as a wrong decision has
// billed those twice.
class DecisionList {
 public:
  void add(const DecisionRecord& decision);
  std::uint64_t count() const { return count_; }
  std::vector<DecisionRecord> first() const;  // at most 50
  // What was decided not to be billed, and was sent again: as it was then, by currency.
  const std::vector<Total>& sent_again() const { return sent_again_; }

 private:
  std::vector<DecisionRecord> risky_;
  std::vector<DecisionRecord> others_;
  std::vector<Total> sent_again_;
  std::uint64_t count_ = 0;
};

// "2 charges, 12.50 EUR"; empty where there are none.
std::string sent_again_text(const DecisionList& decisions);

}  // namespace usage

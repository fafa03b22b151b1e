// What open runs have still to send, held against a charge of which it is known only now that it was billed.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "usage/ledger/ledger.h"

namespace usage {

bool is_same_item(const RowRecord& row, const RowContent& other);
bool is_same_amount(const RowRecord& row, const RowContent& other);

// A run that was planned while such a charge was settled as not billed did not have to ask about its line: it may send
// that once more, also edited. (What is in doubt is asked about like what is billed.)
class OpenRunCheck {
 public:
  OpenRunCheck(const Ledger& ledger, const RunInfo& run) : ledger_(ledger), run_(run) {}

  // The row of the run is to be settled as submitted. `where`: "--row R-..", "line 7".
  void is_submitted(const RowRecord& row, const std::string& where);
  // Why that cannot be recorded yet, at most one a row.
  std::vector<std::string> problems() const;

 private:
  struct Late {
    RowRecord row;
    std::string where;
  };
  std::vector<std::size_t> like(const RowContent& unsent) const;

  const Ledger& ledger_;
  const RunInfo& run_;
  std::vector<Late> late_;
  std::unordered_multimap<std::string, std::size_t> by_reference_;
  std::unordered_multimap<std::string, std::size_t> by_item_;
};

}  // namespace usage

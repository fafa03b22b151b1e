#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "usage/marketplace/usage_api.h"
#include "usage/model/warning.h"

namespace usage {

struct MatchedReply {
  std::vector<bool> submitted;  // one an item, in the items' order
  std::vector<Warning> warnings;
};

// Finds our items in the reply, comparing SIDs (sid_key) and quantities as exact decimals in whatever form they stand:
// by position; else as a multiset of (SID, quantity), where equal pairs are interchangeable and take their flags in
// order; else by position with quantities within half a cent of ours, with the warning "endpoint-rounded", unless the
// quantities show that the order was changed as well. total_submitted, where present, is held against the exact sum of
// what was submitted: within half a cent a submitted item plus 1e-9 of the sum (servers add in doubles). Else the text,
// one line with parts of the reply cleaned, says what does not fit.
std::variant<MatchedReply, std::string> match_reply(std::span<const BillableItem> items, const UsageReply& reply);

}  // namespace usage

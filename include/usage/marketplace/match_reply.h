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

// Finds our items in the reply: by position, comparing SIDs (sid_key) and quantities as decimals; else as a multiset of
// (SID, quantity), where equal pairs are interchangeable. A quantity within half a cent of ours at the same position is
// ours, with the warning "endpoint-rounded". total_submitted, where present, is held against the exact sum of what was
// submitted: within half a cent an item plus 1e-9 of the sum (servers add in doubles). Else the text says what does not
// fit.
std::variant<MatchedReply, std::string> match_reply(std::span<const BillableItem> items, const UsageReply& reply);

}  // namespace usage

// Two charges that may be one, sent by one upload: what failed under one amount or SID, and what a later export made of
// it under another, which failed too. Sent one after the other, the second would be asked about.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "usage/plan/meeting.h"

namespace usage {

class TogetherCheck {
 public:
  // The row would be sent in the charge's place, to this installation and item (each a sid_key).
  struct Taker {
    std::uint32_t row = 0;
    std::string installation_key;
    std::string billing_key;
    std::vector<std::string> references;  // the row's, and all that rows had which stood for the charge
    KnownCharge taken;
  };
  void takes(Taker taker) { takers_.push_back(std::move(taker)); }

  // Rows that take the place of a charge beside a row that takes that of a charge made later, in a run in which the
  // first did not stand, on an item on which both stand, stood or go, or with a reference that both have.
  std::vector<AdditionalRow> find(const LedgerView& ledger) const;

 private:
  std::vector<Taker> takers_;
};

}  // namespace usage

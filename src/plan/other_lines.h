// What is known to be another line of an export than a row which corrects an invalid one.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "usage/plan/meeting.h"

namespace usage {

// The file of a run in which a row was invalid; {} of a row that corrects none.
using Origin = std::pair<RunId, std::uint16_t>;

// Rows of one file are lines of their own: each charge that another row of it stood for, or met.
class OtherLines {
 public:
  explicit OtherLines(const LedgerView& ledger) : ledger_(ledger) {}  // which outlives this
  bool contains(const Origin& file, RowId charge) const;

  // The others: those that a row of that origin may be.
  template <class Charges, class IdOf>
  Charges without(const Origin& file, Charges charges, const IdOf& id_of) const {
    if (file != Origin{}) std::erase_if(charges, [&](const auto& charge) { return contains(file, id_of(charge)); });
    return charges;
  }

 private:
  const LedgerView& ledger_;
  mutable std::map<Origin, std::vector<RowId>> charges_;  // sorted; of files that were asked about
};

}  // namespace usage

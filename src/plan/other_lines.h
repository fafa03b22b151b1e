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

// Rows of one file are lines of their own.
class OtherLines {
 public:
  explicit OtherLines(const LedgerView& ledger) : ledger_(ledger) {}  // which outlives this

  // Whether another row of that file made the charge or took its place, or was invalid and may yet make it, or did: as
  // two rows of one upload they are no question.
  bool is_other(const Origin& file, RowId charge) const;
  // Or only met it: it is that row's, though the export has more such lines now than the period has charges.
  bool is_taken(const Origin& file, RowId charge) const;

 private:
  const std::vector<LineOfFile>& lines_of(const Origin& file) const;

  const LedgerView& ledger_;
  mutable std::map<Origin, std::vector<LineOfFile>> lines_;  // sorted; of files that were asked about
};

}  // namespace usage

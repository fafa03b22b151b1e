#pragma once

#include <vector>

#include "usage/reconcile/run_summary.h"

namespace usage {

// What state the run is in that the row belongs to.
SummaryState state_of_row(const RunSummary& summary, const RowRecord& row);

// What a pass over the rows counts, apart from the summary until it is known that the pass counts.
class RowCount {
 public:
  explicit RowCount(const RunSummary& summary) : summary_(summary), in_doubt_(summary.origins.size()) {}
  void add(const RowRecord& row);
  void complete(RunSummary& summary);  // once

 private:
  const RunSummary& summary_;
  Totals totals_;
  std::uint64_t waiting_rows_ = 0;
  std::vector<bool> in_doubt_;  // beside `origins`
};

// From summary.totals: differences, exit status, next steps.
void complete_summary(RunSummary& summary);

}  // namespace usage

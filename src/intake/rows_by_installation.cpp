#include "rows_by_installation.h"

#include <numeric>

namespace usage {

// A counting sort: two passes over the rows, whatever their order.
RowsByInstallation::RowsByInstallation(const UsageInput& input)
    : begins_(input.installations.size() + 1), rows_(input.rows.size()) {
  for (const UsageRow& row : input.rows) ++begins_[row.installation + 1];
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
  std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    rows_[next[input.rows[i].installation]++] = static_cast<std::uint32_t>(i);
  }
}

}  // namespace usage

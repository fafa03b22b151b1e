#include "usage/batch/batcher.h"

#include <algorithm>

namespace usage {

std::vector<InstallationUsage> group_by_installation(const std::vector<UsageRow>& rows) {
  std::vector<InstallationUsage> groups;
  std::vector<std::uint32_t> group_of;  // by installation; kNoText where it has none yet
  std::vector<std::uint32_t> sizes;     // beside groups
  for (const UsageRow& row : rows) {
    if (row.installation >= group_of.size()) group_of.resize(row.installation + 1, kNoText);
    std::uint32_t& group = group_of[row.installation];
    if (group == kNoText) {
      group = static_cast<std::uint32_t>(groups.size());
      groups.push_back({row.installation, {}});
      sizes.push_back(0);
    }
    ++sizes[group];
  }
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i].rows.reserve(sizes[i]);
  for (std::uint32_t i = 0; i < rows.size(); ++i) groups[group_of[rows[i].installation]].rows.push_back(i);
  return groups;
}

std::vector<RequestRows> batch(const std::vector<InstallationUsage>& groups, std::size_t max_items) {
  std::vector<RequestRows> requests;
  requests.reserve(groups.size());
  for (const InstallationUsage& group : groups) {
    const std::size_t size = max_items == 0 ? std::max<std::size_t>(group.rows.size(), 1) : max_items;
    for (std::size_t first = 0; first < group.rows.size(); first += size) {
      const auto begin = group.rows.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end = begin + static_cast<std::ptrdiff_t>(std::min(size, group.rows.size() - first));
      requests.push_back({group.installation, {begin, end}});
    }
  }
  return requests;
}

}  // namespace usage

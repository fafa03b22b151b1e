#include "usage/batch/batcher.h"

#include <algorithm>

namespace usage {

std::vector<InstallationUsage> group_by_installation(const std::vector<UsageRow>& rows) {
  std::vector<InstallationUsage> groups;
  std::vector<std::uint32_t> group_of;  // by installation; kNoText where it has none yet
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t installation = rows[i].installation;
    if (installation >= group_of.size()) group_of.resize(installation + 1, kNoText);
    if (group_of[installation] == kNoText) {
      group_of[installation] = static_cast<std::uint32_t>(groups.size());
      groups.push_back({installation, {}});
    }
    groups[group_of[installation]].rows.push_back(i);
  }
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

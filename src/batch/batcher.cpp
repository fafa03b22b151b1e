#include "usage/batch/batcher.h"

#include <algorithm>
#include <utility>

#include "usage/base/huge_pages.h"

namespace usage {

// A counting sort: two passes over the rows, whatever their order.
RowGroups group_by_installation(const std::vector<UsageRow>& rows) {
  RowGroups groups;
  std::vector<std::uint32_t> group_of;  // by installation; kNoText where it has none yet
  std::vector<std::uint32_t> next;      // of each group: its size, then where its next row goes
  for (const UsageRow& row : rows) {
    if (row.installation >= group_of.size()) group_of.resize(row.installation + std::size_t{1}, kNoText);
    std::uint32_t& group = group_of[row.installation];
    if (group == kNoText) {
      group = static_cast<std::uint32_t>(groups.groups_.size());
      groups.groups_.push_back({row.installation, 0});
      next.push_back(0);
    }
    ++next[group];
  }
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < next.size(); ++i) {
    groups.groups_[i].end = begin + next[i];
    next[i] = begin;
    begin = groups.groups_[i].end;
  }
  reserve_in_huge_pages(groups.rows_, rows.size());
  groups.rows_.resize(rows.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i) groups.rows_[next[group_of[rows[i].installation]]++] = i;
  return groups;
}

void RowGroups::erase_rows_if(const std::function<bool(std::uint32_t)>& holds) {
  std::uint32_t from = 0;
  std::uint32_t kept = 0;
  for (Group& group : groups_) {
    for (; from < group.end; ++from)
      if (!holds(rows_[from])) rows_[kept++] = rows_[from];
    group.end = kept;
  }
  rows_.resize(kept);
  std::uint32_t before = 0;
  std::erase_if(groups_, [&](const Group& group) { return std::exchange(before, group.end) == group.end; });
}

RowGroups batch(RowGroups groups, std::size_t max_items) {
  if (max_items == 0) return groups;
  std::vector<RowGroups::Group> requests;
  std::size_t begin = 0;
  for (const RowGroups::Group& group : groups.groups_) {
    for (; begin < group.end; begin = requests.back().end) {
      const std::size_t end = begin + std::min(group.end - begin, max_items);
      requests.push_back({group.installation, static_cast<std::uint32_t>(end)});
    }
  }
  groups.groups_ = std::move(requests);
  return groups;
}

}  // namespace usage

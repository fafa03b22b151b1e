#include "row_filters.h"

#include <algorithm>

#include "usage/base/list_text.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kSeenValues = 5;

bool is_near(std::string_view cell, std::string_view value) {
  return ascii_equal_ignoring_case(trim_unseen(cell), trim_unseen(value));
}

}  // namespace

RowFilters::RowFilters(const std::vector<RowFilter>& filters) {
  for (const RowFilter& filter : filters) filters_.push_back({filter});
}

void RowFilters::begin_file(std::span<const std::size_t> columns) {
  present_.clear();
  columns_.assign(columns.begin(), columns.end());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (std::ranges::find(columns.first(i), columns[i]) != columns.first(i).end()) continue;
    std::vector<std::size_t> filters;
    for (std::size_t other = i; other < columns.size(); ++other)
      if (columns[other] == columns[i]) filters.push_back(other);
    present_.push_back(group_of(std::move(filters)));
  }
}

// A file with the columns of an earlier one goes on with its groups.
std::size_t RowFilters::group_of(std::vector<std::size_t> filters) {
  const auto known = std::ranges::find(groups_, filters, &Group::filters);
  if (known != groups_.end()) return static_cast<std::size_t>(known - groups_.begin());
  std::string reason;
  for (const std::size_t index : filters) {
    const RowFilter& filter = filters_[index].filter;
    const bool equals = filter.test == RowFilter::Test::kEquals;
    reason += reason.empty() ? std::string(kByWhere) : equals ? " or " : " and ";
    reason += clean_text(filter.column, 60) + (equals ? "=" : "!=") + clean_text(filter.value, 60);
  }
  groups_.push_back({std::move(filters), std::move(reason), {}});
  return groups_.size() - 1;
}

bool RowFilters::passes(Group& group, std::string_view cell) {
  bool any_same = false;
  bool any_wanted = false;
  bool is_wanted = false;
  bool is_unwanted = false;
  for (const std::size_t index : group.filters) {
    Filter& filter = filters_[index];
    const bool same = filter.filter.value == cell;
    const bool equals = filter.filter.test == RowFilter::Test::kEquals;
    filter.met = filter.met || same;
    any_same = any_same || same;
    any_wanted = any_wanted || equals;
    is_wanted = is_wanted || (equals && same);
    is_unwanted = is_unwanted || (!equals && same);
  }
  if (!any_same) note_near(group, cell);
  const bool passes = !is_unwanted && (!any_wanted || is_wanted);
  if (passes) {
    for (const std::size_t index : group.filters) filters_[index].any_passed = true;
  } else if (group.seen.size() < kSeenValues && std::ranges::find(group.seen, cell) == group.seen.end()) {
    group.seen.emplace_back(cell);
  }
  return passes;
}

void RowFilters::note_near(const Group& group, std::string_view cell) {
  for (const std::size_t index : group.filters) {
    Filter& filter = filters_[index];
    if (!is_near(cell, filter.filter.value)) continue;
    if (++filter.near == 1) filter.first_near = cell;
  }
}

std::optional<std::string_view> RowFilters::reason_to_leave_out(std::span<const std::string_view> cells) {
  any_row_ = true;
  std::optional<std::string_view> reason;
  for (const std::size_t index : present_) {  // all of them, for what each has met
    Group& group = groups_[index];
    if (!passes(group, cells[group.filters.front()]) && !reason) reason = group.reason;
  }
  return reason;
}

std::optional<std::string_view> RowFilters::reason_to_leave_out_short(std::size_t columns) {
  for (const std::size_t group : present_) {
    const auto keeps_filled = [this](std::size_t index) {
      const RowFilter& filter = filters_[index].filter;
      return filter.test == RowFilter::Test::kDiffers && filter.value.empty();
    };
    const auto& filters = groups_[group].filters;
    if (columns_[filters.front()] >= columns && std::ranges::any_of(filters, keeps_filled))
      return groups_[group].reason;
  }
  return std::nullopt;
}

const RowFilters::Group& RowFilters::first_group_with(std::size_t filter) const {
  return *std::ranges::find_if(groups_, [filter](const Group& group) {
    return std::ranges::find(group.filters, filter) != group.filters.end();
  });
}

std::string RowFilters::seen_text(const Group& group) {
  const std::string text =
      list_text(group.seen, ", ", [](const std::string& value) { return "\"" + clean_text(value, 40) + "\""; });
  return text.empty() ? "" : "; the column has " + text + (group.seen.size() == kSeenValues ? ", ..." : "");
}

std::vector<Warning> RowFilters::warnings() const {
  std::vector<Warning> warnings;
  if (!any_row_) return warnings;
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    const auto& [filter, met, any_passed, near, first_near] = filters_[i];
    const std::string column = clean_text(filter.column, 60);
    const std::string value = clean_text(filter.value, 60);
    if (near > 0)
      warnings.push_back(
          {"where-near", count_of(near, "row has", "rows have") + " in column " + column + " what differs from \"" +
                             value + "\" by letter case or blanks only, and is another value to --where (first \"" +
                             clean_text(first_near, 60) + "\")"});
    if (met) continue;
    if (filter.test == RowFilter::Test::kEquals) {
      warnings.push_back(
          {"where-unmatched", "no row has \"" + value + "\" in column " + column + seen_text(first_group_with(i))});
    } else if (!filter.value.empty()) {
      warnings.push_back({"where-unmatched", "no row was left out by " + column + "!=" + value});
    }
  }
  return warnings;
}

std::string RowFilters::hopeless() const {
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    const Filter& filter = filters_[i];
    if (!any_row_ || filter.any_passed || filter.filter.test != RowFilter::Test::kEquals) continue;
    const Group& group = first_group_with(i);
    return group.reason + seen_text(group);
  }
  return "";
}

}  // namespace usage

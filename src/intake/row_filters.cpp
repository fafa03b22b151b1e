#include "row_filters.h"

#include <algorithm>

#include "header_names.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kSeenValues = 5;

}  // namespace

RowFilters::RowFilters(const std::vector<RowFilter>& filters) {
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const RowFilter& filter = filters[i];
    auto column = std::ranges::find_if(columns_, [&](const Column& c) { return same_name(c.name, filter.column); });
    if (column == columns_.end()) {
      columns_.push_back({filter.column, i, {}, {}, "by --where ", {}, false});
      column = columns_.end() - 1;
    }
    const bool equals = filter.test == RowFilter::Test::kEquals;
    const bool first = column->equal.empty() && column->different.empty();
    if (!first) column->reason += equals ? " or " : " and ";
    column->reason += clean_text(filter.column, 60) + (equals ? "=" : "!=") + clean_text(filter.value, 60);
    (equals ? column->equal : column->different).push_back({filter.value});
  }
}

bool RowFilters::passes(Column& column, std::string_view cell) {
  const auto same = [cell](const Condition& condition) { return condition.value == cell; };
  const auto unwanted = std::ranges::find_if(column.different, same);
  if (unwanted != column.different.end()) unwanted->met = true;
  const auto wanted = std::ranges::find_if(column.equal, same);
  if (wanted != column.equal.end()) wanted->met = true;
  const bool passes = unwanted == column.different.end() && (column.equal.empty() || wanted != column.equal.end());
  column.any_passed = column.any_passed || passes;
  const bool is_new =
      !passes && column.seen.size() < kSeenValues && std::ranges::find(column.seen, cell) == column.seen.end();
  if (is_new) column.seen.emplace_back(cell);
  return passes;
}

std::optional<std::string_view> RowFilters::reason_to_leave_out(std::span<const std::string_view> cells) {
  any_row_ = true;
  std::optional<std::string_view> reason;
  for (Column& column : columns_)  // all of them, for what each has met
    if (!passes(column, cells[column.cell]) && !reason) reason = column.reason;
  return reason;
}

std::string RowFilters::seen_text(const Column& column) {
  std::string text;
  for (const std::string& value : column.seen)
    text += (text.empty() ? "" : ", ") + ("\"" + clean_text(value, 40) + "\"");
  return text.empty() ? "" : "; the column has " + text + (column.seen.size() == kSeenValues ? ", ..." : "");
}

std::vector<Warning> RowFilters::warnings() const {
  std::vector<Warning> warnings;
  if (!any_row_) return warnings;
  for (const Column& column : columns_) {
    for (const Condition& condition : column.equal)
      if (!condition.met)
        warnings.push_back({"where-unmatched", "no row has \"" + clean_text(condition.value, 60) + "\" in column " +
                                                   clean_text(column.name, 60) + seen_text(column)});
    for (const Condition& condition : column.different)
      if (!condition.met && !condition.value.empty())
        warnings.push_back({"where-unmatched", "no row was left out by " + clean_text(column.name, 60) +
                                                   "!=" + clean_text(condition.value, 60)});
  }
  return warnings;
}

std::string RowFilters::hopeless() const {
  for (const Column& column : columns_) {
    if (any_row_ && !column.equal.empty() && !column.any_passed) return column.reason + seen_text(column);
  }
  return "";
}

}  // namespace usage

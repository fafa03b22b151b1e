#include "files_check.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "usage/base/text.h"
#include "usage/intake/row_name.h"

namespace usage {
namespace {

// Rows that are alike to others in the same way: the first of them, and the last that is no charge of its own.
struct Kind {
  std::uint32_t first = kNoText;
  std::uint32_t last_known = kNoText;
};

// Calls visit(rows) for each group of several rows with one key, each in input order.
template <class KeyOf, class Visit>
void each_group(std::vector<std::uint32_t> rows, const KeyOf& key_of, const Visit& visit) {
  std::ranges::stable_sort(rows, {}, key_of);
  for (auto begin = rows.begin(); begin != rows.end();) {
    const auto end = std::find_if(begin, rows.end(), [&](std::uint32_t row) { return key_of(row) != key_of(*begin); });
    if (end - begin > 1) visit(std::span<const std::uint32_t>(begin, end));
    begin = end;
  }
}

}  // namespace

void FilesCheck::is_new(std::uint32_t row) {
  if (input_.files.size() < 2) return;
  is_new_.resize(input_.rows.size());
  is_new_[row] = true;
}

std::vector<AdditionalRow> FilesCheck::find() const {
  std::vector<AdditionalRow> found;
  if (is_new_.empty()) return found;
  std::vector<std::uint32_t> all;
  std::vector<std::uint32_t> with_reference;
  for (std::uint32_t i = 0; i < input_.rows.size(); ++i) {
    all.push_back(i);
    if (input_.rows[i].reference != kNoText) with_reference.push_back(i);
  }
  const auto row = [this](std::uint32_t i) -> const UsageRow& { return input_.rows[i]; };
  each_group(
      std::move(all),
      [&](std::uint32_t i) { return std::tuple(row(i).installation, row(i).billing_sid, row(i).quantity.key()); },
      [&](Rows rows) { find_within(rows, false, found); });
  each_group(
      with_reference, [&](std::uint32_t i) { return std::pair(row(i).reference, row(i).quantity.key()); },
      [&](Rows rows) { find_within(rows, true, found); });
  return found;
}

bool FilesCheck::may_be_one(const UsageRow& a, const UsageRow& b) const {
  return (a.reference == kNoText || b.reference == kNoText) &&
         may_be_same(input_.currencies[a.currency], input_.currencies[b.currency]);
}

// Rows of one kind (with or without a reference, in one currency) are alike to a row or are not, all of them.
void FilesCheck::find_within(Rows alike, bool by_reference, std::vector<AdditionalRow>& found) const {
  std::map<std::pair<bool, std::uint16_t>, Kind> kinds;
  for (const std::uint32_t i : alike) {
    const UsageRow& row = input_.rows[i];
    Kind& kind = kinds[{row.reference != kNoText, row.currency}];
    if (kind.first == kNoText) kind.first = i;
    if (!is_new_[i]) kind.last_known = i;
  }
  for (const std::uint32_t i : alike) {
    if (!is_new_[i]) continue;
    const UsageRow& row = input_.rows[i];
    for (const auto& [key, kind] : kinds) {
      if (!by_reference && !may_be_one(row, input_.rows[kind.first])) continue;
      const bool is_earlier = input_.rows[kind.first].file < row.file;
      const bool is_known_later = kind.last_known != kNoText && input_.rows[kind.last_known].file > row.file;
      if (is_earlier || is_known_later) {
        found.push_back(beside(i, is_earlier ? kind.first : kind.last_known));
        break;
      }
    }
  }
}

AdditionalRow FilesCheck::beside(std::uint32_t row, std::uint32_t other) const {
  const UsageRow& usage = input_.rows[other];
  return {row, money_text(usage.quantity, input_.currencies[usage.currency]) + " at " + row_name(input_, usage) +
                   ", of this upload"};
}

}  // namespace usage

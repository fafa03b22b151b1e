#include "files_check.h"

#include <algorithm>
#include <tuple>

#include "usage/base/text.h"
#include "usage/intake/row_name.h"

namespace usage {
namespace {

// The first row of those looked at, in input order; none yet.
constexpr std::uint32_t kNoRow = kNoText;

}  // namespace

void FilesCheck::is_new(std::uint32_t row) {
  if (input_.files.size() > 1) new_rows_.push_back(row);
}

std::vector<AdditionalRow> FilesCheck::find() const {
  std::vector<AdditionalRow> found;
  if (new_rows_.empty()) return found;
  find_equal(found);
  find_same_reference(found);
  return found;
}

AdditionalRow FilesCheck::beside(std::uint32_t row, std::uint32_t earlier) const {
  const UsageRow& other = input_.rows[earlier];
  return {row, money_text(other.quantity, input_.currencies[other.currency]) + " at " + row_name(input_, other) +
                   ", of this upload"};
}

void FilesCheck::find_equal(std::vector<AdditionalRow>& found) const {
  const auto content = [&](std::uint32_t i) {
    const UsageRow& row = input_.rows[i];
    return std::tuple(row.installation, row.billing_sid, row.quantity.key(), row.currency);
  };
  std::vector<std::uint32_t> rows(input_.rows.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  std::ranges::stable_sort(rows, {}, content);
  std::vector<bool> is_new(rows.size());
  for (const std::uint32_t row : new_rows_) is_new[row] = true;

  std::uint32_t first = kNoRow;
  std::uint32_t first_without_reference = kNoRow;
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const std::uint32_t i = rows[n];
    if (n == 0 || content(rows[n - 1]) != content(i)) first = first_without_reference = kNoRow;
    const bool has_reference = input_.rows[i].reference != kNoText;
    const std::uint32_t earlier = has_reference ? first_without_reference : first;
    if (is_new[i] && earlier != kNoRow && input_.rows[earlier].file < input_.rows[i].file)
      found.push_back(beside(i, earlier));
    if (first == kNoRow) first = i;
    if (first_without_reference == kNoRow && !has_reference) first_without_reference = i;
  }
}

void FilesCheck::find_same_reference(std::vector<AdditionalRow>& found) const {
  std::vector<std::uint32_t> first(input_.references.size(), kNoRow);
  for (std::uint32_t i = 0; i < input_.rows.size(); ++i) {
    const std::uint32_t reference = input_.rows[i].reference;
    if (reference != kNoText && first[reference] == kNoRow) first[reference] = i;
  }
  for (const std::uint32_t row : new_rows_) {
    const std::uint32_t reference = input_.rows[row].reference;
    if (reference == kNoText) continue;
    const std::uint32_t earlier = first[reference];
    if (input_.rows[earlier].file < input_.rows[row].file) found.push_back(beside(row, earlier));
  }
}

}  // namespace usage

#include "usage/intake/reject_rows.h"

#include <algorithm>
#include <utility>

namespace usage {
namespace {

InvalidRow invalid_row(const UsageInput& input, RejectedRow&& rejected) {
  const UsageRow& row = input.rows[rejected.row];
  InvalidRow invalid;
  invalid.place = row.place;
  invalid.file = row.file;
  invalid.currency = row.currency;
  invalid.installation = input.installations[row.installation];
  invalid.billing_sid = input.billing_sids[row.billing_sid];
  invalid.quantity = row.quantity.text();
  if (row.reference != kNoText) invalid.reference = input.references[row.reference];
  invalid.amount = row.quantity;
  invalid.installation_index = row.installation;
  if (!input.usage_rows.empty()) invalid.usage_row = input.usage_rows[rejected.row];
  invalid.charge = rejected.charge;
  invalid.problems.push_back(std::move(rejected.problem));
  return invalid;
}

// The rows that are left, and usage_rows beside them.
void erase_rows(UsageInput& input, const std::vector<RejectedRow>& sorted) {
  std::size_t kept = 0;
  auto next = sorted.begin();
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    if (next != sorted.end() && next->row == i) {
      ++next;
      continue;
    }
    input.rows[kept] = input.rows[i];
    if (!input.usage_rows.empty() && kept != i) input.usage_rows[kept] = std::move(input.usage_rows[i]);
    ++kept;
  }
  input.rows.erase(input.rows.begin() + static_cast<std::ptrdiff_t>(kept), input.rows.end());
  if (!input.usage_rows.empty()) input.usage_rows.resize(kept);
}

}  // namespace

void reject_rows(UsageInput& input, std::vector<RejectedRow> rejected) {
  if (rejected.empty()) return;
  std::sort(rejected.begin(), rejected.end(), [](const auto& a, const auto& b) { return a.row < b.row; });
  for (RejectedRow& row : rejected) input.invalid.push_back(invalid_row(input, std::move(row)));
  erase_rows(input, rejected);
  std::stable_sort(input.invalid.begin(), input.invalid.end(), [](const InvalidRow& a, const InvalidRow& b) {
    return std::pair(a.file, a.place.offset) < std::pair(b.file, b.place.offset);
  });
}

}  // namespace usage

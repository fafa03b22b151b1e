#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>

#include "comparison.h"
#include "row_name.h"
#include "rows_by_installation.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// A row to reject, and another one with the same reference.
struct Repetition {
  std::uint32_t row = 0;
  std::uint32_t other = 0;
};

// The repetitions among one installation's rows. Orders them by billing SID and reference.
void find_repetitions(const UsageInput& input, std::span<std::uint32_t> rows, std::vector<Repetition>& found) {
  const auto key = [&input](std::uint32_t i) { return std::pair(input.rows[i].billing_sid, input.rows[i].reference); };
  std::sort(rows.begin(), rows.end(),
            [&](std::uint32_t a, std::uint32_t b) { return std::pair(key(a), a) < std::pair(key(b), b); });
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (input.rows[rows[i]].reference == kNoText || key(rows[i]) != key(rows[i - 1])) continue;
    const bool first_pair = found.empty() || found.back().row != rows[i - 1];
    if (first_pair) found.push_back({rows[i - 1], rows[i]});
    found.push_back({rows[i], rows[i - 1]});
  }
}

InvalidRow rejected(const UsageInput& input, const Repetition& repetition) {
  const UsageRow& row = input.rows[repetition.row];
  const std::string& reference = input.references[row.reference];
  InvalidRow invalid;
  invalid.place = row.place;
  invalid.file = row.file;
  invalid.currency = row.currency;
  invalid.installation = input.installations[row.installation].sid;
  invalid.billing_sid = input.billing_sids[row.billing_sid];
  invalid.quantity = row.quantity.text();
  invalid.reference = reference;
  invalid.amount = row.quantity;
  invalid.installation_index = row.installation;
  invalid.problems.push_back(
      {row.file, row.place.line, "reference-repeated", input.files[row.file].mapping.reference,
       clean_text(reference, 100),
       "it also stands at " + row_name(input, input.rows[repetition.other]) +
           ", with the same billing SID of the same installation",
       "take one of the rows out, or map the invoice line's own number with --column reference=NAME"});
  return invalid;
}

// The rows that are left, and usage_rows beside them.
void erase_rows(UsageInput& input, const std::vector<Repetition>& sorted) {
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

void reject_repeated_references(UsageInput& input) {
  if (input.references.empty()) return;
  std::vector<Repetition> found;
  RowsByInstallation grouped(input);
  for (std::size_t i = 0; i < grouped.installations(); ++i) find_repetitions(input, grouped.rows_of(i), found);
  if (found.empty()) return;
  std::sort(found.begin(), found.end(), [](const Repetition& a, const Repetition& b) { return a.row < b.row; });
  for (const Repetition& repetition : found) input.invalid.push_back(rejected(input, repetition));
  erase_rows(input, found);
  std::sort(input.invalid.begin(), input.invalid.end(), [](const InvalidRow& a, const InvalidRow& b) {
    return std::pair(a.file, a.place.offset) < std::pair(b.file, b.place.offset);
  });
}

}  // namespace usage

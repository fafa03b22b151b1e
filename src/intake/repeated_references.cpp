#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>

#include "comparison.h"
#include "rows_by_installation.h"
#include "usage/base/text.h"
#include "usage/intake/reject_rows.h"
#include "usage/intake/row_name.h"

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

RejectedRow rejected(const UsageInput& input, const Repetition& repetition) {
  const UsageRow& row = input.rows[repetition.row];
  return {repetition.row,
          {row.file, row.place.line, "reference-repeated", input.files[row.file].mapping.reference,
           clean_text(input.references[row.reference], 100),
           "it also stands at " + row_name(input, input.rows[repetition.other]) +
               ", with the same billing SID of the same installation",
           "take one of the rows out, or map the invoice line's own number with --column reference=NAME"}};
}

}  // namespace

void reject_repeated_references(UsageInput& input) {
  if (input.references.empty()) return;
  std::vector<Repetition> found;
  RowsByInstallation grouped(input);
  for (std::size_t i = 0; i < grouped.installations(); ++i) find_repetitions(input, grouped.rows_of(i), found);
  std::vector<RejectedRow> rows;
  for (const Repetition& repetition : found) rows.push_back(rejected(input, repetition));
  reject_rows(input, std::move(rows));
}

}  // namespace usage

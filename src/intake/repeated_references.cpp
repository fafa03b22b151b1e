#include "repeated_references.h"

#include <optional>
#include <span>
#include <utility>

#include "repeated_rows.h"
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

// The rows have one reference, in input order.
void add_repetitions(std::span<const std::uint32_t> rows, std::vector<Repetition>& found) {
  found.push_back({rows[0], rows[1]});
  for (std::size_t i = 1; i < rows.size(); ++i) found.push_back({rows[i], rows[i - 1]});
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
  const auto reference = [](const UsageRow& row) {
    return row.reference == kNoText ? std::nullopt
                                    : std::optional(RowKey(installation_and_billing_sid(row), row.reference));
  };
  each_repeated_key(input.rows, reference,
                    [&](std::span<const std::uint32_t> equal) { add_repetitions(equal, found); });
  std::vector<RejectedRow> rows;
  for (const Repetition& repetition : found) rows.push_back(rejected(input, repetition));
  reject_rows(input, std::move(rows));
}

}  // namespace usage

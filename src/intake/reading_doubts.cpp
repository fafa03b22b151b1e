#include "reading_doubts.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "usage/base/text.h"
#include "usage/intake/row_name.h"

namespace usage {
namespace {

constexpr Int128 kOne = Int128{kPowersOfTen[kMaxDecimals]};

enum class PointLook : std::uint8_t { kNone, kMayGroup, kIsDecimalSign };

// 1.234 may be a thousand and more; 0.234, 1234.567 and 1.23 may not.
PointLook look_of(const Quantity& quantity) {
  if (quantity.decimals() == 0) return PointLook::kNone;
  const Int128 units = quantity.units();
  const bool may_group = quantity.decimals() == 3 && units >= kOne && units < 1000 * kOne;
  return may_group ? PointLook::kMayGroup : PointLook::kIsDecimalSign;
}

bool takes_point_for_granted(const UsageInput& input, std::uint16_t number) {
  if (number >= input.files.size()) return false;  // rows of no file
  const InputFile& file = input.files[number];
  return file.mapping.usage_row.empty() && file.decimal_sign == DecimalSign::kPoint &&
         file.grouping == DigitGrouping::kNone;
}

// The first row of the file whose point may group; nothing where another proves that it does not. Most files have one
// among the first rows.
std::optional<std::size_t> first_doubtful(const UsageInput& input, std::size_t begin, std::size_t end) {
  std::optional<std::size_t> first;
  for (std::size_t i = begin; i < end; ++i) {
    const PointLook look = look_of(input.rows[i].quantity);
    if (look == PointLook::kIsDecimalSign) return std::nullopt;
    if (look == PointLook::kMayGroup && !first) first = i;
  }
  return first;
}

// Rows one below the other, of one installation and currency.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

Stretch stretch_at(const UsageInput& input, std::size_t begin) {
  const UsageRow& first = input.rows[begin];
  std::size_t end = begin + 1;
  while (end < input.rows.size() && input.rows[end].installation == first.installation &&
         input.rows[end].file == first.file && input.rows[end].currency == first.currency)
    ++end;
  return {begin, end};
}

bool ends_with_sum(const UsageInput& input, const Stretch& stretch) {
  Amount sum;
  for (std::size_t i = stretch.begin; i + 1 < stretch.end; ++i) sum += input.rows[i].quantity;
  return sum == Amount(input.rows[stretch.end - 1].quantity);
}

}  // namespace

std::vector<Warning> warn_of_decimal_signs(const UsageInput& input) {
  std::vector<Warning> warnings;
  std::size_t begin = 0;
  while (begin < input.rows.size()) {  // the rows lie file by file
    const std::uint16_t file = input.rows[begin].file;
    const auto next = std::partition_point(input.rows.begin() + static_cast<std::ptrdiff_t>(begin), input.rows.end(),
                                           [file](const UsageRow& row) { return row.file == file; });
    const auto end = static_cast<std::size_t>(next - input.rows.begin());
    const auto first = takes_point_for_granted(input, file) ? first_doubtful(input, begin, end) : std::nullopt;
    if (first)
      warnings.push_back({"decimal-sign-doubtful",
                          "every amount with a point has three digits behind it, first " +
                              input.rows[*first].quantity.text() + " (" + row_name(input, input.rows[*first]) +
                              "), which is read as less than 1000: where the point groups thousands, give "
                              "--decimal-comma --grouping point"});
    begin = end;
  }
  return warnings;
}

std::vector<Warning> warn_of_subtotals(const UsageInput& input) {
  constexpr std::size_t kRowsWithTotal = 3;
  std::size_t long_enough = 0;
  std::size_t sums = 0;
  std::size_t first = 0;
  for (std::size_t begin = 0; begin < input.rows.size();) {
    const Stretch stretch = stretch_at(input, begin);
    begin = stretch.end;
    if (stretch.size() < kRowsWithTotal) continue;
    ++long_enough;
    if (!ends_with_sum(input, stretch)) continue;
    if (++sums == 1) first = stretch.end - 1;
  }
  if (sums == 0 || 2 * sums < long_enough) return {};
  return {
      {"subtotal-rows", count_of(sums, "row is", "rows are") +
                            " the sum of the rows of the same installation right above, as a subtotal or total is (" +
                            (sums == 1 ? "" : "first ") + row_name(input, input.rows[first]) +
                            "); each is billed: where they are none, leave them out (--where COLUMN!=TEXT; a last "
                            "total line: --total-row)"}};
}

}  // namespace usage

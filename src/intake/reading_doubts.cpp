#include "reading_doubts.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "usage/base/text.h"
#include "usage/intake/row_name.h"

namespace usage {
namespace {

constexpr Int128 kOne = Int128{kPowersOfTen[kMaxDecimals]};

enum class SignLook : std::uint8_t { kNone, kMayGroup, kIsDecimalSign };

// 1.234 may be a thousand and more; 0.234, 1234.567 and 1.23 may not.
SignLook look_of(const Quantity& quantity) {
  if (quantity.decimals() == 0) return SignLook::kNone;
  const Int128 units = quantity.units();
  const bool may_group = quantity.decimals() == 3 && units >= kOne && units < 1000 * kOne;
  return may_group ? SignLook::kMayGroup : SignLook::kIsDecimalSign;
}

// The decimal sign of a file that nobody said to have grouped digits; nothing where the file is ours.
std::optional<DecimalSign> sign_taken_for_granted(const UsageInput& input, std::uint16_t number) {
  if (number >= input.files.size()) return std::nullopt;  // rows of no file
  const InputFile& file = input.files[number];
  if (!file.mapping.usage_row.empty() || file.grouping != DigitGrouping::kNone) return std::nullopt;
  return file.decimal_sign;
}

// The first row of the file whose decimal sign may group; nothing where another proves that it does not. Most files
// have one among the first rows.
std::optional<std::size_t> first_doubtful(const UsageInput& input, std::size_t begin, std::size_t end) {
  std::optional<std::size_t> first;
  for (std::size_t i = begin; i < end; ++i) {
    const SignLook look = look_of(input.rows[i].quantity);
    if (look == SignLook::kIsDecimalSign) return std::nullopt;
    if (look == SignLook::kMayGroup && !first) first = i;
  }
  return first;
}

Warning sign_warning(const UsageInput& input, const UsageRow& first, DecimalSign sign) {
  const bool is_comma = sign == DecimalSign::kComma;
  const std::string name = is_comma ? "comma" : "point";
  std::string amount = first.quantity.text();
  if (is_comma) std::ranges::replace(amount, '.', ',');
  return {"decimal-sign-doubtful",
          "every amount with a " + name + " has three digits behind it, first " + amount + " (" +
              row_name(input, first) + "), which is read as less than 1000: where the " + name +
              " groups thousands, give " +
              (is_comma ? "--grouping comma without --decimal-comma" : "--decimal-comma --grouping point")};
}

// The rows lie file by file.
std::size_t end_of_file_at(const UsageInput& input, std::size_t begin) {
  const std::uint16_t file = input.rows[begin].file;
  const auto next = std::partition_point(input.rows.begin() + static_cast<std::ptrdiff_t>(begin), input.rows.end(),
                                         [file](const UsageRow& row) { return row.file == file; });
  return static_cast<std::size_t>(next - input.rows.begin());
}

// A total's currency may be left blank.
bool may_be_same(std::uint16_t currency, std::uint16_t other) {
  return currency == other || currency == 0 || other == 0;
}

// Of rows of one installation and currency, one below the other.
std::size_t end_of_stretch_at(const UsageInput& input, std::size_t begin, std::size_t end_of_file) {
  std::uint16_t currency = input.rows[begin].currency;
  std::size_t end = begin + 1;
  for (; end < end_of_file; ++end) {
    const UsageRow& row = input.rows[end];
    if (row.installation != input.rows[begin].installation || !may_be_same(row.currency, currency)) break;
    if (currency == 0) currency = row.currency;
  }
  return end;
}

// Whether the row is the sum of so many others, or of more: of all in its currency. Few have to be added up to see
// that it is not.
bool is_sum_of_others(const UsageInput& input, std::size_t begin, std::size_t end, std::size_t row, std::size_t least) {
  const Amount amount(input.rows[row].quantity);
  Amount sum;
  std::size_t others = 0;
  for (std::size_t i = begin; i < end && sum <= amount; ++i) {
    if (i == row || !may_be_same(input.rows[i].currency, input.rows[row].currency)) continue;
    sum += input.rows[i].quantity;
    ++others;
  }
  return sum == amount && others >= least;
}

std::optional<std::size_t> sum_at_end_or_begin(const UsageInput& input, std::size_t begin, std::size_t end,
                                               std::size_t least) {
  for (const std::size_t row : {end - 1, begin})
    if (is_sum_of_others(input, begin, end, row, least)) return row;
  return std::nullopt;
}

struct Sums {
  std::size_t rows = 0;
  std::size_t first = 0;
  void note(std::size_t row) {
    if (++rows == 1) first = row;
  }
};

// "1 row is the sum of ... (line 4)"
std::string sums_text(const UsageInput& input, const Sums& sums, const std::string& of_what) {
  return count_of(sums.rows, "row is", "rows are") + " the sum of " + of_what + " is (" +
         (sums.rows == 1 ? "" : "first ") + row_name(input, input.rows[sums.first]) + "); ";
}

}  // namespace

std::vector<Warning> warn_of_decimal_signs(const UsageInput& input) {
  std::vector<Warning> warnings;
  std::size_t begin = 0;
  while (begin < input.rows.size()) {
    const std::uint16_t file = input.rows[begin].file;
    const std::size_t end = end_of_file_at(input, begin);
    const auto sign = sign_taken_for_granted(input, file);
    const auto first = sign ? first_doubtful(input, begin, end) : std::nullopt;
    if (first) warnings.push_back(sign_warning(input, input.rows[*first], *sign));
    begin = end;
  }
  return warnings;
}

std::vector<Warning> warn_of_subtotals(const UsageInput& input) {
  constexpr std::size_t kLeastInStretch = 2;  // two equal fees are no sum of each other
  constexpr std::size_t kLeastInFile = 3;
  std::size_t long_enough = 0;
  Sums subtotals;
  Sums totals;
  for (std::size_t begin = 0; begin < input.rows.size();) {
    const std::size_t end = end_of_file_at(input, begin);
    std::size_t stretches = 0;
    for (std::size_t at = begin; at < end; ++stretches) {
      const std::size_t from = std::exchange(at, end_of_stretch_at(input, at, end));
      if (at - from <= kLeastInStretch) continue;
      ++long_enough;
      if (const auto row = sum_at_end_or_begin(input, from, at, kLeastInStretch)) subtotals.note(*row);
    }
    const auto total = stretches > 1 ? sum_at_end_or_begin(input, begin, end, kLeastInFile) : std::nullopt;
    if (total) totals.note(*total);
    begin = end;
  }
  const std::string how = " (--where COLUMN!=TEXT; a last total line: --total-row)";
  std::vector<Warning> warnings;
  if (subtotals.rows > 0 && 2 * subtotals.rows >= long_enough)
    warnings.push_back(
        {"subtotal-rows",
         sums_text(input, subtotals, "the rows of the same installation right above or below, as a subtotal") +
             "each is billed: where they are none, leave them out" + how});
  if (totals.rows > 0)
    warnings.push_back({"subtotal-rows", sums_text(input, totals, "all others of its file, as a total") +
                                             "each is billed: where one is no charge, leave it out" + how});
  return warnings;
}

}  // namespace usage

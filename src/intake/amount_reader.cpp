#include "amount_reader.h"

#include <utility>

#include "cell_checks.h"

namespace usage {
namespace {

// What no quantity can reach is no amount: numbers of another kind, which would add up to more than any sum may hold.
std::optional<Amount> read_amount_of_row(std::string_view cell, AmountSigns signs) {
  constexpr Int128 kAboveAll = Int128{kPowersOfTen[kMaxSignificantDigits]} * Int128{kPowersOfTen[kMaxDecimals]};
  const std::optional<Amount> amount = read_any_amount(cell, signs.sign, signs.grouping);
  const bool is_within = amount && amount->units() < kAboveAll && amount->units() > -kAboveAll;
  return is_within ? amount : std::nullopt;
}

}  // namespace

void AmountReader::begin_file(const FieldColumns& columns) {
  columns_ = columns;
  signs_ = has(Field::kUsageRow) ? AmountSigns() : AmountSigns{options_.decimal_sign, options_.grouping};
}

void AmountReader::note_misshapen() {
  if (has(Field::kDecimalSign)) signs_.sign = DecimalSign::kComma;
  if (has(Field::kGrouping)) signs_.grouping = DigitGrouping::kSpace;
}

// A file of ours repeats the original cells and says in each row with which sign they were written; one that does not
// say has plain decimals.
std::optional<DecimalSign> AmountReader::read_decimal_sign(const FieldCells& cells, FieldTroubles& troubles) {
  if (!has(Field::kDecimalSign)) return signs_.sign;
  const std::string_view cell = cells[Field::kDecimalSign];
  auto trouble = check_characters(cell);
  if (!trouble) trouble = check_decimal_sign(cell);
  if (!trouble && cell != ",") return DecimalSign::kPoint;
  signs_.sign = DecimalSign::kComma;
  if (!trouble) return signs_.sign;
  troubles.push_back({Field::kDecimalSign, cell, std::move(*trouble)});
  return std::nullopt;
}

// Likewise.
std::optional<DigitGrouping> AmountReader::read_grouping(const FieldCells& cells, std::optional<DecimalSign> sign,
                                                         FieldTroubles& troubles) {
  if (!has(Field::kGrouping)) return signs_.grouping;
  const std::string_view cell = cells[Field::kGrouping];
  const auto grouping = grouping_called(cell, sign);
  if (!grouping) troubles.push_back({Field::kGrouping, cell, grouping_trouble()});
  if (grouping != DigitGrouping::kNone) signs_.grouping = grouping.value_or(DigitGrouping::kSpace);
  return grouping;
}

std::variant<Quantity, CellTrouble> AmountReader::read_amount(const FieldCells& cells, AmountSigns signs) const {
  const std::string_view cell = cells[Field::kQuantity];
  if (has(Field::kAmountWas)) return read_own_amount(cell, cells[Field::kAmountWas], signs);
  auto parsed = Quantity::parse(cell, signs.sign, signs.grouping);
  if (auto* error = std::get_if<DecimalError>(&parsed)) return quantity_trouble(cell, std::move(*error));
  return std::get<Quantity>(parsed);
}

std::optional<Amount> AmountReader::any_amount(const FieldCells& cells) {
  FieldTroubles troubles;  // of a row that does not count: nobody need mend them
  const std::optional<DecimalSign> sign = read_decimal_sign(cells, troubles);
  const std::optional<DigitGrouping> grouping = read_grouping(cells, sign, troubles);
  if (!sign || !grouping) return std::nullopt;
  return read_amount_of_row(cells[Field::kQuantity], {*sign, *grouping});
}

AmountReading AmountReader::read(const FieldCells& cells, FieldTroubles& troubles) {
  AmountReading reading;
  const std::string_view cell = cells[Field::kQuantity];
  const auto add = [&](CellTrouble trouble) { troubles.push_back({Field::kQuantity, cell, std::move(trouble)}); };
  const std::optional<DecimalSign> sign = read_decimal_sign(cells, troubles);
  const std::optional<DigitGrouping> grouping = read_grouping(cells, sign, troubles);
  if (auto trouble = check_characters(cell)) {
    add(std::move(*trouble));
    return reading;
  }
  if (!sign || !grouping) return reading;
  auto parsed = read_amount(cells, {*sign, *grouping});
  if (auto* trouble = std::get_if<CellTrouble>(&parsed)) {
    // Of a file of ours the cell may be what a spreadsheet made of another amount.
    if (!has(Field::kUsageRow)) reading.amount = read_amount_of_row(cell, {*sign, signs_.grouping});
    add(std::move(*trouble));
    return reading;
  }
  reading.quantity = std::get<Quantity>(parsed);
  reading.amount = *reading.quantity;
  if (auto trouble = check_maximum(*reading.quantity, options_.max_amount)) add(std::move(*trouble));
  return reading;
}

}  // namespace usage

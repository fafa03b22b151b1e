// A row's amount, and the signs that it is written with.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "column_mapping.h"
#include "own_amount.h"
#include "role_texts.h"
#include "usage/base/decimal.h"
#include "usage/intake/usage_intake.h"

namespace usage {

struct AmountReading {
  std::optional<Quantity> quantity;
  std::optional<Amount> amount;  // also one that no charge can have
};

class AmountReader {
 public:
  // `options` outlives the object.
  explicit AmountReader(const IntakeOptions& options) : options_(options) {}

  void begin_file(const FieldColumns& columns);
  AmountReading read(const FieldCells& cells, FieldTroubles& troubles);
  // Of a row that may not count: also one that no charge can have. Nothing where it, or its signs, cannot be read.
  std::optional<Amount> any_amount(const FieldCells& cells);
  // A row of which no cell was read may have been written with any signs.
  void note_misshapen();

  // That the present file's amounts were read with. Of a file of ours that says so row by row: a comma, or some
  // grouping, where any row has one, or may have.
  DecimalSign decimal_sign() const { return signs_.sign; }
  DigitGrouping grouping() const { return signs_.grouping; }

 private:
  bool has(Field field) const { return columns_[field].has_value(); }
  std::optional<DecimalSign> read_decimal_sign(const FieldCells& cells, FieldTroubles& troubles);
  std::optional<DigitGrouping> read_grouping(const FieldCells& cells, std::optional<DecimalSign> sign,
                                             FieldTroubles& troubles);
  std::variant<Quantity, CellTrouble> read_amount(const FieldCells& cells, AmountSigns signs) const;

  const IntakeOptions& options_;
  FieldColumns columns_;
  AmountSigns signs_;
};

}  // namespace usage

// From a row's cells to a usage row, or to a row with problems.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cell_checks.h"
#include "column_mapping.h"
#include "own_roles.h"
#include "text_table.h"
#include "usage/csv/csv_reader.h"
#include "usage/intake/usage_intake.h"
#include "usage/model/usage_row.h"

namespace usage {

// Takes the rows of one file after the other. Every row becomes one entry of `rows` or of `invalid`.
class RowIntake {
 public:
  explicit RowIntake(const IntakeOptions& options) : options_(options) {}

  // The rows that follow come from this file. Throws RefusedError where there are too many files.
  void begin_file(const std::vector<std::string>& header, const FieldColumns& columns, char delimiter);
  void take(const CsvRow& row);

  // That the present file's amounts were read with. Of a file of ours that says so row by row: a comma, or some
  // grouping, where any row has one, or may have.
  DecimalSign decimal_sign() const { return file_sign_; }
  DigitGrouping grouping() const { return file_grouping_; }

  // Hands everything out, the files' own descriptions aside; call once.
  UsageInput finish();

 private:
  using Cells = FieldCells;

  using CellCheck = std::optional<CellTrouble> (*)(std::string_view);

  void take_misshapen(const CsvRow& row);
  void add_valid(const CsvRow& row, const Cells& cells);
  void add_invalid(const CsvRow& row, const Cells& cells);
  void read_identity(const Cells& cells);
  void read_quantity(const Cells& cells);
  std::optional<DecimalSign> read_decimal_sign(const Cells& cells);
  std::optional<DigitGrouping> read_grouping(const Cells& cells, std::optional<DecimalSign> sign);
  std::variant<Quantity, CellTrouble> read_amount(const Cells& cells, DecimalSign sign, DigitGrouping grouping) const;
  void take_own_roles(Cells& cells);
  void read_notes(const Cells& cells);
  bool passes(Field field, std::string_view cell, CellCheck check);
  void add_problem(std::string_view column, std::string_view value, CellTrouble trouble);
  void add_problem(Field field, std::string_view value, CellTrouble trouble);
  std::string_view column_name(Field field) const;
  void check_shape(const CsvRow& row);
  std::uint16_t currency_index(std::string_view text);

  const IntakeOptions& options_;
  UsageInput input_;
  SidTable installations_;
  SidTable billing_sids_;
  TextTable references_;
  TextTable currencies_;

  bool has_usage_rows_ = false;
  std::string upper_;  // a currency in capitals; kept for its memory

  // Of the present file.
  std::uint16_t file_ = 0;
  bool begun_ = false;
  std::vector<std::string> header_;
  FieldColumns columns_;
  char delimiter_ = ',';
  DecimalSign file_sign_ = DecimalSign::kPoint;
  DigitGrouping file_grouping_ = DigitGrouping::kNone;

  // Of the present row.
  std::uint32_t line_ = 0;
  std::uint32_t installation_ = kNoText;
  std::optional<Quantity> quantity_;
  std::uint16_t currency_ = 0;
  std::vector<RowProblem> problems_;
  std::array<bool, kFieldCount> not_looked_up_{};  // roles that have a problem already
};

}  // namespace usage

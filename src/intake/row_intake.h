// From a row's cells to a usage row, to a row with problems, or to one that is left out.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amount_reader.h"
#include "cell_checks.h"
#include "column_mapping.h"
#include "intake_tables.h"
#include "own_roles.h"
#include "plain_taking.h"
#include "role_texts.h"
#include "row_doubts.h"
#include "row_filters.h"
#include "row_shape.h"
#include "usage/csv/csv_reader.h"
#include "usage/intake/usage_intake.h"
#include "usage/model/status.h"
#include "usage/model/usage_row.h"

namespace usage {

inline constexpr std::size_t kMaxShownValue = 100;  // bytes of a cell, in a problem

// Takes the rows of one file after the other. Every row becomes one entry of `rows`, `invalid` or `left_out`; an empty
// one is passed over as a blank line is.
class RowIntake {
 public:
  // Reads the look-up tables. `options` outlives the object.
  explicit RowIntake(const IntakeOptions& options);

  // The rows that follow come from this file. Throws RefusedError where there are too many files.
  // `name`: for messages. `text_size`: where the places of its rows end.
  void begin_file(const std::string& name, const std::vector<std::string>& header, const MappedColumns& columns,
                  char delimiter, std::uint64_t text_size);
  void take(const CsvRow& row);

  // Whether cells of a line that is not read, above the header, may be a charge's.
  bool may_be_charge(const std::vector<std::string>& cells) const;

  // How the present file's plain rows may be read beside this; nothing where every row must come by take().
  std::optional<PlainRules> plain_rules() const;
  // Takes those that stand before that place. The row that follows comes by take(), or by the next batch.
  void take_plain(PlainTaking& taking, std::uint64_t offset);
  void expect_rows(std::size_t more);  // so many are to come, about
  std::size_t row_count() const { return input_.row_count(); }

  // The present file's last row is its total, which take_total_line takes out of the rows.
  void end_with_total_line(const std::string& file_name, const std::function<std::string(const RowPlace&)>& record);

  DecimalSign decimal_sign() const { return amounts_.decimal_sign(); }  // see AmountReader
  DigitGrouping grouping() const { return amounts_.grouping(); }

  // Hands everything out, the files' own descriptions aside; call once.
  UsageInput finish();

 private:
  using Cells = FieldCells;
  using CellCheck = std::optional<CellTrouble> (*)(std::string_view);

  bool is_passed_over(const CsvRow& row) const;
  void take_misshapen(const CsvRow& row);
  void add_valid(const CsvRow& row, const Cells& cells);
  void note_what_ours_say(const CsvRow& row, const Cells& cells);
  void note_decision(const CsvRow& row, const Cells& cells);
  bool has_own_status(const Cells& cells, RowStatus status) const;  // as a file of ours says
  void tell_if_empty(const CsvRow& row);
  void add_invalid(const CsvRow& row, const Cells& cells);
  [[noreturn]] void refuse_problems() const;
  bool is_all_filtered() const;
  template <class Row>
  Row shown_row(const CsvRow& row, const Cells& cells) const;
  void add_left_out(const CsvRow& row, const Cells& cells, std::string_view reason);
  std::optional<std::string_view> reason_to_leave_out(const CsvRow& row, const Cells& cells);
  std::optional<std::string_view> reason_to_leave_out_short(const CsvRow& row);
  bool may_be_charge(const CsvRow& row) const;
  bool ours() const { return columns_[Field::kUsageRow].has_value(); }
  void resolve_roles(const CsvRow& row, Cells& cells);
  void look_at_difference(const CsvRow& row, const Cells& cells);
  void read_identity(const Cells& cells);
  void read_quantity(const Cells& cells);
  void read_notes(const Cells& cells);
  bool passes(Field field, std::string_view cell, CellCheck check);
  void add_problem(std::string_view column, std::string_view value, CellTrouble trouble);
  void add_problem(Field field, std::string_view value, CellTrouble trouble);
  void add_troubles();
  std::string_view column_name(Field field) const;
  bool check_shape(const CsvRow& row);  // false: which cell belongs to which column is not certain

  const IntakeOptions& options_;
  UsageInput input_;
  IntakeTables tables_;
  RoleTexts roles_;
  AmountReader amounts_;
  RowFilters filters_;
  RowShape shape_;
  RowDoubts doubts_;

  bool has_usage_rows_ = false;
  std::size_t problem_count_ = 0;

  // Of the present file.
  std::uint16_t file_ = 0;
  bool begun_ = false;
  std::vector<std::string> header_;
  FieldColumns columns_;
  std::size_t filter_cells_ = 0;
  char delimiter_ = ',';

  // Of the present row.
  std::uint32_t line_ = 0;
  std::uint32_t installation_ = kNoText;
  AmountReading amount_;
  std::uint16_t currency_ = 0;
  std::vector<RowProblem> problems_;
  FieldTroubles troubles_;          // on their way to problems_
  PerField<bool> not_looked_up_{};  // roles that have a problem already
};

}  // namespace usage

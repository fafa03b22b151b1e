// What a row may be other than it looks: another header, rows in a cell, an amount that was parted, a row whose SID the
// given table has otherwise.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cell_checks.h"
#include "column_mapping.h"
#include "role_texts.h"
#include "usage/csv/csv_reader.h"
#include "usage/model/warning.h"

namespace usage {

class RowDoubts {
 public:
  // `name`: of the file, for messages.
  void begin_file(const std::string& name, const std::vector<std::string>& header, const MappedColumns& columns,
                  char delimiter);

  // Of a row that does not count: RefusedError "second-header" where it is a header with other columns, as where two
  // exports were put one behind the other. What stands below would be read by the first one's. The same header again is
  // a row like others, and so is, in a file of ours, what we made of one.
  void refuse_other_header(const CsvRow& row) const;

  // A quote that is never closed takes the rows below it into its cell, up to the next quote.
  void note_lines_in_cell(const CsvRow& row);

  // A column without a name right behind the amount may hold a unit. Where digits stand there, a thousands sign or a
  // decimal comma may have parted them off.
  bool may_split_amounts() const { return nameless_behind_amount_; }
  std::optional<CellTrouble> split_amount(const CsvRow& row, std::string_view amount) const;

  void note_difference(const CsvRow& row, const RoleTexts::Difference& difference);

  std::vector<Warning> warnings() const;

 private:
  struct Noted {
    std::size_t rows = 0;
    std::string first;
  };
  bool is_row_of_ours(const CsvRow& row) const;
  bool is_name_in_header(std::string_view cell) const;
  std::string place_of(const CsvRow& row) const { return file_name_ + ":" + std::to_string(row.place.line); }

  Noted lines_in_cell_;
  Noted differences_;

  // Of the present file.
  std::string file_name_;
  std::vector<std::string> header_;
  std::vector<std::optional<std::size_t>> columns_;  // that are read: of the fields, then of the filters
  std::size_t behind_amount_ = 0;                    // the column right behind the amount's
  bool nameless_behind_amount_ = false;
  char delimiter_ = ',';
};

}  // namespace usage

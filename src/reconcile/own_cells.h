// The columns of ours behind usage_next_step and usage_settle: what a file must say of itself to be read again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input_columns.h"
#include "usage/base/csv_writer.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

// In front of original cells, which are repeated as they stand.
class OwnCells {
 public:
  // Both outlive the object.
  OwnCells(const RunSummary& summary, const InputColumns& input);
  void write_header(CsvWriter& csv) const;
  void write(CsvWriter& csv, const RowRecord& row, std::string_view original) const;
  // What names no charge of the ledger keeps the name that it came with: else the row, once it is corrected, would be a
  // charge of its own.
  std::string usage_row(const RowRecord& row, std::string_view original) const;

  // What a file of ours said of a row is said again by the file of a plan, which records nothing.
  bool has_decisions() const;  // whether there is a column usage_settle to repeat
  std::string decision(const RowRecord& row, std::string_view original) const;  // the cell of it

 private:
  // A role that no column of the input holds.
  struct Role {
    std::string_view column;
    std::string RowRecord::*text;
    std::string_view key_column;  // empty: it was a constant
    std::string key;              // the header's cell that holds the key
  };
  void add_role(Role role, const std::string& held_by, const std::string& constant);
  bool is_of_ours(const RowRecord& row) const;
  bool is_in_input(std::string_view column) const { return input_.position(column).has_value(); }
  void write_signs(CsvWriter& csv, const RowRecord& row, std::string_view original) const;
  void write_amount(CsvWriter& csv, const RowRecord& row, std::string_view original) const;
  void write_role(CsvWriter& csv, const Role& role, const RowRecord& row, std::string_view original) const;
  std::string_view raw_cell(std::string_view original, std::string_view column) const;

  const RunSummary& summary_;
  const InputColumns& input_;
  bool has_decimal_sign_ = false;
  bool has_grouping_ = false;
  std::vector<Role> roles_;
  std::string note_;
};

// amount_was of a row, as the reconciliation has it. Of a cell in a file of ours that could not be read it is never
// empty: that would say that somebody confirmed whatever amount comes next.
std::string amount_was(const RowRecord& row, const RunSummary& summary);

}  // namespace usage

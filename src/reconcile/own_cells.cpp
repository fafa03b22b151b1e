#include "own_cells.h"

#include <algorithm>
#include <utility>

#include "reconciliation_row.h"
#include "usage/base/readable.h"
#include "usage/csv/cells.h"
#include "usage/intake/own_columns.h"

namespace usage {
namespace {

bool has_grouping(const std::vector<InputFile>& files) {
  return std::any_of(files.begin(), files.end(),
                     [](const InputFile& file) { return file.grouping != DigitGrouping::kNone; });
}

// An amount that can be read may be none to send: 0, or a credit.
std::optional<Quantity> quantity_of(const RowRecord& row) {
  return row.has_amount ? readable(Quantity::parse(row.quantity)) : std::nullopt;
}

}  // namespace

OwnCells::OwnCells(const RunSummary& summary, const InputColumns& input) : summary_(summary), input_(input) {
  if (summary.files.empty()) return;
  has_decimal_sign_ = has_decimal_comma(summary.files);
  has_grouping_ = has_grouping(summary.files);
  const ColumnMapping& mapping = summary.files.front().mapping;  // all files have one header
  add_role({kOwnInstallationColumn, &RowRecord::installation, kInstallationKeyColumn, mapping.installation_key},
           mapping.installation, mapping.installation_constant);
  add_role({kOwnBillingSidColumn, &RowRecord::billing_sid, kBillingSidKeyColumn, mapping.billing_sid_key},
           mapping.billing_sid, mapping.billing_sid_constant);
  add_role({kOwnCurrencyColumn, &RowRecord::currency, "", ""}, mapping.currency, mapping.currency_constant);
  const NamedColumns columns = columns_to_note(input.kept_names(), mapping);
  if (!columns.empty()) note_ = columns_note(columns);
}

// Also of an input that is a file of ours, which has such a column already.
void OwnCells::add_role(Role role, const std::string& held_by, const std::string& constant) {
  const bool is_resolved = !role.key.empty() || !constant.empty() || is_in_input(role.column);
  if (!held_by.empty() || !is_resolved) return;
  if (role.key.empty() && !is_in_input(role.key_column)) role.key_column = "";
  roles_.push_back(std::move(role));
}

void OwnCells::write_header(CsvWriter& csv) const {
  if (has_decimal_sign_) csv.cell(kDecimalSignColumn);
  if (has_grouping_) csv.cell(kGroupingColumn);
  csv.cell(kAmountWasColumn);
  for (const Role& role : roles_) {
    csv.cell(role.column);
    if (!role.key_column.empty()) csv.cell(role.key_column);
  }
  if (!note_.empty()) csv.cell(note_);
}

void OwnCells::write(CsvWriter& csv, const RowRecord& row, std::string_view original) const {
  write_signs(csv, row, original);
  write_amount(csv, row, original);
  for (const Role& role : roles_) write_role(csv, role, row, original);
  if (!note_.empty()) csv.cell("");
}

std::string OwnCells::usage_row(const RowRecord& row, std::string_view original) const {
  if (!row.usage_row.empty() || original.empty()) return row.usage_row;
  const std::string& column = summary_.files[row.file].mapping.usage_row;
  return cell_text(raw_cell(original, column));
}

bool OwnCells::has_decisions() const {
  return is_rehearsal(summary_) && !summary_.files.empty() && !summary_.files.front().mapping.usage_row.empty() &&
         is_in_input(kOwnSettleColumn);
}

std::string OwnCells::decision(const RowRecord& row, std::string_view original) const {
  return is_rehearsal(summary_) && is_of_ours(row) ? cell_text(raw_cell(original, kOwnSettleColumn)) : "";
}

bool OwnCells::is_of_ours(const RowRecord& row) const {
  return row.file < summary_.files.size() && !summary_.files[row.file].mapping.usage_row.empty();
}

// A file of ours says them row by row.
void OwnCells::write_signs(CsvWriter& csv, const RowRecord& row, std::string_view original) const {
  const InputFile& file = summary_.files[row.file];
  const bool ours = is_of_ours(row);
  if (has_decimal_sign_) {
    if (ours && is_in_input(kDecimalSignColumn)) {
      csv.verbatim(raw_cell(original, kDecimalSignColumn));
    } else {
      csv.cell(file.decimal_sign == DecimalSign::kComma ? "," : ".");
    }
  }
  if (!has_grouping_) return;
  if (ours && is_in_input(kGroupingColumn)) {
    csv.verbatim(raw_cell(original, kGroupingColumn));
  } else {
    csv.cell(name_of(file.grouping));
  }
}

// What an unreadable amount was stands in a file of ours already, if it is one that was read before. What
// somebody confirmed is said again.
void OwnCells::write_amount(CsvWriter& csv, const RowRecord& row, std::string_view original) const {
  const std::optional<Quantity> quantity = quantity_of(row);
  const bool was_read = is_of_ours(row) && is_in_input(kAmountWasColumn);
  const std::string_view was = was_read ? raw_cell(original, kAmountWasColumn) : "";
  if (was_read && !quantity)
    csv.verbatim(was);
  else if (was_read && is_confirmed(cell_text(was), *quantity))
    csv.cell(confirmed_amount(*quantity));
  else
    csv.cell(amount_was(row, summary_));
}

void OwnCells::write_role(CsvWriter& csv, const Role& role, const RowRecord& row, std::string_view original) const {
  csv.cell(row.*role.text);
  if (!role.key_column.empty()) csv.cell(key_was(cell_text(raw_cell(original, role.key))));
}

std::string amount_was(const RowRecord& row, const RunSummary& summary) {
  const bool ours = row.file < summary.files.size() && !summary.files[row.file].mapping.usage_row.empty();
  const std::optional<Quantity> quantity = quantity_of(row);
  if (ours && !quantity) return unclear_amount(row.quantity);
  return amount_was(quantity, row.quantity);
}

std::string_view OwnCells::raw_cell(std::string_view original, std::string_view column) const {
  const auto position = input_.position(column);
  return position ? input_.cell(original, *position).value_or("") : "";
}

}  // namespace usage

// What a row becomes: an entry of rows, invalid or left_out, with its problems.
#include <algorithm>
#include <utility>

#include "row_intake.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/intake/decision.h"
#include "usage/intake/own_columns.h"
#include "usage/model/status.h"

namespace usage {
namespace {

// More than a reference or SID may have: one that was cut is still too long, and cannot pass for another charge's.
constexpr std::size_t kMaxShownName = 300;
constexpr std::size_t kMaxProblems = 1'000'000;  // each takes some 600 bytes

}  // namespace

void RowIntake::add_troubles() {
  for (FieldTrouble& found : troubles_) add_problem(found.field, found.cell, std::move(found.trouble));
  troubles_.clear();
}

void RowIntake::add_problem(Field field, std::string_view value, CellTrouble trouble) {
  add_problem(column_name(field), value, std::move(trouble));
}

// As the header has it, or that of the column of ours which stands in for it.
std::string_view RowIntake::column_name(Field field) const {
  for (const OwnRole& role : kOwnRoles) {
    if (role.role == field && says_itself(role, columns_)) field = role.own;
  }
  const auto column = columns_[field];
  return column ? std::string_view(header_[*column]) : kFieldNames[field];
}

void RowIntake::add_problem(std::string_view column, std::string_view value, CellTrouble trouble) {
  problems_.push_back({file_, line_, std::move(trouble.name), clean_text(column), clean_text(value, kMaxShownValue),
                       std::move(trouble.reason), std::move(trouble.remedy)});
}

void RowIntake::add_valid(const CsvRow& row, const Cells& cells) {
  const std::string_view reference = cells[Field::kReference];
  input_.rows.push_back({row.place, *amount_.quantity, installation_,
                         tables_.billing_sids.index_of(cells[Field::kBillingSid]),
                         reference.empty() ? kNoText : tables_.references.index_of(reference), currency_, file_});
  if (has_usage_rows_) input_.usage_rows.emplace_back(cells[Field::kUsageRow]);
  if (ours()) note_what_ours_say(row, cells);
  if (ours()) note_decision(row, cells);
}

void RowIntake::note_what_ours_say(const CsvRow& row, const Cells& cells) {
  if (columns_[Field::kAmountWas] && is_confirmed(cells[Field::kAmountWas], *amount_.quantity))
    input_.confirmed_amounts.emplace_back(file_, row.place.offset);
}

// A word that nobody understands is none that lets it go.
void RowIntake::note_decision(const CsvRow& row, const Cells& cells) {
  const std::string_view settle = cells[Field::kOwnSettle];
  if (!settle.empty() && read_decision(settle) != RowStatus::kNotSubmitted)
    input_.not_to_send.emplace_back(file_, row.place.offset);
}

bool RowIntake::has_own_status(const Cells& cells, RowStatus status) const {
  return columns_[Field::kOwnStatus] && cells[Field::kOwnStatus] == name_of(status);
}

// The texts that rows which are not sent are shown with.
template <class Row>
Row RowIntake::shown_row(const CsvRow& row, const Cells& cells) const {
  Row shown;
  shown.place = row.place;
  shown.file = file_;
  shown.currency = currency_;
  const auto name = [&](Field field) { return clean_text(cells[field], kMaxShownName); };
  shown.installation = name(Field::kInstallation);
  shown.billing_sid = name(Field::kBillingSid);
  shown.quantity = amount_.quantity ? amount_.quantity->text()
                   : amount_.amount ? amount_.amount->text()
                                    : clean_text(cells[Field::kQuantity], kMaxShownValue);
  shown.reference = name(Field::kReference);
  shown.amount = amount_.amount;
  return shown;
}

// What each of its cells lacks helps nobody.
void RowIntake::tell_if_empty(const CsvRow& row) {
  if (!shape_.is_empty(row)) return;
  problems_.clear();
  add_problem("", row.record, {"row-empty", "the row is empty", "delete it"});
}

void RowIntake::add_invalid(const CsvRow& row, const Cells& cells) {
  tell_if_empty(row);
  auto invalid = shown_row<InvalidRow>(row, cells);
  invalid.installation_index = installation_;
  if (ours()) invalid.usage_row = clean_text(cells[Field::kUsageRow], kMaxShownName);
  if (ours()) note_decision(row, cells);
  invalid.problems = std::move(problems_);
  problem_count_ += invalid.problems.size();
  input_.invalid.push_back(std::move(invalid));
  if (problem_count_ > kMaxProblems) refuse_problems();
}

// Nobody corrects so many rows: something about the whole file is not as it was taken to be.
void RowIntake::refuse_problems() const {
  const RowProblem& first = input_.invalid.front().problems.front();
  const std::string column = first.column.empty() ? "" : "column \"" + first.column + "\": ";
  throw RefusedError("too-many-problems",
                     "there are more than 1,000,000 problems, the first at line " + std::to_string(first.line) + ": " +
                         column + first.reason,
                     "check that this is the right file; how its delimiter and columns are understood says: "
                     "usage-uploader inspect FILE");
}

void RowIntake::add_left_out(const CsvRow& row, const Cells& cells, std::string_view reason) {
  amount_.amount = amounts_.any_amount(cells);
  std::string_view currency = cells[Field::kCurrency];
  if (!columns_[Field::kCurrency]) currency = roles_.constant(Field::kCurrency);
  const bool known = !currency.empty() && !check_characters(currency) && !check_currency(currency);
  if (known) currency_ = tables_.currency_index(currency);
  auto left_out = shown_row<LeftOutRow>(row, cells);
  left_out.reason = reason;
  input_.left_out.push_back(std::move(left_out));
}

}  // namespace usage

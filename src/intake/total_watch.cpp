#include "total_watch.h"

#include <algorithm>

#include "name_hints.h"
#include "number_form.h"

namespace usage {
namespace {

constexpr std::size_t kLastRows = 3;    // a total line, and a footer below it, with one to spare
constexpr std::size_t kFilledPart = 3;  // a total line has at most a third of its cells filled

std::string cell_at(const std::vector<std::string>& cells, std::size_t column) {
  return column < cells.size() ? cells[column] : std::string();
}

void add_cell(std::optional<Amount>& sum, const std::string& cell, DecimalSign sign) {
  if (!sum || cell.empty()) return;
  const auto amount = amount_under(cell, sign);
  sum = amount ? std::optional(*sum + *amount) : std::nullopt;
}

// A number in the amounts' column, and either the word or nothing that a charge would have.
bool looks_like_total(const std::vector<std::string>& cells, std::size_t column, const Inspection& inspection) {
  if (!look_at_number(cell_at(cells, column))) return false;
  if (std::any_of(cells.begin(), cells.end(), says_total)) return true;
  if (inspection.installation.column) return cell_at(cells, *inspection.installation.column).empty();
  if (inspection.billing_sid.column) return cell_at(cells, *inspection.billing_sid.column).empty();
  const auto filled = std::count_if(cells.begin(), cells.end(), [](const std::string& c) { return !c.empty(); });
  return static_cast<std::size_t>(filled) * kFilledPart <= cells.size();
}

}  // namespace

TotalWatch::TotalWatch(const std::vector<std::string>& header) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (line_amount_score(header[i]) > 0) sums_.push_back({i});
  }
}

void TotalWatch::add(std::uint32_t line, std::vector<std::string> cells) {
  last_.push_back({line, std::move(cells)});
  if (last_.size() <= kLastRows) return;
  add_to_sums(last_.front());
  last_.pop_front();
}

void TotalWatch::add_to_sums(const Row& row) {
  for (Sums& sums : sums_) {
    const std::string cell = cell_at(row.cells, sums.column);
    add_cell(sums.as_point, cell, DecimalSign::kPoint);
    add_cell(sums.as_comma, cell, DecimalSign::kComma);
  }
}

// Of all rows above last_[last].
std::optional<Amount> TotalWatch::sum_above(std::size_t last, std::size_t column, DecimalSign sign) const {
  const auto of_column = [column](const Sums& sums) { return sums.column == column; };
  const auto sums = std::find_if(sums_.begin(), sums_.end(), of_column);
  if (sums == sums_.end()) return std::nullopt;
  std::optional<Amount> sum = sign == DecimalSign::kPoint ? sums->as_point : sums->as_comma;
  for (std::size_t i = 0; i < last; ++i) add_cell(sum, cell_at(last_[i].cells, column), sign);
  return sum;
}

std::optional<TotalFinding> TotalWatch::finding(const Inspection& inspection) const {
  if (!inspection.quantity.column || last_.size() < 2) return std::nullopt;
  const std::size_t column = *inspection.quantity.column;
  std::size_t last = last_.size() - 1;
  const bool footer = !look_at_number(cell_at(last_[last].cells, column));
  if (footer && --last == 0) return std::nullopt;
  if (!looks_like_total(last_[last].cells, column, inspection)) return std::nullopt;

  const DecimalSign sign = inspection.columns[column].number.decimal_sign.value_or(DecimalSign::kPoint);
  TotalFinding total{last_[last].line, cell_at(last_[last].cells, column), sum_above(last, column, sign)};
  const auto amount = amount_under(total.amount, sign);
  total.agrees = amount && total.rows_sum && *amount == *total.rows_sum;
  return total;
}

}  // namespace usage

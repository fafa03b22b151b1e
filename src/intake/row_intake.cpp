#include "row_intake.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "total_line.h"
#include "usage/base/error.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"

namespace usage {
namespace {

constexpr std::size_t kMaxShownValue = 100;
constexpr std::size_t kMaxCurrencies = 1000;

std::size_t index_of(Field field) {
  return static_cast<std::size_t>(field);
}

std::string_view cell_of(const std::array<std::string_view, kFieldCount>& cells, Field field) {
  return cells[index_of(field)];
}

// The only installation SID among the cells: in a row of the wrong shape it may stand in another column.
std::optional<std::string> lone_installation(const std::vector<std::string_view>& raw_cells) {
  std::optional<std::string> found;
  for (std::string_view raw : raw_cells) {
    std::string text = cell_text(raw);
    if (!is_installation_sid(text)) continue;
    if (found && sid_key(*found) != sid_key(text)) return std::nullopt;
    if (!found) found = std::move(text);
  }
  return found;
}

std::optional<LookupTable> table_of(Field role, const IntakeOptions& options) {
  const auto found = options.lookups.find(std::string(kFieldNames[index_of(role)]));
  if (found == options.lookups.end()) return std::nullopt;
  return LookupTable(role, found->second);
}

}  // namespace

RowIntake::RowIntake(const IntakeOptions& options)
    : options_(options),
      installation_table_(table_of(Field::kInstallation, options)),
      billing_sid_table_(table_of(Field::kBillingSid, options)),
      filters_(options.where) {}

void RowIntake::begin_file(const std::vector<std::string>& header, const MappedColumns& columns, char delimiter) {
  if (file_ == std::numeric_limits<std::uint16_t>::max()) {
    throw RefusedError("too-many-files", "more than 65535 files", "join some of them");
  }
  if (std::exchange(begun_, true)) ++file_;
  header_ = header;
  columns_ = columns.fields;
  filter_cells_ = columns.filters.size();
  delimiter_ = delimiter;
  file_sign_ = ours() ? DecimalSign::kPoint : options_.decimal_sign;
  file_grouping_ = ours() ? DigitGrouping::kNone : options_.grouping;
  // From the first file of ours on, every row has an entry beside it.
  if (ours()) input_.usage_rows.resize(input_.rows.size());
  has_usage_rows_ = has_usage_rows_ || ours();
}

void RowIntake::take(const CsvRow& row) {
  line_ = row.place.line;
  installation_ = kNoText;
  installation_sid_ = {};
  billing_sid_ = {};
  quantity_.reset();
  amount_.reset();
  currency_ = 0;
  problems_.clear();
  check_shape(row);
  if (row.columns != header_.size()) return take_misshapen(row);

  Cells cells;
  for (std::size_t i = 0; i < kFieldCount; ++i) cells[i] = trim_blanks(row.cells[i]);
  if (const auto reason = reason_to_leave_out(row, cells)) return add_left_out(row, cells, *reason);
  read_identity(cells);
  read_quantity(cells);
  read_notes(cells);
  if (problems_.empty()) {
    add_valid(row, cells);
  } else {
    add_invalid(row, cells);
  }
}

// A file of ours holds rows that count, whatever the export's filters.
std::optional<std::string_view> RowIntake::reason_to_leave_out(const CsvRow& row, const Cells& cells) {
  if (row.stray_quote || ours()) return std::nullopt;
  if (filter_cells_ > 0) {
    std::array<std::string_view, kMaxReadColumns> values;
    for (std::size_t i = 0; i < filter_cells_; ++i) values[i] = trim_blanks(row.cells[kFieldCount + i]);
    if (const auto reason = filters_.reason_to_leave_out(std::span(values).first(filter_cells_))) return reason;
  }
  if (options_.zero == ZeroAmounts::kRefuse) return std::nullopt;
  const auto amount = any_amount(cell_of(cells, Field::kQuantity), file_sign_);
  return amount && *amount == Amount() ? std::optional<std::string_view>("--zero skip") : std::nullopt;
}

std::optional<Amount> RowIntake::any_amount(std::string_view cell, DecimalSign sign) const {
  return read_any_amount(cell, sign, file_grouping_);
}

void RowIntake::check_shape(const CsvRow& row) {
  if (row.stray_quote) {
    const std::size_t column = *row.stray_quote;
    add_problem(column < header_.size() ? header_[column] : "", row.record,
                {"quote-form", "quotes stand before or behind other text in a cell",
                 "quote the whole cell and write \"\" for a quote that is part of the text"});
  }
  if (row.columns == header_.size()) return;
  const bool few = row.columns < header_.size();
  add_problem(
      "", row.record,
      {few ? "columns-missing" : "columns-extra",
       "the row has " + count_of(row.columns, "column", "columns") + ", the header " + std::to_string(header_.size()),
       few ? "add the missing cells" : "quote the cell that holds a delimiter, or remove the extra cells"});
}

// Which cell belongs to which column is not certain: no amount is read.
void RowIntake::take_misshapen(const CsvRow& row) {
  if (columns_[index_of(Field::kDecimalSign)]) file_sign_ = DecimalSign::kComma;
  const auto raw_cells = split_cells(row.record, delimiter_);
  std::array<std::string, kFieldCount> texts;
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (columns_[i] && *columns_[i] < raw_cells.size()) texts[i] = cell_text(raw_cells[*columns_[i]]);
  }
  if (auto installation = lone_installation(raw_cells)) {
    texts[index_of(Field::kInstallation)] = *installation;
    installation_ = installations_.index_of(*installation);
  }
  Cells cells;
  std::copy(texts.begin(), texts.end(), cells.begin());
  add_invalid(row, cells);
}

void RowIntake::read_identity(const Cells& cells) {
  installation_sid_ = sid_of(Field::kInstallation, cells, check_installation);
  if (!installation_sid_.empty()) installation_ = installations_.index_of(installation_sid_);
  billing_sid_ = sid_of(Field::kBillingSid, cells, check_billing_sid);
}

// From its column, from a table by its key, or the constant; empty where there is a problem with it.
std::string_view RowIntake::sid_of(Field role, const Cells& cells, CellCheck check) {
  if (columns_[index_of(role)]) {
    const std::string_view cell = cell_of(cells, role);
    return passes(role, cell, check) ? cell : std::string_view();
  }
  const bool is_installation = role == Field::kInstallation;
  const Field key = is_installation ? Field::kInstallationKey : Field::kBillingSidKey;
  if (columns_[index_of(key)])
    return look_up(key, is_installation ? *installation_table_ : *billing_sid_table_, cell_of(cells, key));
  return options_.constants.at(std::string(kFieldNames[index_of(role)]));
}

std::string_view RowIntake::look_up(Field key, const LookupTable& table, std::string_view cell) {
  if (!passes(key, cell, nullptr)) return {};
  if (const auto sid = table.find(cell)) return *sid;
  CellTrouble trouble{"lookup-missing", "the table " + table.name() + " has no row with this key",
                      "add the key and its SID to the table, or correct the cell"};
  if (cell.empty()) trouble = {"lookup-key-empty", "it is empty, and the SID is looked up by it", "fill it in"};
  add_problem(key, cell, std::move(trouble));
  return {};
}

// A file of ours repeats the original cells and says in each row with which sign they were written; one that does not
// say has plain decimals.
std::optional<DecimalSign> RowIntake::read_decimal_sign(const Cells& cells) {
  if (!columns_[index_of(Field::kDecimalSign)]) return file_sign_;
  const std::string_view cell = cell_of(cells, Field::kDecimalSign);
  const bool known = passes(Field::kDecimalSign, cell, check_decimal_sign);
  if (known && cell != ",") return DecimalSign::kPoint;
  file_sign_ = DecimalSign::kComma;
  return known ? std::optional(file_sign_) : std::nullopt;
}

void RowIntake::read_quantity(const Cells& cells) {
  const std::string_view cell = cell_of(cells, Field::kQuantity);
  const std::optional<DecimalSign> sign = read_decimal_sign(cells);
  if (!passes(Field::kQuantity, cell, nullptr) || !sign) return;
  amount_ = any_amount(cell, *sign);
  auto parsed = Quantity::parse(cell, *sign, file_grouping_);
  if (auto* error = std::get_if<DecimalError>(&parsed)) {
    return add_problem(Field::kQuantity, cell, quantity_trouble(cell, std::move(*error)));
  }
  quantity_ = std::get<Quantity>(parsed);
  if (auto trouble = check_maximum(*quantity_, options_.max_amount)) {
    add_problem(Field::kQuantity, cell, std::move(*trouble));
  }
}

void RowIntake::read_notes(const Cells& cells) {
  passes(Field::kReference, cell_of(cells, Field::kReference), check_reference);
  passes(Field::kUsageRow, cell_of(cells, Field::kUsageRow), check_usage_row);
  if (passes(Field::kCurrency, cell_of(cells, Field::kCurrency), check_currency)) read_currency(cells);
}

void RowIntake::read_currency(const Cells& cells) {
  std::string_view currency = cell_of(cells, Field::kCurrency);
  const auto constant = options_.constants.find(std::string(kFieldNames[index_of(Field::kCurrency)]));
  if (!columns_[index_of(Field::kCurrency)] && constant != options_.constants.end()) currency = constant->second;
  if (!currency.empty()) currency_ = currency_index(currency);
}

bool RowIntake::passes(Field field, std::string_view cell, CellCheck check) {
  auto trouble = check_characters(cell);
  if (!trouble && check != nullptr) trouble = check(cell);
  if (!trouble) return true;
  add_problem(field, cell, std::move(*trouble));
  return false;
}

void RowIntake::add_problem(Field field, std::string_view value, CellTrouble trouble) {
  add_problem(header_[*columns_[index_of(field)]], value, std::move(trouble));
}

void RowIntake::add_problem(std::string_view column, std::string_view value, CellTrouble trouble) {
  problems_.push_back({file_, line_, std::move(trouble.name), clean_text(column), clean_text(value, kMaxShownValue),
                       std::move(trouble.reason), std::move(trouble.remedy)});
}

// A file that "has" a thousand currencies has another column mapped as its currency.
std::uint16_t RowIntake::currency_index(std::string_view text) {
  upper_.assign(text);
  for (char& c : upper_) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const std::uint32_t index = currencies_.index_of(upper_) + 1;
  if (index > kMaxCurrencies) {
    throw RefusedError("too-many-currencies", "there are more than 1000 different currencies",
                       "map the right column with --column currency=NAME");
  }
  return static_cast<std::uint16_t>(index);
}

void RowIntake::add_valid(const CsvRow& row, const Cells& cells) {
  const std::string_view reference = cell_of(cells, Field::kReference);
  input_.rows.push_back({row.place, *quantity_, installation_, billing_sids_.index_of(billing_sid_),
                         reference.empty() ? kNoText : references_.index_of(reference), currency_, file_});
  if (has_usage_rows_) input_.usage_rows.emplace_back(cell_of(cells, Field::kUsageRow));
}

// The texts that rows which are not sent are shown with.
template <class Row>
Row RowIntake::shown_row(const CsvRow& row, const Cells& cells) const {
  Row shown;
  shown.place = row.place;
  shown.file = file_;
  shown.currency = currency_;
  const auto text = [&](std::string_view resolved, Field field) {
    return clean_text(resolved.empty() ? cell_of(cells, field) : resolved, kMaxShownValue);
  };
  shown.installation = text(installation_sid_, Field::kInstallation);
  shown.billing_sid = text(billing_sid_, Field::kBillingSid);
  shown.quantity = quantity_ ? quantity_->text() : amount_ ? amount_->text() : text({}, Field::kQuantity);
  shown.reference = text({}, Field::kReference);
  shown.amount = amount_;
  return shown;
}

void RowIntake::add_invalid(const CsvRow& row, const Cells& cells) {
  auto invalid = shown_row<InvalidRow>(row, cells);
  invalid.installation_index = installation_;
  invalid.problems = std::move(problems_);
  input_.invalid.push_back(std::move(invalid));
}

void RowIntake::add_left_out(const CsvRow& row, const Cells& cells, std::string_view reason) {
  amount_ = any_amount(cell_of(cells, Field::kQuantity), file_sign_);
  const std::string_view currency = cell_of(cells, Field::kCurrency);
  if (!check_characters(currency) && !check_currency(currency)) read_currency(cells);
  auto left_out = shown_row<LeftOutRow>(row, cells);
  left_out.reason = reason;
  input_.left_out.push_back(std::move(left_out));
}

void RowIntake::end_with_total_line(const std::string& file_name,
                                    const std::function<std::string(const RowPlace&)>& record) {
  const auto quantity = columns_[index_of(Field::kQuantity)];
  take_total_line(
      input_, {file_name, file_, delimiter_, quantity.value_or(0), options_.decimal_sign, options_.grouping}, record);
}

UsageInput RowIntake::finish() {
  if (const std::string filter = filters_.hopeless(); !filter.empty()) {
    throw RefusedError("where-unmatched", "no row passes " + filter, "correct --where");
  }
  const auto& sids = installations_.sids();
  for (std::size_t i = 0; i < sids.size(); ++i) input_.installations.push_back({sids[i], installations_.keys()[i]});
  input_.billing_sids = billing_sids_.sids();
  input_.references = references_.texts();
  for (const std::string& currency : currencies_.texts()) input_.currencies.push_back(currency);
  for (Warning& warning : filters_.warnings()) input_.warnings.push_back(std::move(warning));
  return std::move(input_);
}

}  // namespace usage

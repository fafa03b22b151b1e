#include "row_intake.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "own_amount.h"
#include "total_line.h"
#include "usage/base/error.h"
#include "usage/base/huge_pages.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"
#include "usage/model/status.h"

namespace usage {
namespace {

constexpr std::string_view kByZero = "by --zero skip";

}  // namespace

RowIntake::RowIntake(const IntakeOptions& options)
    : options_(options), roles_(options), amounts_(options), filters_(options.where) {}

void RowIntake::begin_file(const std::string& name, const std::vector<std::string>& header,
                           const MappedColumns& columns, char delimiter, std::uint64_t text_size) {
  if (file_ == std::numeric_limits<std::uint16_t>::max()) {
    throw RefusedError("too-many-files", "more than 65535 files", "join some of them");
  }
  if (std::exchange(begun_, true)) ++file_;
  header_ = header;
  columns_ = columns.fields;
  filters_.begin_file(columns.filters);
  filter_cells_ = columns.filters.size();
  delimiter_ = delimiter;
  shape_.begin_file(header, columns, delimiter, text_size);
  doubts_.begin_file(name, header, columns, delimiter);
  roles_.begin_file(columns_);
  amounts_.begin_file(columns_);
  // From the first file of ours on, every row has an entry beside it.
  if (ours()) input_.usage_rows.resize(input_.rows.size());
  has_usage_rows_ = has_usage_rows_ || ours();
}

// A SID stands in rows only. So does, mostly, what is looked up; but a title may name a customer, so there must be a
// number beside it.
bool RowIntake::may_be_charge(const std::vector<std::string>& cells) const {
  if (std::ranges::any_of(cells, is_installation_sid) || std::ranges::any_of(cells, is_usual_billing_sid)) return true;
  const auto key = std::ranges::find_if(cells, [this](const std::string& cell) { return roles_.is_key(cell); });
  return key != cells.end() && std::ranges::any_of(cells, [&](const std::string& cell) {
           return &cell != &*key && consists_of_digits_and_signs(trim_blanks(cell));
         });
}

bool RowIntake::may_be_charge(const CsvRow& row) const {
  std::vector<std::string> cells;
  for (const std::string_view raw : split_cells(row.record, delimiter_)) cells.push_back(cell_text(raw));
  return may_be_charge(cells);
}

// A spreadsheet leaves empty rows behind. Where no column says whom a charge is for, one that was cut off in front of
// its amount may look like them.
bool RowIntake::is_passed_over(const CsvRow& row) const {
  return shape_.has_all_columns(row) && shape_.is_empty(row) &&
         (roles_.constant(Field::kInstallation).empty() || roles_.constant(Field::kBillingSid).empty());
}

void RowIntake::take(const CsvRow& row) {
  if (is_passed_over(row)) return;
  line_ = row.place.line;
  installation_ = kNoText;
  amount_ = {};
  currency_ = 0;
  problems_.clear();
  not_looked_up_.fill(false);
  const bool has_shape = check_shape(row);
  doubts_.note_lines_in_cell(row);
  if (!has_shape) return take_misshapen(row);

  Cells cells;
  for (std::size_t i = 0; i < kFieldCount; ++i) cells[i] = trim_blanks(row.cells[i]);
  if (const auto reason = reason_to_leave_out(row, cells)) {
    doubts_.refuse_other_header(row);
    return add_left_out(row, cells, *reason);
  }
  resolve_roles(row, cells);
  read_identity(cells);
  read_quantity(cells);
  if (auto trouble = doubts_.split_amount(row, cells[Field::kQuantity]))
    add_problem(Field::kQuantity, cells[Field::kQuantity], std::move(*trouble));
  read_notes(cells);
  if (row.stray_quote) amount_ = {};  // programs differ in what such cells say
  if (problems_.empty()) {
    add_valid(row, cells);
  } else {
    doubts_.refuse_other_header(row);
    add_invalid(row, cells);
  }
}

// A file of ours holds rows that count, whatever the export's filters; a reconciliation also those that do not.
std::optional<std::string_view> RowIntake::reason_to_leave_out(const CsvRow& row, const Cells& cells) {
  if (row.stray_quote) return std::nullopt;
  if (ours()) {
    const bool is_out = cells[Field::kUsageRow].empty() && has_own_status(cells, RowStatus::kLeftOut);
    return is_out ? std::optional<std::string_view>("left out by the run that wrote the file") : std::nullopt;
  }
  if (filter_cells_ > 0) {
    std::array<std::string_view, kMaxReadColumns> values;
    for (std::size_t i = 0; i < filter_cells_; ++i) values[i] = trim_blanks(row.cells[kFieldCount + i]);
    if (const auto reason = filters_.reason_to_leave_out(std::span(values).first(filter_cells_))) return reason;
  }
  if (options_.zero == ZeroAmounts::kRefuse || doubts_.split_amount(row, cells[Field::kQuantity])) return std::nullopt;
  const auto amount = amounts_.any_amount(cells);
  return amount && *amount == Amount() ? std::optional<std::string_view>(kByZero) : std::nullopt;
}

// A line of one cell below the rows, as "(6 rows)": what may be a charge, or a part of one, no filter leaves out.
std::optional<std::string_view> RowIntake::reason_to_leave_out_short(const CsvRow& row) {
  const bool is_text = row.columns == 1 && !row.stray_quote && !consists_of_digits_and_signs(cell_text(row.record));
  if (!is_text || row.columns >= header_.size() || shape_.may_be_cut_off(row)) return std::nullopt;
  const auto reason = filters_.reason_to_leave_out_short(row.columns);
  return reason && !may_be_charge(row) ? reason : std::nullopt;
}

bool RowIntake::check_shape(const CsvRow& row) {
  if (row.stray_quote) {
    const std::size_t column = *row.stray_quote;
    add_problem(column < header_.size() ? header_[column] : "", row.record,
                {"quote-form", "quotes stand before or behind other text in a cell",
                 "quote the whole cell and write \"\" for a quote that is part of the text"});
  }
  auto trouble = shape_.trouble(row);
  if (!trouble) return true;
  if (const std::string filter = shape_.filter_against(row); !filter.empty() && !may_be_charge(row))
    trouble->remedy += ", or leave such lines out with " + filter;
  add_problem("", row.record, std::move(*trouble));
  return false;
}

// Which cell belongs to which column is not certain: no amount is read.
void RowIntake::take_misshapen(const CsvRow& row) {
  amounts_.note_misshapen();
  const auto raw_cells = split_cells(row.record, delimiter_);
  PerField<std::string> texts;
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (columns_[i] && *columns_[i] < raw_cells.size()) texts[i] = cell_text(raw_cells[*columns_[i]]);
  }
  if (auto installation = lone_installation(raw_cells)) {
    texts[Field::kInstallation] = *installation;
    installation_ = tables_.installations.index_of(*installation);
  }
  Cells cells;
  std::copy(texts.begin(), texts.end(), cells.begin());
  if (const auto reason = reason_to_leave_out_short(row)) return add_left_out(row, cells, *reason);
  add_invalid(row, cells);
}

void RowIntake::resolve_roles(const CsvRow& row, Cells& cells) {
  if (ours()) look_at_difference(row, cells);
  not_looked_up_ = roles_.resolve(cells, troubles_);
  add_troubles();
}

// A charge that the ledger knows may have been corrected by hand. What never came to be one may have been refused for
// the very table that is mended since.
void RowIntake::look_at_difference(const CsvRow& row, const Cells& cells) {
  const auto found = roles_.difference(cells);
  if (!found) return;
  if (!cells[Field::kUsageRow].empty()) return doubts_.note_difference(row, *found);
  const std::string given = clean_text(found->given, kMaxShownValue);
  add_problem(found->role, found->said,
              {"lookup-differs", "the table or constant that is given says " + given,
               "write that into this cell; or, to keep what stands there, leave --lookup or --constant out"});
}

void RowIntake::read_identity(const Cells& cells) {
  const std::string_view installation = cells[Field::kInstallation];
  if (passes(Field::kInstallation, installation, check_installation)) {
    installation_ = tables_.installations.index_of(installation);
  }
  passes(Field::kBillingSid, cells[Field::kBillingSid], check_billing_sid);
}

void RowIntake::read_quantity(const Cells& cells) {
  amount_ = amounts_.read(cells, troubles_);
  add_troubles();
}

void RowIntake::read_notes(const Cells& cells) {
  passes(Field::kReference, cells[Field::kReference], ours() ? check_own_reference : check_reference);
  passes(Field::kUsageRow, cells[Field::kUsageRow], check_usage_row);
  const std::string_view currency = cells[Field::kCurrency];
  if (passes(Field::kCurrency, currency, check_currency) && !currency.empty())
    currency_ = tables_.currency_index(currency);
}

bool RowIntake::passes(Field field, std::string_view cell, CellCheck check) {
  if (not_looked_up_[field]) return false;
  auto trouble = check_characters(cell);
  if (!trouble) trouble = check(cell);
  if (!trouble) return true;
  add_problem(field, cell, std::move(*trouble));
  return false;
}

void RowIntake::end_with_total_line(const std::string& file_name,
                                    const std::function<std::string(const RowPlace&)>& record) {
  const auto quantity = columns_[Field::kQuantity];
  take_total_line(input_,
                  {file_name, file_, delimiter_, quantity.value_or(0), options_.decimal_sign, options_.grouping,
                   roles_.constant(Field::kInstallation).empty(), columns_[Field::kBillingSidKey].has_value()},
                  record);
}

std::optional<PlainRules> RowIntake::plain_rules() const {
  if (ours() || filter_cells_ > 0 || doubts_.may_split_amounts() || shape_.has_room_for_more()) return std::nullopt;
  PlainRules rules;
  rules.form.delimiter = delimiter_;
  rules.form.in_header = header_.size();
  rules.installation = roles_.plain_source(Field::kInstallation, rules.form.cut);
  rules.billing_sid = roles_.plain_source(Field::kBillingSid, rules.form.cut);
  rules.quantity = roles_.plain_source(Field::kQuantity, rules.form.cut);
  rules.reference = roles_.plain_source(Field::kReference, rules.form.cut);
  rules.currency = roles_.plain_source(Field::kCurrency, rules.form.cut);
  rules.decimal_sign = amounts_.decimal_sign();
  rules.grouping = amounts_.grouping();
  rules.max_amount = options_.max_amount;
  return rules;
}

void RowIntake::expect_rows(std::size_t more) {
  const std::size_t wanted = input_.rows.size() + more;
  if (wanted <= input_.rows.capacity()) return;
  reserve_in_huge_pages(input_.rows, wanted + wanted / 16);
}

void RowIntake::take_plain(PlainTaking& taking, std::uint64_t offset) {
  taking.take_before(offset, file_, tables_, input_.rows);
  if (has_usage_rows_) input_.usage_rows.resize(input_.rows.size());
}

// Whatever else was left out with what the filters left.
bool RowIntake::is_all_filtered() const {
  const auto by_filter = [](const LeftOutRow& row) { return row.reason.starts_with(kByWhere); };
  const auto by_zero = [](const LeftOutRow& row) { return row.reason == kByZero; };
  return input_.rows.empty() && input_.invalid.empty() && std::ranges::any_of(input_.left_out, by_filter) &&
         std::ranges::none_of(input_.left_out, by_zero);
}

UsageInput RowIntake::finish() {
  std::string filter = filters_.hopeless();
  if (filter.empty() && is_all_filtered())
    filter = "by all --where together: each leaves out what the others let through";
  if (!filter.empty()) throw RefusedError("where-unmatched", "no row is left " + filter, "correct --where");
  tables_.move_to(input_);
  for (Warning& warning : filters_.warnings()) input_.warnings.push_back(std::move(warning));
  for (Warning& warning : doubts_.warnings()) input_.warnings.push_back(std::move(warning));
  return std::move(input_);
}

}  // namespace usage

#include "row_intake.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "own_amount.h"
#include "total_line.h"
#include "usage/base/error.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"

namespace usage {
namespace {

constexpr std::size_t kMaxShownValue = 100;
constexpr std::size_t kMaxCurrencies = 1000;
constexpr std::size_t kMaxProblems = 1'000'000;  // each takes some 600 bytes

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
      tables_{table_of(kOwnRoles[0].role, options), table_of(kOwnRoles[1].role, options), std::nullopt},
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
  quantity_.reset();
  amount_.reset();
  currency_ = 0;
  problems_.clear();
  not_looked_up_.fill(false);
  check_shape(row);
  if (row.columns != header_.size()) return take_misshapen(row);

  Cells cells;
  for (std::size_t i = 0; i < kFieldCount; ++i) cells[i] = trim_blanks(row.cells[i]);
  if (const auto reason = reason_to_leave_out(row, cells)) return add_left_out(row, cells, *reason);
  resolve_roles(cells);
  read_identity(cells);
  read_quantity(cells);
  read_notes(cells);
  if (row.stray_quote) {  // programs differ in what such cells say
    quantity_.reset();
    amount_.reset();
  }
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
  return amount && *amount == Amount() ? std::optional<std::string_view>("by --zero skip") : std::nullopt;
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
  if (columns_[index_of(Field::kGrouping)]) file_grouping_ = DigitGrouping::kSpace;
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

// The roles that no column of the export holds: from a column of ours, from a table by a key, or the constant.
void RowIntake::resolve_roles(Cells& cells) {
  for (const OwnRole& role : kOwnRoles) {
    if (columns_[index_of(role.role)]) continue;
    std::optional<std::string_view> text;
    if (says_itself(role, columns_)) {
      text = own_text(role, columns_, cells);
    } else if (!role.key || !columns_[index_of(*role.key)]) {
      text = constant(role.role);
    }
    if (!text) text = look_up(role, cells);
    cells[index_of(role.role)] = text.value_or("");
    not_looked_up_[index_of(role.role)] = !text;
  }
}

std::string_view RowIntake::constant(Field role) const {
  const auto found = options_.constants.find(std::string(kFieldNames[index_of(role)]));
  return found == options_.constants.end() || ours() ? std::string_view() : found->second;
}

// Nothing where it cannot be found, which is a problem of the row then.
std::optional<std::string_view> RowIntake::look_up(const OwnRole& role, const Cells& cells) {
  const Field key = columns_[index_of(*role.key)] ? *role.key : *role.key_was;
  const std::string_view cell = cell_of(cells, key);
  const auto& table = tables_[static_cast<std::size_t>(&role - kOwnRoles.data())];
  if (!passes(key, cell, nullptr)) return std::nullopt;
  const auto sid = table && !(ours() && is_rounded_number(cell)) ? table->find(cell) : std::nullopt;
  if (sid) return sid;
  CellTrouble trouble = no_table(role, cell);
  if (cell.empty()) {
    trouble = {"lookup-key-empty", "it is empty, and the SID is looked up by it", "fill it in"};
  } else if (table && !(ours() && is_rounded_number(cell))) {
    trouble = {"lookup-missing", "the table " + table->name() + " has no row with this key",
               "add the key and its SID to the table, or correct the cell"};
  }
  add_problem(key, cell, std::move(trouble));
  return std::nullopt;
}

void RowIntake::read_identity(const Cells& cells) {
  const std::string_view installation = cell_of(cells, Field::kInstallation);
  if (passes(Field::kInstallation, installation, check_installation)) {
    installation_ = installations_.index_of(installation);
  }
  passes(Field::kBillingSid, cell_of(cells, Field::kBillingSid), check_billing_sid);
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

// Likewise.
std::optional<DigitGrouping> RowIntake::read_grouping(const Cells& cells, std::optional<DecimalSign> sign) {
  if (!columns_[index_of(Field::kGrouping)]) return file_grouping_;
  const std::string_view cell = cell_of(cells, Field::kGrouping);
  const auto grouping = grouping_called(cell, sign);
  if (!grouping) add_problem(Field::kGrouping, cell, grouping_trouble());
  if (grouping != DigitGrouping::kNone) file_grouping_ = grouping.value_or(DigitGrouping::kSpace);
  return grouping;
}

std::variant<Quantity, CellTrouble> RowIntake::read_amount(const Cells& cells, DecimalSign sign,
                                                           DigitGrouping grouping) const {
  const std::string_view cell = cell_of(cells, Field::kQuantity);
  if (columns_[index_of(Field::kAmountWas)]) {
    return read_own_amount(cell, cell_of(cells, Field::kAmountWas), {sign, grouping});
  }
  auto parsed = Quantity::parse(cell, sign, grouping);
  if (auto* error = std::get_if<DecimalError>(&parsed)) return quantity_trouble(cell, std::move(*error));
  return std::get<Quantity>(parsed);
}

void RowIntake::read_quantity(const Cells& cells) {
  const std::string_view cell = cell_of(cells, Field::kQuantity);
  const std::optional<DecimalSign> sign = read_decimal_sign(cells);
  const std::optional<DigitGrouping> grouping = read_grouping(cells, sign);
  if (!passes(Field::kQuantity, cell, nullptr) || !sign || !grouping) return;
  auto parsed = read_amount(cells, *sign, *grouping);
  if (auto* trouble = std::get_if<CellTrouble>(&parsed)) {
    // Of a file of ours the cell may be what a spreadsheet made of another amount.
    if (!ours()) amount_ = any_amount(cell, *sign);
    return add_problem(Field::kQuantity, cell, std::move(*trouble));
  }
  quantity_ = std::get<Quantity>(parsed);
  amount_ = *quantity_;
  if (auto trouble = check_maximum(*quantity_, options_.max_amount)) {
    add_problem(Field::kQuantity, cell, std::move(*trouble));
  }
}

void RowIntake::read_notes(const Cells& cells) {
  passes(Field::kReference, cell_of(cells, Field::kReference), ours() ? check_own_reference : check_reference);
  passes(Field::kUsageRow, cell_of(cells, Field::kUsageRow), check_usage_row);
  const std::string_view currency = cell_of(cells, Field::kCurrency);
  if (passes(Field::kCurrency, currency, check_currency) && !currency.empty()) currency_ = currency_index(currency);
}

bool RowIntake::passes(Field field, std::string_view cell, CellCheck check) {
  if (not_looked_up_[index_of(field)]) return false;
  auto trouble = check_characters(cell);
  if (!trouble && check != nullptr) trouble = check(cell);
  if (!trouble) return true;
  add_problem(field, cell, std::move(*trouble));
  return false;
}

void RowIntake::add_problem(Field field, std::string_view value, CellTrouble trouble) {
  add_problem(column_name(field), value, std::move(trouble));
}

// As the header has it, or that of the column of ours which stands in for it.
std::string_view RowIntake::column_name(Field field) const {
  for (const OwnRole& role : kOwnRoles) {
    if (role.role == field && says_itself(role, columns_)) field = role.own;
  }
  const auto column = columns_[index_of(field)];
  return column ? std::string_view(header_[*column]) : kFieldNames[index_of(field)];
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
  input_.rows.push_back({row.place, *quantity_, installation_,
                         billing_sids_.index_of(cell_of(cells, Field::kBillingSid)),
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
  const auto text = [&](Field field) { return clean_text(cell_of(cells, field), kMaxShownValue); };
  shown.installation = text(Field::kInstallation);
  shown.billing_sid = text(Field::kBillingSid);
  shown.quantity = quantity_ ? quantity_->text() : amount_ ? amount_->text() : text(Field::kQuantity);
  shown.reference = text(Field::kReference);
  shown.amount = amount_;
  return shown;
}

void RowIntake::add_invalid(const CsvRow& row, const Cells& cells) {
  auto invalid = shown_row<InvalidRow>(row, cells);
  invalid.installation_index = installation_;
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
                     "check that this is the right file, and that its delimiter and columns are as the plan's first "
                     "line prints them");
}

void RowIntake::add_left_out(const CsvRow& row, const Cells& cells, std::string_view reason) {
  amount_ = any_amount(cell_of(cells, Field::kQuantity), file_sign_);
  std::string_view currency = cell_of(cells, Field::kCurrency);
  if (!columns_[index_of(Field::kCurrency)]) currency = constant(Field::kCurrency);
  const bool known = !currency.empty() && !check_characters(currency) && !check_currency(currency);
  if (known) currency_ = currency_index(currency);
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

std::optional<PlainRules> RowIntake::plain_rules() const {
  if (ours() || filter_cells_ > 0) return std::nullopt;
  PlainRules rules;
  rules.form.delimiter = delimiter_;
  rules.form.in_header = header_.size();
  rules.installation = plain_source(Field::kInstallation, rules.form.cut);
  rules.billing_sid = plain_source(Field::kBillingSid, rules.form.cut);
  rules.quantity = plain_source(Field::kQuantity, rules.form.cut);
  rules.reference = plain_source(Field::kReference, rules.form.cut);
  rules.currency = plain_source(Field::kCurrency, rules.form.cut);
  rules.decimal_sign = file_sign_;
  rules.grouping = file_grouping_;
  rules.max_amount = options_.max_amount;
  return rules;
}

PlainSource RowIntake::plain_source(Field role, std::vector<std::size_t>& cut) const {
  PlainSource source;
  auto column = columns_[index_of(role)];
  for (std::size_t i = 0; !column && i < kOwnRoles.size(); ++i) {
    if (kOwnRoles[i].role != role) continue;
    source.constant = constant(role);
    if (!kOwnRoles[i].key || !columns_[index_of(*kOwnRoles[i].key)]) continue;
    column = columns_[index_of(*kOwnRoles[i].key)];
    source.table = tables_[i] ? &*tables_[i] : nullptr;
  }
  if (!column) return source;
  const auto found = std::ranges::find(cut, *column);
  source.cell = static_cast<std::size_t>(found - cut.begin());
  if (found == cut.end()) cut.push_back(*column);
  return source;
}

void RowIntake::expect_rows(std::size_t more) {
  const std::size_t wanted = input_.rows.size() + more;
  if (wanted > input_.rows.capacity()) input_.rows.reserve(wanted + wanted / 16);
}

void RowIntake::take_plain(PlainTaking& taking, std::uint64_t offset) {
  const std::vector<UsageRow>& rows = taking.batch.rows;
  const std::size_t begin = input_.rows.size();
  const auto whole_index = [](std::vector<std::uint32_t>& indexes, std::uint32_t plain, const auto& find) {
    if (plain >= indexes.size()) indexes.resize(plain + std::size_t{1}, kNoText);
    if (indexes[plain] == kNoText) indexes[plain] = find();
    return indexes[plain];
  };
  PlainTexts& texts = taking.texts;
  for (; taking.next < rows.size() && rows[taking.next].place.offset < offset; ++taking.next) {
    UsageRow row = rows[taking.next];
    row.place.line += taking.first_line;
    row.file = file_;
    row.installation = whole_index(texts.installation_indexes, row.installation,
                                   [&] { return installations_.index_of(texts.installations.sid(row.installation)); });
    row.billing_sid = whole_index(texts.billing_sid_indexes, row.billing_sid,
                                  [&] { return billing_sids_.index_of(texts.billing_sids.sid(row.billing_sid)); });
    if (row.currency != 0) {
      row.currency = static_cast<std::uint16_t>(whole_index(texts.currency_indexes, row.currency, [&] {
        return currency_index(texts.currencies.texts()[row.currency - 1U]);
      }));
    }
    input_.rows.push_back(row);
  }
  index_references(taking.batch, begin);
  if (has_usage_rows_) input_.usage_rows.resize(input_.rows.size());
}

// The table of references is larger than any cache: what is needed soon is asked for ahead.
void RowIntake::index_references(const PlainBatch& batch, std::size_t begin) {
  constexpr std::uint32_t kAhead = 8;
  for (std::size_t i = begin; i < input_.rows.size(); ++i) {
    std::uint32_t& reference = input_.rows[i].reference;
    if (reference == kNoText) continue;
    if (reference + kAhead < batch.references.size()) references_.prefetch(batch.references[reference + kAhead].hash);
    const PlainBatch::Reference& found = batch.references[reference];
    reference = references_.index_of(batch.text_of(found), found.hash);
  }
}

UsageInput RowIntake::finish() {
  if (const std::string filter = filters_.hopeless(); !filter.empty()) {
    throw RefusedError("where-unmatched", "no row is left " + filter, "correct --where");
  }
  for (std::string& sid : installations_.take_sids()) {
    std::string key = sid_key(sid);
    input_.installations.push_back({std::move(sid), std::move(key)});
  }
  input_.billing_sids = billing_sids_.take_sids();
  input_.references = references_.take_texts();
  for (const std::string& currency : currencies_.texts()) input_.currencies.push_back(currency);
  for (Warning& warning : filters_.warnings()) input_.warnings.push_back(std::move(warning));
  return std::move(input_);
}

}  // namespace usage

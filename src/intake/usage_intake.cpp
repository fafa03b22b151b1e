#include "usage/intake/usage_intake.h"

#include <algorithm>
#include <list>
#include <optional>
#include <utility>

#include "chunked_reading.h"
#include "column_mapping.h"
#include "header_names.h"
#include "input_text.h"
#include "name_hints.h"
#include "repeated_references.h"
#include "row_intake.h"
#include "usage/base/ascii.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/csv/csv_reader.h"
#include "usage/csv/dialect.h"

namespace usage {
namespace {

std::uint64_t total_size(const std::list<InputText>& texts) {
  std::uint64_t total = 0;
  for (const InputText& text : texts) total += text.size();
  return total;
}

MappedColumns mapped(const RecordSource& source, const HeaderRecord& header, const IntakeOptions& options) {
  auto result = map_columns(header.cells, options);
  if (const auto* columns = std::get_if<MappedColumns>(&result)) return *columns;
  const auto& trouble = std::get<MappingTrouble>(result);
  throw RefusedError(trouble.name, source.name() + ":" + std::to_string(header.line) + ": " + trouble.what,
                     trouble.remedy);
}

// The header of a file of ours is its first line; that of an export may have others above it.
HeaderMatch match_of(const std::vector<std::string>& cells, const IntakeOptions& options, const RowIntake& intake) {
  const auto result = map_columns(cells, options);
  if (const auto* trouble = std::get_if<MappingTrouble>(&result)) {
    const bool is_ambiguous = trouble->ambiguous && trouble->lacks_nothing_else;
    return {is_ambiguous ? HeaderMatch::Kind::kAmbiguous : HeaderMatch::Kind::kPartly, trouble->found,
            intake.may_be_charge(cells)};
  }
  const bool ours = layout_of(cells) != Layout::kExport;
  return {ours ? HeaderMatch::Kind::kFitsFirstOnly : HeaderMatch::Kind::kFits, 0};
}

Dialect header_of(RecordSource& source, const IntakeOptions& options, const RowIntake& intake) {
  return find_header(source, {options.delimiter, options.header_line,
                              [&](const std::vector<std::string>& cells) { return match_of(cells, options, intake); }});
}

ColumnChoice choice_of(const MappedColumns& columns, const HeaderRecord& header) {
  ColumnChoice choice{{columns.fields.begin(), columns.fields.end()}, header.cells.size()};
  for (const std::size_t column : columns.filters) choice.columns.emplace_back(column);
  return choice;
}

[[noreturn]] void refuse_no_rows(const std::string& name, Layout layout) {
  if (layout != Layout::kExport)
    throw RefusedError("input-no-rows", name + ": this result file lists nothing, or nothing any more",
                       "show --period PERIOD says what is open; what was proven not billed, or settled so, stands in "
                       "failed.csv once reconcile has written it anew");
  throw RefusedError("input-no-rows", name + ": there is a header and no row below it",
                     "export it again with its rows");
}

// Totals without their currency add up what does not belong together.
void warn_of_currency(const RecordSource& source, const std::vector<std::string>& header, const FieldColumns& columns,
                      const IntakeOptions& options, std::vector<Warning>& warnings) {
  if (columns[Field::kCurrency] || options.constants.contains("currency") || layout_of(header) != Layout::kExport)
    return;
  const auto is_mapped = [&](std::size_t column) {
    return std::ranges::find(columns, std::optional(column)) != columns.end();
  };
  const auto found = std::ranges::find_if(header, [&](const std::string& name) {
    const auto column = static_cast<std::size_t>(&name - header.data());
    return speaks_of_currency(name) && !speaks_of_money(name) && !is_mapped(column);
  });
  if (found == header.end()) return;
  warnings.push_back({"currency-unmapped", source.name() + ": the column \"" + clean_text(*found, 60) +
                                               "\" may hold currencies, and totals are kept without: map it with "
                                               "--column currency=" +
                                               shell_word(*found)});
}

// "Amount Currency", "Amount Type", "Amount in words".
bool describes_an_amount(std::string_view name) {
  const std::string lower = ascii_lower(trim_blanks(name));
  return lower == "amount currency" || lower == "amount type" || lower.ends_with("in words");
}

// "Amount" is taken by its name alone, and only a person knows whether the net, the line's or a foreign amount is
// meant.
void warn_of_amounts(const RecordSource& source, const std::vector<std::string>& header, const FieldColumns& columns,
                     const IntakeOptions& options, std::vector<Warning>& warnings) {
  const std::optional<std::size_t> taken = columns[Field::kQuantity];
  if (!taken || options.columns.contains("quantity") || layout_of(header) != Layout::kExport) return;
  const int score = line_amount_score(header[*taken]);
  if (score == 0) return;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (std::ranges::find(columns, std::optional(i)) != columns.end() || line_amount_score(header[i]) < score ||
        describes_an_amount(header[i]))
      continue;
    warnings.push_back({"amount-column-doubtful",
                        source.name() + ": the amounts are taken from \"" + clean_text(header[*taken], 60) +
                            "\", and the column \"" + clean_text(header[i], 60) +
                            "\" may hold them as well: say which with --column quantity=" + shell_word(header[*taken]) +
                            " or --column quantity=" + shell_word(header[i])});
    return;
  }
}

InputFile read_file(InputText& text, const IntakeOptions& options, RowIntake& intake, ChunkedReading& reading,
                    const std::function<void()>& report, std::vector<Warning>& warnings) {
  RecordSource source = text.records();
  Dialect dialect = header_of(source, options, intake);
  const MappedColumns columns = mapped(source, dialect.header, options);
  warn_of_currency(source, dialect.header.cells, columns.fields, options, warnings);
  warn_of_amounts(source, dialect.header.cells, columns.fields, options, warnings);
  const RecordPlace body{source.offset(), source.line()};
  intake.begin_file(source.name(), dialect.header.cells, columns, dialect.delimiter, text.size());
  const std::size_t rows_before = intake.row_count();
  reading.read(text, {body, choice_of(columns, dialect.header), dialect.delimiter}, report);
  if (intake.row_count() == rows_before) refuse_no_rows(source.name(), layout_of(dialect.header.cells));
  if (options.total_row == TotalRow::kLast && layout_of(dialect.header.cells) == Layout::kExport)
    intake.end_with_total_line(source.name(), [&text](const RowPlace& place) { return text.record(place); });

  InputFile file = text.finish();
  file.body_offset = body.offset;
  file.delimiter = dialect.delimiter;
  file.decimal_sign = intake.decimal_sign();
  file.grouping = intake.grouping();
  file.had_bom_or_other_encoding = file.had_bom_or_other_encoding || source.had_bom();
  file.header_line = dialect.header.line;
  file.mapping = describe(columns.fields, dialect.header.cells, options);
  file.header = std::move(dialect.header.bytes);
  return file;
}

void check_filter_count(const IntakeOptions& options) {
  if (options.where.size() + kFieldCount <= kMaxReadColumns) return;
  throw UsageError("too-many-filters", "--where is given " + std::to_string(options.where.size()) + " times",
                   "give at most " + std::to_string(kMaxReadColumns - kFieldCount));
}

std::vector<Warning> encoding_warnings(const std::list<InputText>& texts) {
  std::vector<Warning> warnings;
  for (const InputText& text : texts) {
    if (!text.is_rather_utf8()) continue;
    warnings.push_back({"encoding-doubtful", text.shown() +
                                                 " is valid UTF-8, but --encoding says otherwise: names with other "
                                                 "letters than A to Z may be misread; leave --encoding out"});
  }
  return warnings;
}

// What was to be left out of them would be billed.
void refuse_filters_of_own(const std::vector<InputFile>& files, const IntakeOptions& options) {
  const auto is_own = [](const InputFile& file) { return !file.mapping.usage_row.empty(); };
  if (options.where.empty() || !options.where_is_for_these_files || !std::ranges::all_of(files, is_own)) return;
  throw RefusedError("where-own-file",
                     shown_name(files.front().name) +
                         " is a result file of ours, in which every row counts: --where "
                         "does not hold for it",
                     "leave --where out, and take rows that are not to be sent out of the file");
}

// The same content given twice would bill everything twice.
void refuse_same_content(const std::vector<InputFile>& files) {
  for (auto file = files.begin(); file != files.end(); ++file) {
    const auto same = std::find_if(files.begin(), file, [&](const InputFile& f) { return f.digest == file->digest; });
    if (same == file) continue;
    throw RefusedError("same-content", shown_name(file->name) + " has the same content as " + shown_name(same->name),
                       "give each file once");
  }
}

}  // namespace

UsageInput read_rows(const std::vector<std::string>& files, const IntakeOptions& options, const ReadProgress& progress,
                     ReadingSizes sizes) {
  check_filter_count(options);
  std::list<InputText> texts;  // all open before any is read, so that a missing one shows at once
  for (const std::string& name : files) texts.emplace_back(name, options.encoding);
  const std::uint64_t total = total_size(texts);

  RowIntake intake(options);
  std::optional<ChunkedReading> reading(std::in_place, intake, sizes);
  std::vector<InputFile> descriptions;
  std::vector<Warning> of_columns;
  std::uint64_t done = 0;
  for (InputText& text : texts) {
    const auto report = [&] {
      if (progress) progress(done + text.bytes_taken(), total);
    };
    descriptions.push_back(read_file(text, options, intake, *reading, report, of_columns));
    done += text.bytes_taken();
  }
  reading.reset();  // what follows has use for its memory
  refuse_same_content(descriptions);
  refuse_filters_of_own(descriptions, options);
  std::vector<Warning> warnings = encoding_warnings(texts);
  std::ranges::move(of_columns, std::back_inserter(warnings));
  UsageInput input = intake.finish();
  input.files = std::move(descriptions);
  input.warnings.insert(input.warnings.begin(), warnings.begin(), warnings.end());
  reject_repeated_references(input);
  return input;
}

UsageInput read_usage(const std::vector<std::string>& files, const IntakeOptions& options, const ReadProgress& progress,
                      ReadingSizes sizes) {
  UsageInput input = read_rows(files, options, progress, sizes);
  for (Warning& warning : warnings_of_comparison(input)) input.warnings.push_back(std::move(warning));
  return input;
}

}  // namespace usage

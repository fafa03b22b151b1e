#include "usage/intake/usage_intake.h"

#include <algorithm>
#include <list>
#include <utility>

#include "column_mapping.h"
#include "comparison.h"
#include "input_text.h"
#include "row_intake.h"
#include "usage/base/error.h"
#include "usage/csv/csv_reader.h"
#include "usage/csv/dialect.h"

namespace usage {
namespace {

std::uint64_t total_size(const std::list<InputText>& texts) {
  std::uint64_t total = 0;
  for (const InputText& text : texts) total += text.size();
  return total;
}

FieldColumns mapped(const RecordSource& source, const HeaderRecord& header, const IntakeOptions& options) {
  auto result = map_columns(header.cells, options.columns);
  if (const auto* columns = std::get_if<FieldColumns>(&result)) return *columns;
  const auto& trouble = std::get<MappingTrouble>(result);
  throw RefusedError(trouble.name, source.name() + ":" + std::to_string(header.line) + ": " + trouble.what,
                     trouble.remedy);
}

Dialect header_of(RecordSource& source, const IntakeOptions& options) {
  return read_header(source, options.delimiter, [&options](const std::vector<std::string>& cells) {
    return std::holds_alternative<FieldColumns>(map_columns(cells, options.columns));
  });
}

// Each column once, for the first field that it holds.
ColumnChoice choice_of(const FieldColumns& columns, std::size_t in_header) {
  ColumnChoice choice{{columns.begin(), columns.end()}, in_header};
  for (auto column = choice.columns.begin(); column != choice.columns.end(); ++column) {
    if (std::find(choice.columns.begin(), column, *column) != column) column->reset();
  }
  return choice;
}

void read_all_rows(RecordSource& source, const Dialect& dialect, const FieldColumns& columns, RowIntake& intake) {
  const ColumnChoice choice = choice_of(columns, dialect.header.cells.size());
  RecordBlock block;
  bool any = false;
  while (source.next_block(dialect.delimiter, block)) {
    any = true;
    read_rows(block, choice, dialect.delimiter, [&intake](const CsvRow& row) { intake.take(row); });
  }
  if (any) return;
  throw RefusedError("input-no-rows", source.name() + ": there is a header and no row below it",
                     "export it again with its rows");
}

InputFile read_file(InputText& text, const std::string& name, const IntakeOptions& options, RowIntake& intake,
                    const std::function<void()>& report) {
  RecordSource source(shown_name(name), [&](std::span<char> into) {
    const std::size_t got = text.read(into);
    report();
    return got;
  });
  Dialect dialect = header_of(source, options);
  const FieldColumns columns = mapped(source, dialect.header, options);
  const std::uint64_t body_offset = source.offset();
  intake.begin_file(dialect.header.cells, columns, dialect.delimiter);
  read_all_rows(source, dialect, columns, intake);

  InputFile file = text.finish();
  file.body_offset = body_offset;
  file.delimiter = dialect.delimiter;
  file.decimal_sign = intake.decimal_sign();
  file.grouping = intake.grouping();
  file.had_bom_or_other_encoding = source.had_bom();
  file.mapping = describe(columns, dialect.header.cells);
  file.header = std::move(dialect.header.bytes);
  return file;
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

UsageInput read_usage(const std::vector<std::string>& files, const IntakeOptions& options,
                      const ReadProgress& progress) {
  check_field_names(options.columns);
  std::list<InputText> texts;  // all open before any is read, so that a missing one shows at once
  for (const std::string& name : files) texts.emplace_back(name);
  const std::uint64_t total = total_size(texts);

  RowIntake intake(options);
  std::vector<InputFile> descriptions;
  std::uint64_t done = 0;
  for (InputText& text : texts) {
    const std::string& name = files[descriptions.size()];
    descriptions.push_back(read_file(text, name, options, intake, [&] {
      if (progress) progress(done + text.bytes_read(), total);
    }));
    done += text.bytes_read();
  }
  refuse_same_content(descriptions);
  UsageInput input = intake.finish();
  input.files = std::move(descriptions);
  reject_repeated_references(input);
  warn(input);
  return input;
}

}  // namespace usage

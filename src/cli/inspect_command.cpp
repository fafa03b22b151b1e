#include <iostream>

#include "usage/base/json_writer.h"
#include "usage/base/text.h"
#include "usage/cli/commands.h"
#include "usage/intake/inspection.h"

namespace usage {
namespace {

std::string_view sign_of(const std::optional<DecimalSign>& sign) {
  if (!sign) return "";
  return *sign == DecimalSign::kPoint ? "point" : "comma";
}

// An empty text is no finding.
void write_text_or_null(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  text.empty() ? json.null() : json.value(text);
}

void write_numbers(JsonWriter& json, const NumberForm& form) {
  json.key("numbers").begin_object().key("cells").value(form.numbers);
  json.key("zeros").value(form.zeros).key("negatives").value(form.negatives);
  json.key("decorated").value(form.decorated);
  write_text_or_null(json, "decimal_sign", sign_of(form.decimal_sign));
  write_text_or_null(json, "grouping", name_of(form.grouping));
  json.key("contradictory").value(form.contradictory).key("ambiguous").value(form.ambiguous);
  write_text_or_null(json, "ambiguous_text", form.ambiguous_text);
  json.key("ambiguous_line").value(form.ambiguous_line).end_object();
}

void write_column(JsonWriter& json, const ColumnFindings& column) {
  json.begin_object().key("name").value(column.name).key("filled").value(column.filled);
  json.key("installation_sids").value(column.installation_sids).key("billing_sids").value(column.billing_sids);
  json.key("currency_codes").value(column.currency_codes).key("dates").value(column.dates);
  json.key("all_different").value(column.all_different);
  write_numbers(json, column.number);
  json.key("values").begin_array();
  for (const auto& [text, rows] : column.few_values) {
    json.begin_object().key("value").value(text).key("rows").value(rows).end_object();
  }
  json.end_array().end_object();
}

// Columns by their number, from 1.
void write_columns(JsonWriter& json, std::string_view key, const std::vector<std::size_t>& columns) {
  json.key(key).begin_array();
  for (std::size_t column : columns) json.value(std::uint64_t{column + 1});
  json.end_array();
}

void write_role(JsonWriter& json, std::string_view key, const RoleFinding& role) {
  json.key(key).begin_object().key("column");
  role.column ? json.value(std::uint64_t{*role.column + 1}) : json.null();
  write_columns(json, "candidates", role.candidates);
  json.end_object();
}

void write_roles(JsonWriter& json, const Inspection& found) {
  json.key("roles").begin_object();
  write_role(json, "installation", found.installation);
  write_role(json, "billing_sid", found.billing_sid);
  write_role(json, "quantity", found.quantity);
  write_role(json, "reference", found.reference);
  write_role(json, "currency", found.currency);
  json.end_object();
  write_columns(json, "installation_keys", found.installation_keys);
  write_columns(json, "billing_sid_keys", found.billing_sid_keys);
  write_columns(json, "statuses", found.statuses);
}

void write_total(JsonWriter& json, const std::optional<TotalFinding>& total) {
  json.key("total");
  if (!total) {
    json.null();
    return;
  }
  json.begin_object().key("line").value(total->line).key("amount").value(total->amount);
  write_text_or_null(json, "rows_sum", total->rows_sum ? total->rows_sum->text() : "");
  json.key("agrees").value(total->agrees).end_object();
}

std::string to_json(const Inspection& found) {
  JsonWriter json(JsonLayout::kIndented);
  json.begin_object().key("file").value(found.file);
  json.key("encoding").value(name_of(found.encoding));
  json.key("encoding_is_certain").value(found.encoding_source == EncodingSource::kFound);
  json.key("delimiter").value(std::string(1, found.delimiter));
  json.key("header_line").value(found.header_line).key("lines_above").value(found.lines_above);
  json.key("is_own_result").value(found.is_own_result);
  json.key("rows").value(found.rows).key("sampled_rows").value(found.sampled_rows);
  json.key("misshapen_rows").value(found.misshapen_rows);
  write_roles(json, found);
  json.key("columns").begin_array();
  for (const ColumnFindings& column : found.columns) write_column(json, column);
  json.end_array();
  write_total(json, found.total);
  json.key("profile").value(first_profile(found));
  return json.key("exit_status").value(0).end_object().text();
}

void say_what_is_open(const Inspection& found) {
  if (found.is_own_result) return;
  std::string open;
  const auto add = [&open](const RoleFinding& role, std::string_view name) {
    if (!role.column) open += (open.empty() ? "" : ", ") + std::string(name);
  };
  add(found.installation, "installation");
  add(found.billing_sid, "billing_sid");
  add(found.quantity, "quantity");
  std::cerr << "Looked at " << count_of(found.sampled_rows, "row", "rows") << " of " << shown_name(found.file)
            << " under the header in line " << found.header_line << ". "
            << (open.empty() ? "All needed columns are found" : "Open: " + open)
            << "; the comments say what is left to decide.\n";
}

}  // namespace

ExitStatus inspect(const InspectOptions& options, const CommandContext& context) {
  const Inspection found = inspect(options.file, options.known);
  if (context.common.output == OutputForm::kJson) {
    std::cout << to_json(found) << std::endl;
    return ExitStatus::kOk;
  }
  std::cout << first_profile(found) << std::flush;
  say_what_is_open(found);
  return ExitStatus::kOk;
}

}  // namespace usage

#include "reconciliation_row.h"

#include <algorithm>
#include <optional>
#include <string>

#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kMaxCellBytes = 2000;

// Not cut: a shortened reference would name another charge.
std::string input_cell(std::string_view text) {
  return clean_text(text, std::string_view::npos);
}

std::string time_cell(const std::optional<WallTime>& time) {
  return time ? rfc3339(*time) : std::string();
}

std::string number_cell(std::int64_t number) {
  return number == 0 ? std::string() : std::to_string(number);
}

std::string line_cell(const RowRecord& row, const RunSummary& summary) {
  const std::string line = std::to_string(row.place.line);
  if (row.file < summary.origins.size()) return clean_cell(summary.origins[row.file].run) + ":" + line;
  if (summary.files.size() < 2 || row.file >= summary.files.size()) return line;
  const std::string& name = summary.files[row.file].name;
  return (name == "-" ? "stdin" : clean_cell(name)) + ":" + line;
}

std::string reason_of(const RowRecord& row) {
  if (row.superseded_by.empty()) return row.reason;
  return row.reason + (row.reason.empty() ? "" : "; ") + "superseded by " + row.superseded_by;
}

}  // namespace

bool has_decimal_comma(const std::vector<InputFile>& files) {
  return std::any_of(files.begin(), files.end(),
                     [](const InputFile& file) { return file.decimal_sign == DecimalSign::kComma; });
}

std::string_view sign_of_reconciled(const RowRecord& row, const std::vector<InputFile>& files) {
  if (row.has_amount || row.file >= files.size() || files[row.file].decimal_sign == DecimalSign::kPoint) return ".";
  // A file of ours says it row by row, and which row this was is not kept: a person must look.
  return files[row.file].mapping.usage_row.empty() ? "," : "?";
}

std::string reason_cell(std::string_view text) {
  return clean_cell(text, kMaxCellBytes);
}

void write_reconciliation_cells(CsvWriter& csv, const RowRecord& row, const RunSummary& summary) {
  csv.cell(line_cell(row, summary));
  csv.cell(input_cell(row.installation));
  csv.cell(input_cell(row.billing_sid));
  csv.cell(input_cell(row.quantity));
  csv.cell(input_cell(row.currency));
  csv.cell(input_cell(row.reference));
  csv.cell(name_of(row.status));
  csv.cell(reason_cell(reason_of(row)));
  csv.cell(number_cell(row.http_status));
  csv.cell(reason_cell(row.error_code));
  csv.cell(std::to_string(row.attempts));
  csv.cell(number_cell(row.request));
  csv.cell(reason_cell(row.twilio_request_id));
  csv.cell(time_cell(row.sent_at));
  csv.cell(time_cell(row.completed_at));
  csv.cell(reason_cell(row.settled_by));
  csv.cell(time_cell(row.settled_at));
  csv.cell(reason_cell(row.settle_note));
}

}  // namespace usage

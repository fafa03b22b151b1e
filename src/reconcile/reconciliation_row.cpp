#include "reconciliation_row.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "usage/base/text.h"
#include "usage/model/reason_words.h"

namespace usage {
namespace {

constexpr std::size_t kMaxCellBytes = 2000;

// Writes the cells of one row; `kept` holds what had to be changed for its cell.
class RowCells {
 public:
  explicit RowCells(CsvWriter& csv) : csv_(csv) {}

  // Not cut: a shortened reference would name another charge.
  void input(std::string_view text) { csv_.cell(clean_text(text, std::string_view::npos, kept_)); }
  void ours(std::string_view text) { csv_.cell(text); }
  void foreign(std::string_view text) { csv_.cell(clean_cell(text, kMaxCellBytes, kept_)); }
  void time(const std::optional<WallTime>& time) { csv_.cell(time ? rfc3339(*time) : std::string()); }
  void number(std::int64_t number) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    csv_.cell({digits.data(), end.ptr});
  }
  void number_or_empty(std::int64_t number) { number == 0 ? ours("") : this->number(number); }

 private:
  CsvWriter& csv_;
  std::string kept_;
};

std::string superseded_reason(const RowRecord& row) {
  return row.reason + (row.reason.empty() ? "" : "; ") + std::string(kSupersededWords) + row.superseded_by;
}

}  // namespace

std::string line_of(const RowRecord& row, const RunSummary& summary) {
  const std::string line = std::to_string(row.place.line);
  if (row.file < summary.origins.size()) return clean_cell(summary.origins[row.file].run) + ":" + line;
  if (summary.files.size() < 2 || row.file >= summary.files.size()) return line;
  return clean_cell(shown_name(summary.files[row.file].name)) + ":" + line;
}

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
  RowCells cells(csv);
  cells.ours(line_of(row, summary));
  for (const std::string* text : {&row.installation, &row.billing_sid, &row.quantity, &row.currency, &row.reference})
    cells.input(*text);
  cells.ours(name_of(row.status));
  if (row.superseded_by.empty())
    cells.foreign(row.reason);
  else
    cells.foreign(superseded_reason(row));
  cells.number_or_empty(row.http_status);
  cells.foreign(row.error_code);
  cells.number(row.attempts);
  cells.number_or_empty(row.request);
  cells.foreign(row.twilio_request_id);
  cells.time(row.sent_at);
  cells.time(row.completed_at);
  cells.foreign(row.settled_by);
  cells.time(row.settled_at);
  cells.foreign(row.settle_note);
}

}  // namespace usage

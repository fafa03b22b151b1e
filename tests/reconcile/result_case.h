// Rows of a run with every column distinct, an input file that holds them, and the result files as text.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/temp_folder.h"
#include "usage/base/digest.h"
#include "usage/base/file.h"
#include "usage/reconcile/result_files.h"

namespace usage::test {

inline constexpr WallTime kNoon =
    std::chrono::sys_days(std::chrono::year(2026) / std::chrono::October / 31) + std::chrono::hours(12);

inline std::string hex32(unsigned number) {
  const std::string digits = std::to_string(number);
  return std::string(32 - digits.size(), '0') + digits;
}

// Row `number` (from 1) as a run leaves it that sent it.
inline RowRecord sent_row(unsigned number, RowStatus status, std::string quantity) {
  RowRecord row;
  row.ordinal = number - 1;
  row.place.line = number + 1;
  row.installation = "XE" + hex32(number);
  row.billing_sid = "BI" + hex32(500 + number);
  row.quantity = std::move(quantity);
  row.has_amount = true;
  row.reference = "INV-" + std::to_string(number);
  row.status = status;
  row.reason = "reason " + std::to_string(number);
  row.request = 70 + number;
  row.attempts = 2;
  row.usage_row = "u-" + std::to_string(900 + number);
  return row;
}

inline EachRow each_of(const std::vector<RowRecord>& rows) {
  return [&rows](const std::function<void(const RowRecord&)>& visit) {
    for (const RowRecord& row : rows) visit(row);
  };
}

inline std::vector<Total> totals_of(const std::vector<RowRecord>& rows) {
  Totals totals;
  for (const RowRecord& row : rows) totals.add(row);
  return totals.plain();
}

inline void write_text(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

// Writes the records under the header, each ended by `line_end`, and notes where each lies.
struct Input {
  InputFile file;
  std::vector<RowPlace> places;
};
inline Input write_input(const std::filesystem::path& path, std::string_view header,
                         const std::vector<std::string>& records, std::string_view line_end = "\n",
                         std::string_view bom = "") {
  Input input;
  std::string text = std::string(bom) + std::string(header) + std::string(line_end);
  input.file.body_offset = text.size();
  std::uint32_t line = 2;
  for (const std::string& record : records) {
    input.places.push_back({text.size(), static_cast<std::uint32_t>(record.size()), line++});
    text += record;
    text += line_end;
  }
  write_text(path, text);
  Sha256 digest;
  digest.add(text);
  input.file.name = input.file.spool = path.string();
  input.file.digest = digest.hex();
  input.file.bytes = text.size();
  input.file.header = header;
  input.file.had_bom_or_other_encoding = !bom.empty();
  return input;
}

// A finished run over one input file, and its result folder.
struct ResultCase {
  TempFolder temp;
  std::filesystem::path out = temp.path() / "out";
  std::vector<RowRecord> rows;
  RunSummary summary;

  ResultCase() {
    std::filesystem::create_directory(out);
    summary.state = SummaryState::kFinished;
    summary.program_version = "9.8.7";
    summary.ledger = {"0123456789abcdef", 4, 0};
    summary.run = "2026-10-3";
    summary.scope = {"https://marketplace.twilio.com", "AC" + hex32(1), "2026-10"};
    summary.started_at = kNoon;
    summary.ended_at = kNoon + std::chrono::milliseconds(12345);
  }

  // The input file input.csv, its records beside `rows` in this order.
  void input(std::string_view header, const std::vector<std::string>& records, std::string_view line_end = "\n",
             std::string_view bom = "", char delimiter = ',') {
    Input input = write_input(temp.path() / "input.csv", header, records, line_end, bom);
    input.file.delimiter = delimiter;
    for (std::size_t i = 0; i < rows.size() && i < input.places.size(); ++i) rows[i].place = input.places[i];
    summary.files = {std::move(input.file)};
  }

  void write() {
    summary.input_totals = totals_of(rows);
    write_results(summary, folder(), each_of(rows));
  }

  OutFolder folder() const { return {.path = out}; }
  std::string text(std::string_view name) const { return read_file(out / name, 1 << 20); }
};

}  // namespace usage::test

// Reads files as the program does and prints what it read: one JSON object a line on stdout for each line on stdin.
// A line holds words parted by U+001F, the first of which says what is wanted:
//   usage FILE... OPTIONS    read_usage, with the options of `usage-uploader validate`
//   cells DELIMITER FILE     the csv room alone: records, and their cells by the parser and by split_cells
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "csv/read_text.h"
#include "usage/base/error.h"
#include "usage/base/json_writer.h"
#include "usage/cli/options.h"
#include "usage/csv/cells.h"
#include "usage/intake/usage_intake.h"

using namespace usage;

namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
  constexpr char kUnitSeparator = '\x1F';
  Words words;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(kUnitSeparator, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

void write_place(JsonWriter& json, const RowPlace& place, std::uint16_t file) {
  json.key("file").value(unsigned{file});
  json.key("line").value(place.line).key("offset").value(place.offset).key("length").value(place.length);
}

std::string text_at(const std::vector<std::string>& texts, std::uint32_t index) {
  return index == kNoText ? "" : texts[index];
}

void write_rows(JsonWriter& json, const UsageInput& input) {
  json.key("rows").begin_array();
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    const UsageRow& row = input.rows[i];
    json.begin_object();
    write_place(json, row.place, row.file);
    json.key("installation").value(input.installations[row.installation]);
    json.key("billing_sid").value(input.billing_sids[row.billing_sid]);
    json.key("quantity").value(row.quantity.text());
    json.key("reference").value(text_at(input.references, row.reference));
    json.key("currency").value(input.currencies[row.currency]).end_object();
  }
  json.end_array();
}

template <class Row>
void write_unbilled_row(JsonWriter& json, const Row& row, const UsageInput& input) {
  write_place(json, row.place, row.file);
  json.key("currency").value(input.currencies[row.currency]).key("amount");
  if (row.amount) {
    json.value(row.amount->text());
  } else {
    json.null();
  }
}

void write_invalid(JsonWriter& json, const UsageInput& input) {
  json.key("invalid").begin_array();
  for (const InvalidRow& row : input.invalid) {
    json.begin_object();
    write_unbilled_row(json, row, input);
    json.key("problems").begin_array();
    for (const RowProblem& problem : row.problems) json.value(problem.name);
    json.end_array().end_object();
  }
  json.end_array();
}

void write_left_out(JsonWriter& json, const UsageInput& input) {
  json.key("left_out").begin_array();
  for (const LeftOutRow& row : input.left_out) {
    json.begin_object();
    write_unbilled_row(json, row, input);
    json.key("reason").value(row.reason).end_object();
  }
  json.end_array();
}

void write_total_lines(JsonWriter& json, const UsageInput& input) {
  json.key("total_lines").begin_array();
  for (const TotalLine& total : input.total_lines) {
    json.begin_object().key("file").value(unsigned{total.file}).key("line").value(total.line);
    json.key("amount").value(total.amount.text()).end_object();
  }
  json.end_array();
}

void write_files(JsonWriter& json, const UsageInput& input) {
  json.key("files").begin_array();
  for (const InputFile& file : input.files) {
    json.begin_object().key("bytes").value(file.bytes).key("body_offset").value(file.body_offset);
    json.key("delimiter").value(std::string(1, file.delimiter)).key("header").value(file.header).end_object();
  }
  json.end_array();
}

// The same options come often, and CLI11 takes longer for them than the reader for a small file.
const IntakeOptions& options_of(const Words& flags) {
  static std::map<Words, IntakeOptions> known;
  const auto found = known.find(flags);
  if (found != known.end()) return found->second;
  Words arguments = {"validate", "FILE"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const CommandLine line = parse_command_line(arguments, {{"HOME", "/nowhere"}}, "");
  return known.emplace(flags, std::get<ValidateOptions>(line.command).file.intake).first->second;
}

void print_usage(JsonWriter& json, const Words& words) {
  const auto is_flag = [](const std::string& word) { return word.starts_with("--"); };
  const auto flags = std::find_if(words.begin() + 1, words.end(), is_flag);
  const UsageInput input = read_usage({words.begin() + 1, flags}, options_of({flags, words.end()}), {});
  write_files(json, input);
  write_rows(json, input);
  write_invalid(json, input);
  write_left_out(json, input);
  write_total_lines(json, input);
}

std::string bytes_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class Cells>
void write_cells(JsonWriter& json, std::string_view name, const Cells& cells) {
  json.key(name).begin_array();
  for (const auto& cell : cells) json.value(cell);
  json.end_array();
}

std::vector<std::string> split_texts(std::string_view record, char delimiter) {
  std::vector<std::string> texts;
  for (std::string_view raw : split_cells(record, delimiter)) texts.push_back(cell_text(raw));
  return texts;
}

void print_cells(JsonWriter& json, const Words& words) {
  const char delimiter = words.at(1).at(0);
  const std::string text = bytes_of_file(words.at(2));
  const test::ReadText read = test::read_text(text, delimiter);
  write_cells(json, "header", read.header);
  json.key("rows").begin_array();
  for (const test::ReadRow& row : read.rows) {
    json.begin_object();
    write_place(json, row.place, 0);
    json.key("columns").value(std::uint64_t{row.columns}).key("stray").value(row.stray_quote.has_value());
    write_cells(json, "parsed", row.cells);
    const std::string_view record = std::string_view(text).substr(row.place.offset, row.place.length);
    write_cells(json, "split", split_texts(record, delimiter));
    json.end_object();
  }
  json.end_array();
}

// An Error is what the program would tell; anything else thrown ends the driver, and so the test.
std::string answer_to(const Words& words) {
  try {
    JsonWriter json;
    json.begin_object();
    words.front() == "cells" ? print_cells(json, words) : print_usage(json, words);
    return json.end_object().text();
  } catch (const Error& error) {
    JsonWriter json;
    json.begin_object().key("refused").value(error.name()).key("message").value(std::string_view(error.what()));
    json.key("remedy").value(error.remedy()).key("status").value(static_cast<int>(error.status())).end_object();
    return json.text();
  }
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) std::cout << answer_to(words_of(line)) << std::endl;
  return 0;
}

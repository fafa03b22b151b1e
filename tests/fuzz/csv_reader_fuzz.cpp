// Records and cells out of any bytes: every byte is accounted for, the buffers' sizes make no difference, and a plain
// reader finds the same rows. The input: delimiter and mode, two bytes for the buffers' sizes, the text.
#include <algorithm>

#include "csv/plain_reader.h"
#include "csv/read_text.h"
#include "oracle.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"

using namespace usage;
using namespace usage::fuzz;
using usage::test::PlainReader;
using usage::test::PlainRow;

namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr BufferSizes kAmple{1 << 14, 1 << 14};

struct Reading {
  RecordBlock all;
  std::string refusal;  // its name
  std::string message;
};

Reading read_records(std::string_view text, char delimiter, BufferSizes sizes) {
  Reading reading;
  try {
    RecordSource source("t.csv", test::bytes_of(text), sizes);
    for (RecordBlock block; source.next_block(delimiter, block);) {
      const std::size_t before = reading.all.places.size();
      for (auto stray : block.stray_quotes) reading.all.stray_quotes.push_back({before + stray.record, stray.column});
      reading.all.places.insert(reading.all.places.end(), block.places.begin(), block.places.end());
      reading.all.text += block.text;
    }
  } catch (const RefusedError& error) {
    reading.refusal = error.name();
    reading.message = error.what();
  }
  return reading;
}

void require_same(const Reading& a, const Reading& b, std::string_view text) {
  require(a.refusal.empty() == b.refusal.empty(), "the buffers' sizes decide whether a text is read",
          a.message + "\n" + b.message);
  // A NUL is seen as soon as it is read, other damage when its turn comes.
  const bool has_nul = text.find('\0') != std::string_view::npos;
  require(has_nul || a.message == b.message, "the buffers' sizes change the refusal", a.message + "\n" + b.message);
  if (!a.refusal.empty()) return;
  require(a.all.text == b.all.text && a.all.places == b.all.places, "the buffers' sizes change the records");
  const auto same = [](auto x, auto y) { return x.record == y.record && x.column == y.column; };
  require(std::ranges::equal(a.all.stray_quotes, b.all.stray_quotes, same), "the buffers' sizes change stray quotes");
}

void require_cause(const Reading& reading, std::string_view text) {
  const auto holds = [text](std::string_view part) { return text.find(part) != std::string_view::npos; };
  const bool nul = holds(std::string_view("\0", 1));
  const bool broken = !is_valid_utf8(text);
  require(!reading.refusal.empty() || !(nul || broken), "NUL or broken UTF-8 is read");
  require(reading.message.find('\n') == std::string::npos, "a message of more than one line", reading.message);
  const bool caused = reading.refusal.empty() || (reading.refusal == "input-nul" && nul) ||
                      (reading.refusal == "input-encoding" && (broken || nul)) ||
                      (reading.refusal == "input-quote" && holds("\"")) ||
                      (reading.refusal == "input-line-end" && holds("\r"));
  require(caused, "refused without a cause", reading.refusal);
}

// Line ends and lines of blanks; a last line may lack its end.
void require_blank(std::string_view between) {
  for (std::size_t i = 0; i < between.size(); ++i) {
    const char c = between[i];
    const bool returns = c == '\r' && (i + 1 == between.size() || between[i + 1] == '\n');
    require(returns || c == '\n' || c == ' ' || c == '\t', "bytes belong to no record", std::string(between));
  }
}

void require_every_byte(const Reading& reading, std::string_view text) {
  std::size_t at = text.starts_with(kBom) ? kBom.size() : 0;
  for (const RowPlace& place : reading.all.places) {
    require(place.offset >= at, "records overlap");
    require_blank(text.substr(at, place.offset - at));
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(place.offset), '\n');
    require(place.line == line, "a record's line is not that of its first byte");
    at = place.offset + place.length;
  }
  require_blank(text.substr(at));
}

std::string marked(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '\n' || c == '\r'; }, kLineBreakMark);
  return std::string(trim_blanks(text));
}

void require_plain_rows(const Reading& reading, std::string_view text, char delimiter) {
  if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
  auto rows = PlainReader::read(text, delimiter);
  std::erase_if(rows, [](const PlainRow& row) {
    return row.cells.size() == 1 && !row.has_quote && trim_blanks(row.cells[0]).empty();
  });
  require(rows.size() == reading.all.places.size(), "a plain reader finds another number of rows");
  auto stray = reading.all.stray_quotes.begin();
  std::size_t begin = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string_view record = std::string_view(reading.all.text).substr(begin, reading.all.places[i].length);
    begin += record.size() + 1;
    const auto cells = split_cells(record, delimiter);
    require(reading.all.places[i].line == rows[i].line, "a plain reader finds a row at another line");
    require(cells.size() == rows[i].cells.size(), "a plain reader finds another number of cells");
    const bool is_stray = stray != reading.all.stray_quotes.end() && stray->record == i;
    if (is_stray) ++stray;
    for (std::size_t column = 0; !is_stray && column < cells.size(); ++column) {
      require(marked(cell_text(cells[column])) == marked(rows[i].cells[column]), "a plain reader finds another cell");
    }
  }
}

// The parser allocates 48 MiB for each block, so only some inputs go through it.
void require_parsed_cells(const Reading& reading, char delimiter) {
  if (reading.all.places.empty()) return;
  const std::string_view first = std::string_view(reading.all.text).substr(0, reading.all.places[0].length);
  ColumnChoice choice{{}, split_cells(first, delimiter).size()};
  for (std::size_t i = 0; i < std::min(choice.in_header, kMaxReadColumns); ++i) choice.columns.emplace_back(i);
  std::size_t rows = 0;
  read_rows(reading.all, choice, delimiter, [&](const CsvRow& row) {
    ++rows;
    const auto cells = split_cells(row.record, delimiter);
    require(row.columns == cells.size(), "the parser counts other cells");
    if (row.columns != choice.in_header || row.stray_quote) return;
    for (std::size_t i = 0; i < choice.columns.size(); ++i) {
      require(trim_blanks(row.cells[i]) == cell_text(cells[i]), "the parser has another cell");
    }
  });
  require(rows == reading.all.places.size(), "the parser has another number of rows");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view text = text_of(data, size);
  const unsigned mode = take_byte(text);
  const char delimiter = kDelimiters[mode % kDelimiters.size()];
  const unsigned read_size = 4 + take_byte(text) % 32;
  const unsigned block_size = 1 + take_byte(text);
  const Reading reading = read_records(text, delimiter, kAmple);
  require_same(reading, read_records(text, delimiter, {read_size, block_size}), text);
  require_cause(reading, text);
  if (!reading.refusal.empty()) return 0;
  require_every_byte(reading, text);
  require_plain_rows(reading, text, delimiter);
  const bool through_parser = std::hash<std::string_view>{}(text) % 32 == 0;
  if (through_parser) require_parsed_cells(reading, delimiter);
  return 0;
}

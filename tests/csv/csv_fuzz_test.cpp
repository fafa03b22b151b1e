// Generated texts, read by ours and by a plain reader: the same rows, or a refusal; never other rows.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "plain_reader.h"
#include "read_text.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"

using namespace usage;
using namespace usage::test;

namespace {

constexpr std::uint64_t kSeed = 20261031;
constexpr std::size_t kColumns = 3;

std::string marked(std::string text) {
  const auto is_break = [](char c) { return c == '\n' || c == '\r'; };
  std::replace_if(text.begin(), text.end(), is_break, kLineBreakMark);
  return std::string(trim_blanks(text));
}

// The rows of the plain reader without its lines of blanks, which ours leaves out.
std::vector<PlainRow> plain_rows(std::string_view text, char delimiter) {
  std::vector<PlainRow> rows = PlainReader::read(text, delimiter);
  std::erase_if(rows, [](const PlainRow& row) {
    return row.cells.size() == 1 && !row.has_quote && trim_blanks(row.cells[0]).empty();
  });
  return rows;
}

// Texts of pieces that are easily misread.
std::string hard_text(std::mt19937_64& random, char delimiter) {
  const std::string d(1, delimiter);
  const std::vector<std::string> pieces = {"\"", "\"",     "\"\"",   d,      d,      d,         "\n",
                                           "\n", "\r\n",   " ",      "a",    "bc",   ";",       "\t",
                                           "\r", d + "\"", "\"" + d, "\"\n", "\n\"", "\xC3\xBC"};
  std::string text;
  for (std::size_t left = 1 + random() % 24; left > 0; --left) text += pieces[random() % pieces.size()];
  return text;
}

// All blocks of a text joined to one; nothing where it is refused.
std::optional<RecordBlock> records_of(std::string_view text, char delimiter, BufferSizes sizes) {
  RecordBlock all;
  try {
    RecordSource source("t.csv", bytes_of(text), sizes);
    RecordBlock block;
    while (source.next_block(delimiter, block)) {
      for (auto stray : block.stray_quotes)
        all.stray_quotes.push_back({stray.record + all.places.size(), stray.column});
      all.places.insert(all.places.end(), block.places.begin(), block.places.end());
      all.text += block.text;
    }
  } catch (const RefusedError&) {
    return std::nullopt;
  }
  return all;
}

void append(RecordBlock& to, const RecordBlock& from) {
  for (auto stray : from.stray_quotes) to.stray_quotes.push_back({stray.record + to.places.size(), stray.column});
  to.places.insert(to.places.end(), from.places.begin(), from.places.end());
  to.text += from.text;
}

// Many texts' records through the parser at once: it allocates 48 MiB for each block.
void check_cells(const RecordBlock& block, const std::vector<PlainRow>& expected, char delimiter) {
  std::size_t i = 0;
  read_rows(block, {{0, 1, 2}, kColumns}, delimiter, [&](const CsvRow& row) {
    REQUIRE(i < expected.size());
    const PlainRow& plain = expected[i++];
    CAPTURE(std::string(row.record));
    CHECK(row.place.line == plain.line);
    CHECK(row.columns == plain.cells.size());
    if (row.columns != kColumns || row.stray_quote) return;
    for (std::size_t column = 0; column < kColumns; ++column) {
      CHECK(trim_blanks(row.cells[column]) == marked(plain.cells[column]));
    }
  });
  CHECK(i == expected.size());
}

std::string in_quotes(const std::string& cell) {
  std::string text = "\"";
  for (char c : cell) text.append(c == '"' ? 2 : 1, c);
  return text + "\"";
}

std::string random_cell(std::mt19937_64& random) {
  static const std::vector<std::string> kPieces = {"\"",   ",", ";",  "\t", "|",        "\n",
                                                   "\r\n", "x", "yz", " ",  "\xC3\xBC", "7"};
  std::string cell;
  for (std::size_t left = random() % 6; left > 0; --left) cell += kPieces[random() % kPieces.size()];
  return cell;
}

}  // namespace

TEST_CASE("of hard texts the reader gives the same rows as a plain reader, or refuses them") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  for (const char delimiter : kDelimiters) {
    CAPTURE(delimiter);
    RecordBlock accepted;
    std::vector<PlainRow> expected;
    std::size_t refused = 0;
    std::size_t texts = 0;
    for (; texts < 6000; ++texts) {
      const std::string text = hard_text(random, delimiter);
      const BufferSizes sizes{4 + random() % 8, 1 + random() % 20};
      const auto block = records_of(text, delimiter, sizes);
      if (!block) {
        ++refused;
        const bool has_cause = text.find('"') != std::string::npos || text.find('\r') != std::string::npos;
        CHECK(has_cause);
        continue;
      }
      const auto rows = plain_rows(text, delimiter);
      CAPTURE(text);
      REQUIRE(block->places.size() == rows.size());
      append(accepted, *block);
      expected.insert(expected.end(), rows.begin(), rows.end());
    }
    check_cells(accepted, expected, delimiter);
    CHECK(refused > texts / 20);
    CHECK(refused < texts * 3 / 4);
    CHECK(accepted.stray_quotes.size() > 100);
  }
}

TEST_CASE("what a proper writer writes is never refused, and comes back cell for cell") {
  std::mt19937_64 random(kSeed + 1);
  INFO("seed ", kSeed + 1);
  for (const char delimiter : kDelimiters) {
    CAPTURE(delimiter);
    std::string text;
    std::vector<PlainRow> expected;
    std::uint32_t line = 1;
    for (std::size_t row = 0; row < 3000; ++row) {
      const std::size_t begin = text.size();
      PlainRow plain{line, {}, true};
      for (std::size_t column = 0; column < kColumns; ++column) {
        plain.cells.push_back(random_cell(random));
        text += in_quotes(plain.cells.back());
        text += column + 1 < kColumns ? std::string(1, delimiter) : random() % 2 == 0 ? "\n" : "\r\n";
      }
      line +=
          static_cast<std::uint32_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), '\n'));
      expected.push_back(std::move(plain));
    }
    const auto block = records_of(text, delimiter, {4 + random() % 100, 1 + random() % 5000});
    REQUIRE(block);
    REQUIRE(block->places.size() == expected.size());
    CHECK(block->stray_quotes.empty());
    check_cells(*block, expected, delimiter);
  }
}

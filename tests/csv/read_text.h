// Texts through the whole reading way, for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/error.h"
#include "usage/csv/csv_reader.h"
#include "usage/csv/dialect.h"
#include "usage/csv/record_source.h"

namespace usage::test {

// A text as an input that fills every read; `text` must outlive it.
inline ReadBytes bytes_of(std::string_view text) {
  return [left = text](std::span<char> into) mutable {
    const std::size_t got = left.copy(into.data(), into.size());
    left.remove_prefix(got);
    return got;
  };
}

struct ReadRow {
  RowPlace place;
  std::size_t columns = 0;
  std::optional<std::size_t> stray_quote;
  std::vector<std::string> cells;
};

struct ReadText {
  std::vector<std::string> header;
  std::vector<ReadRow> rows;
};

// The first 16 columns, with quoted line breaks as kLineBreakMark.
inline ReadText read_text(std::string_view text, char delimiter = ',', BufferSizes sizes = BufferSizes()) {
  RecordSource source("t.csv", bytes_of(text), sizes);
  const Dialect dialect = read_header(source, delimiter, [](const auto&) { return true; });
  ReadText result{dialect.header.cells, {}};
  ColumnChoice choice{{}, result.header.size()};
  for (std::size_t i = 0; i < std::min(choice.in_header, kMaxReadColumns); ++i) choice.columns.emplace_back(i);
  RecordBlock block;
  while (source.next_block(delimiter, block)) {
    read_rows(block, choice, delimiter, [&](const CsvRow& row) {
      const auto end = row.cells.begin() + static_cast<std::ptrdiff_t>(choice.columns.size());
      result.rows.push_back({row.place, row.columns, row.stray_quote, {row.cells.begin(), end}});
    });
  }
  return result;
}

// The name of the error that refuses the text, with its message; "" where it is read.
struct Refusal {
  std::string name;
  std::string message;
};

inline Refusal refusal_of(std::string_view text, char delimiter = ',', BufferSizes sizes = BufferSizes()) {
  try {
    read_text(text, delimiter, sizes);
    return {};
  } catch (const RefusedError& error) {
    return {error.name(), error.what()};
  }
}

inline std::vector<std::vector<std::string>> cells_of(const ReadText& read) {
  std::vector<std::vector<std::string>> cells;
  for (const ReadRow& row : read.rows) cells.push_back(row.cells);
  return cells;
}

}  // namespace usage::test

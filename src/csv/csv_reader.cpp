#include "usage/csv/csv_reader.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#define CSV_IO_NO_THREAD
#include <libfccp/csv.h>

#include "byte_marks.h"
#include "usage/base/error.h"
#include "usage/csv/cells.h"

namespace usage {
namespace {

using Blanks = io::trim_chars<' ', '\t'>;

// The grammar of cells.h for the parser. Records are whole and beyond doubt here: a quote that opens a cell is closed
// in it, and behind the closing quote only the delimiter matters.
template <char delimiter>
struct CellQuotes : io::double_quote_escape<delimiter, '"'> {
  static const char* find_next_column_end(const char* begin) {
    return find_end_of_cell(*begin == '"' ? behind_closing_quote(begin) : begin, delimiter);
  }

 private:
  static const char* behind_closing_quote(const char* opening) {
    const char* at = opening;
    do {
      at = std::strchr(at + 1, '"');
      if (at == nullptr) throw io::error::escaped_string_not_closed();
      ++at;
    } while (*at == '"');
    return at;
  }
};

// Hands out the header, then the records; fills every read while there is more.
class BlockBytes final : public io::ByteSourceBase {
 public:
  BlockBytes(std::string_view header, std::string_view records) : left_{header, records} {}

  int read(char* buffer, int size) override {
    std::size_t room = static_cast<std::size_t>(size);
    for (std::string_view& part : left_) {
      const std::size_t copied = part.copy(buffer, room);
      part.remove_prefix(copied);
      buffer += copied;
      room -= copied;
    }
    return size - static_cast<int>(room);
  }

 private:
  std::array<std::string_view, 2> left_;
};

// The parser's column names are fixed: the n-th column asked for is called "n", and the others have no name.
template <std::size_t... kIndex>
std::array<std::string, sizeof...(kIndex)> fixed_names(std::index_sequence<kIndex...>) {
  return {std::to_string(kIndex)...};
}

// The parser over records of which it reads so many columns.
template <char delimiter, std::size_t kCount>
class Parser {
 public:
  Parser(std::string_view header, std::string_view records)
      : reader_("", std::make_unique<BlockBytes>(header, records)) {
    const auto read_header = [this](const auto&... name) {
      reader_.read_header(io::ignore_extra_column | io::ignore_missing_column, name...);
    };
    std::apply(read_header, fixed_names(kColumns));
  }

  // The next row's cells; false where there is none. A column that the header lacks stays as it is.
  bool read(std::array<const char*, kCount>& cells) {
    return std::apply([this](auto&... cell) { return reader_.read_row(cell...); }, cells);
  }
  bool at_end() { return reader_.next_line() == nullptr; }

 private:
  static constexpr auto kColumns = std::make_index_sequence<kCount>{};
  io::CSVReader<kCount, Blanks, CellQuotes<delimiter>, io::ignore_overflow, io::no_comment> reader_;
};

std::string fixed_header(const ColumnChoice& choice, char delimiter) {
  std::vector<std::string> names(choice.in_header);
  for (std::size_t i = 0; i < choice.columns.size(); ++i) {
    if (choice.columns[i] && names.at(*choice.columns[i]).empty()) names[*choice.columns[i]] = std::to_string(i);
  }
  std::string header;
  for (const std::string& name : names) (header += name) += delimiter;
  header.back() = '\n';
  return header;
}

// Columns that are asked for a second time, each with the first place that has the same cell.
std::vector<std::pair<std::size_t, std::size_t>> repeated_columns(const ColumnChoice& choice) {
  std::vector<std::pair<std::size_t, std::size_t>> repeated;
  for (std::size_t i = 0; i < choice.columns.size(); ++i) {
    const auto first = std::find(choice.columns.begin(), choice.columns.end(), choice.columns[i]);
    const auto place = static_cast<std::size_t>(first - choice.columns.begin());
    if (choice.columns[i] && place < i) repeated.emplace_back(i, place);
  }
  return repeated;
}

[[noreturn]] void refuse_disagreement(const RowPlace& place) {
  throw RefusedError("input-reader",
                     "the CSV parser and the byte source disagree near line " + std::to_string(place.line),
                     "please report this with the file: it is an error of this program");
}

template <char delimiter>
class BlockReader {
 public:
  BlockReader(const RecordBlock& block, const ColumnChoice& choice)
      : block_(block),
        in_header_(choice.in_header),
        repeated_(repeated_columns(choice)),
        header_(fixed_header(choice, delimiter)),
        parser_(header_, block.text) {}

  void read_all(const RowSink& sink) {
    auto stray = block_.stray_quotes.begin();
    auto of_lines = block_.of_lines.begin();
    std::size_t begin = 0;
    for (std::size_t i = 0; i < block_.places.size(); ++i) {
      CsvRow row;
      row.place = block_.places[i];
      row.record = std::string_view(block_.text).substr(begin, row.place.length);
      if (stray != block_.stray_quotes.end() && stray->record == i) row.stray_quote = (stray++)->column;
      row.has_line_breaks = of_lines != block_.of_lines.end() && *of_lines == i;
      if (row.has_line_breaks) ++of_lines;
      read(row);
      sink(row);
      begin += row.record.size() + 1;
    }
    if (!parser_.at_end()) refuse_disagreement(block_.places.back());
  }

 private:
  void read(CsvRow& row) {
    std::array<const char*, kMaxReadColumns> cells;
    cells.fill("");  // the parser leaves alone what the header lacks
    row.columns = in_header_;
    try {
      if (!parser_.read(cells)) refuse_disagreement(row.place);
      std::copy(cells.begin(), cells.end(), row.cells.begin());
      for (const auto& [place, first] : repeated_) row.cells[place] = row.cells[first];
    } catch (const io::error::too_few_columns&) {
      row.columns = split_cells(row.record, delimiter).size();
    } catch (const io::error::too_many_columns&) {
      row.columns = split_cells(row.record, delimiter).size();
    }
  }

  const RecordBlock& block_;
  std::size_t in_header_;
  std::vector<std::pair<std::size_t, std::size_t>> repeated_;
  std::string header_;
  Parser<delimiter, kMaxReadColumns> parser_;
};

template <char delimiter>
void read_rows_by(const RecordBlock& block, const ColumnChoice& choice, const RowSink& sink) {
  try {
    BlockReader<delimiter>(block, choice).read_all(sink);
  } catch (const io::error::base&) {
    refuse_disagreement(block.places.front());
  }
}

// One line of cells, in place, by the parser's steps for a cell. Returns where the next line begins.
template <char delimiter>
char* read_cut_row(char* line, std::size_t columns, const RowPlace& place, CutCells& cells) {
  using Quotes = CellQuotes<delimiter>;
  for (std::size_t i = 0;; ++i) {
    char* begin = nullptr;
    char* end = nullptr;
    io::detail::chop_next_column<Quotes>(line, begin, end);
    char* const next = end + 1;
    Blanks::trim(begin, end);
    Quotes::unescape(begin, end);
    cells[i] = std::string_view(begin, static_cast<std::size_t>(end - begin));
    const bool is_last = i + 1 == columns;
    if (is_last != (line == nullptr)) refuse_disagreement(place);
    if (is_last) return next;
  }
}

// The lines are known already: the parser's line reader would take 48 MiB for each chunk, and look for their ends
// again.
template <char delimiter>
void read_cut_rows_by(RowChunk& chunk, const RowForm& form, const CutRowSink& sink) {
  char* line = chunk.cut_rows().data();
  const char* const end = line + chunk.cut_rows().size();
  CutCells cells;
  try {
    for (const RowPlace& place : chunk.cut_places()) {
      if (line >= end) refuse_disagreement(place);
      line = read_cut_row<delimiter>(line, form.cut.size(), place, cells);
      sink(place, cells);
    }
  } catch (const io::error::base&) {
    refuse_disagreement(chunk.cut_places().front());
  }
  if (line != end) refuse_disagreement(chunk.cut_places().back());
}

// Calls `read` with the delimiter as a constant.
template <class Read>
void by_delimiter(char delimiter, const Read& read) {
  switch (delimiter) {
    case ',':
      return read(std::integral_constant<char, ','>());
    case ';':
      return read(std::integral_constant<char, ';'>());
    case '\t':
      return read(std::integral_constant<char, '\t'>());
    case '|':
      return read(std::integral_constant<char, '|'>());
    default:
      throw std::invalid_argument("not a delimiter of kDelimiters");
  }
}

}  // namespace

void read_rows(const RecordBlock& block, const ColumnChoice& choice, char delimiter, const RowSink& sink) {
  by_delimiter(delimiter, [&](auto constant) { read_rows_by<constant()>(block, choice, sink); });
}

void read_cut_rows(RowChunk& chunk, const RowForm& form, const CutRowSink& sink) {
  if (chunk.cut_places().empty()) return;
  by_delimiter(form.delimiter, [&](auto constant) { read_cut_rows_by<constant()>(chunk, form, sink); });
}

}  // namespace usage

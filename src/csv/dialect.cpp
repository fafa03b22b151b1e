#include "usage/csv/dialect.h"

#include <algorithm>
#include <array>

#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/csv/csv_reader.h"

namespace usage {
namespace {

Dialect peek(RecordSource& source, char delimiter) {
  auto header = source.peek_header(delimiter);
  if (header) return {delimiter, std::move(*header)};
  throw RefusedError("input-empty", source.name() + ": the file is empty", "export it again, with a header line");
}

std::string spelled(char delimiter) {
  return delimiter == '\t' ? "tab" : std::string("'") + delimiter + "'";
}

// What is wrong under one delimiter, and may be in order under another: where a quoted cell begins depends on it.
bool depends_on_delimiter(const RefusedError& error) {
  constexpr std::array<std::string_view, 4> kNames = {"input-quote", "input-line-end", "input-line-length",
                                                      "input-columns"};
  return std::find(kNames.begin(), kNames.end(), error.name()) != kNames.end();
}

std::vector<Dialect> possible_dialects(RecordSource& source) {
  std::vector<Dialect> possible;
  for (char delimiter : kDelimiters) {
    try {
      Dialect dialect = peek(source, delimiter);
      if (dialect.header.cells.size() > 1 && !dialect.header.stray_quote) possible.push_back(std::move(dialect));
    } catch (const RefusedError& error) {
      if (!depends_on_delimiter(error)) throw;
    }
  }
  return possible;
}

[[noreturn]] void refuse_ambiguous(const RecordSource& source, const std::vector<Dialect>& possible) {
  std::string signs;
  for (const Dialect& dialect : possible) signs += (signs.empty() ? "" : " and ") + spelled(dialect.delimiter);
  throw RefusedError("input-delimiter",
                     source.name() + ":" + std::to_string(possible.front().header.line) + ": " + signs +
                         " could each be the delimiter of this header",
                     "say which with --delimiter");
}

Dialect choose(RecordSource& source, const HeaderFits& fits) {
  std::vector<Dialect> possible = possible_dialects(source);
  if (possible.empty()) return peek(source, kDelimiters.front());
  if (possible.size() == 1) return std::move(possible.front());
  const auto fitting = [&fits](const Dialect& dialect) { return fits(dialect.header.cells); };
  if (std::count_if(possible.begin(), possible.end(), fitting) != 1) refuse_ambiguous(source, possible);
  return std::move(*std::find_if(possible.begin(), possible.end(), fitting));
}

[[noreturn]] void refuse_stray_quote(const RecordSource& source, const HeaderRecord& header) {
  throw RefusedError("input-quote",
                     source.name() + ":" + std::to_string(header.line) + ": column " +
                         std::to_string(*header.stray_quote + 1) + " of the header has quotes where none belong",
                     "quote the whole name, or remove the quotes");
}

}  // namespace

Dialect read_header(RecordSource& source, std::optional<char> given, const HeaderFits& fits) {
  if (given && kDelimiters.find(*given) == std::string_view::npos) {
    throw UsageError("delimiter", "--delimiter " + shell_word(std::string(1, *given)) + " is not supported",
                     "give one of , ; | or a tab");
  }
  Dialect dialect = given ? peek(source, *given) : choose(source, fits);
  if (dialect.header.stray_quote) refuse_stray_quote(source, dialect.header);
  source.skip_header(dialect.delimiter);
  return dialect;
}

}  // namespace usage

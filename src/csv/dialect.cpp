#include "usage/csv/dialect.h"

#include <algorithm>
#include <array>

#include "usage/base/error.h"
#include "usage/base/list_text.h"
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
  const std::string signs =
      list_text(possible, " and ", [](const Dialect& dialect) { return spelled(dialect.delimiter); });
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

Dialect taken(RecordSource& source, Dialect dialect) {
  if (dialect.header.stray_quote) refuse_stray_quote(source, dialect.header);
  source.skip_past(dialect.header);
  return dialect;
}

// A line that may be the header, under one delimiter.
struct Candidate {
  Dialect dialect;
  HeaderMatch match;
};

std::vector<Candidate> candidates_in(RecordSource& source, const HeaderSearch& search) {
  std::vector<Candidate> candidates;
  const std::string delimiters = search.delimiter ? std::string(1, *search.delimiter) : std::string(kDelimiters);
  for (const char delimiter : delimiters) {
    std::vector<HeaderRecord> records = source.peek_records(delimiter, kSearchedRecords);
    for (std::size_t i = 0; i < records.size(); ++i) {
      HeaderMatch match = search.match(records[i].cells);
      if (records[i].stray_quote && !match.holds_charge) continue;
      if (records[i].stray_quote) match = {HeaderMatch::Kind::kPartly, 0, true};
      if (match.kind == HeaderMatch::Kind::kFitsFirstOnly && i > 0) match = {};
      candidates.push_back({{delimiter, std::move(records[i])}, match});
    }
  }
  return candidates;
}

bool is_usable(const HeaderMatch& match) {
  return match.kind == HeaderMatch::Kind::kFits || match.kind == HeaderMatch::Kind::kFitsFirstOnly;
}

// A header is not passed over because a later line needs no explanation.
const Candidate* first_ambiguous(const std::vector<Candidate>& candidates) {
  const auto is_it = [](const Candidate& candidate) { return candidate.match.kind == HeaderMatch::Kind::kAmbiguous; };
  const Candidate* first = nullptr;
  for (const Candidate& candidate : candidates)
    if (is_it(candidate) && (first == nullptr || candidate.dialect.header.line < first->dialect.header.line))
      first = &candidate;
  return first;
}

// As where a spreadsheet sorted the header in among the rows.
void require_no_charges_above(const RecordSource& source, const Dialect& found,
                              const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates) {
    const std::uint32_t line = candidate.dialect.header.line;
    if (candidate.dialect.delimiter != found.delimiter || line >= found.header.line || !candidate.match.holds_charge)
      continue;
    const std::string header = std::to_string(found.header.line);
    throw RefusedError("charges-above-header",
                       source.name() + ":" + std::to_string(line) +
                           ": a SID or a look-up table's key stands here, above the header in line " + header +
                           ": it may be a charge, and what stands above the header is not read",
                       "put the header above all charges; where this is none, give --header-line " + header);
  }
}

// The first line that fits, in the only way that it does. A line of one cell has no delimiter.
std::optional<Dialect> first_that_fits(const RecordSource& source, const std::vector<Candidate>& candidates) {
  std::vector<Dialect> found;
  for (const Candidate& candidate : candidates) {
    const std::uint32_t line = candidate.dialect.header.line;
    if (!is_usable(candidate.match)) continue;
    if (!found.empty() && found.front().header.line < line) continue;
    if (!found.empty() && found.front().header.line > line) found.clear();
    found.push_back(candidate.dialect);
  }
  if (found.empty()) return std::nullopt;
  if (found.size() > 1 && found.front().header.cells.size() > 1) refuse_ambiguous(source, found);
  return std::move(found.front());
}

// Where the first line is no header at all, the one that has the most of the needed names, so that what is said of the
// header is said of this one.
std::optional<Dialect> closest_below_first(const std::vector<Candidate>& candidates) {
  const Candidate* closest = nullptr;
  for (const Candidate& candidate : candidates)
    if (closest == nullptr || candidate.match.found > closest->match.found) closest = &candidate;
  if (closest == nullptr || closest->match.found == 0) return std::nullopt;
  const std::uint32_t first = candidates.front().dialect.header.line;
  if (closest->dialect.header.line == first) return std::nullopt;
  return closest->dialect;
}

Dialect header_at(RecordSource& source, std::uint32_t line, std::optional<char> delimiter, const HeaderFits& fits) {
  if (source.skip_to_line(line)) {
    Dialect dialect = read_header(source, delimiter, fits);
    if (dialect.header.line == line) return dialect;
  }
  throw RefusedError("header-line", source.name() + ": line " + std::to_string(line) + " is blank, or is not there",
                     "correct --header-line, or leave it out: the header is found by its names");
}

}  // namespace

Dialect read_header(RecordSource& source, std::optional<char> given, const HeaderFits& fits) {
  Dialect dialect = given ? peek(source, *given) : choose(source, fits);
  return taken(source, std::move(dialect));
}

Dialect find_header(RecordSource& source, const HeaderSearch& search) {
  std::vector<Candidate> candidates = candidates_in(source, search);
  const auto is_ours = [](const Candidate& c) { return c.match.kind == HeaderMatch::Kind::kFitsFirstOnly; };
  const bool ours = std::any_of(candidates.begin(), candidates.end(), is_ours);
  const HeaderFits fits = [&search](const auto& cells) { return is_usable(search.match(cells)); };
  if (search.line && !ours) return header_at(source, *search.line, search.delimiter, fits);
  const Candidate* ambiguous = first_ambiguous(candidates);
  if (auto found = first_that_fits(source, candidates)) {
    if (ambiguous != nullptr && ambiguous->dialect.header.line < found->header.line)
      return taken(source, ambiguous->dialect);
    require_no_charges_above(source, *found, candidates);
    return taken(source, std::move(*found));
  }
  if (auto closest = closest_below_first(candidates)) return taken(source, std::move(*closest));
  return read_header(source, search.delimiter, fits);
}

}  // namespace usage

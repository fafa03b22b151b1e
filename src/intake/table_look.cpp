#include "table_look.h"

#include <algorithm>

#include "column_sample.h"
#include "header_names.h"
#include "number_form.h"
#include "usage/base/error.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/csv_reader.h"

namespace usage {
namespace {

constexpr std::size_t kMaxRecords = 200;
constexpr std::size_t kMaxAbove = 60;  // records above the header

using Records = std::vector<HeaderRecord>;

bool is_name(const std::string& cell) {
  return !cell.empty() && !look_at_number(cell) && !looks_like_date(cell) && !is_installation_sid(cell) &&
         !is_usual_billing_sid(cell);
}

bool has_known_name(const HeaderRecord& record) {
  return std::any_of(record.cells.begin(), record.cells.end(), [](const std::string& cell) {
    return is_known_name(cell, Field::kInstallation, Layout::kExport) ||
           is_known_name(cell, Field::kBillingSid, Layout::kExport);
  });
}

// Two cells at least, half of them filled, and with names only.
bool may_be_header(const HeaderRecord& record) {
  const auto& cells = record.cells;
  const auto filled = std::count_if(cells.begin(), cells.end(), [](const std::string& c) { return !c.empty(); });
  if (cells.size() < 2 || filled < 2 || 2 * static_cast<std::size_t>(filled) < cells.size()) return false;
  return has_known_name(record) || std::count_if(cells.begin(), cells.end(), is_name) == filled;
}

// A delimiter, and the record that is the header under it.
struct Fit {
  char delimiter = ',';
  HeaderRecord header;
  std::size_t above = 0;    // records above the header
  std::size_t fitting = 0;  // records with as many cells as the header, itself included
};

Fit fit_of(const Records& records, std::size_t header, char delimiter) {
  const auto fits = [&](const HeaderRecord& r) { return r.cells.size() == records[header].cells.size(); };
  const auto begin = records.begin() + static_cast<std::ptrdiff_t>(header);
  return {delimiter, records[header], header, static_cast<std::size_t>(std::count_if(begin, records.end(), fits))};
}

// Half of the records below it must have as many cells.
bool is_good(const Fit& fit, const Records& records) {
  return 2 * fit.fitting > records.size() - fit.above;
}

std::optional<Fit> find_header(const Records& records, char delimiter, const InspectionOptions& known) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (known.header_line && records[i].line == *known.header_line) return fit_of(records, i, delimiter);
    if (known.header_line || i >= kMaxAbove || !may_be_header(records[i])) continue;
    if (Fit fit = fit_of(records, i, delimiter); is_good(fit, records)) return fit;
  }
  return std::nullopt;
}

// The one with most columns among those that explain nearly as many records as the best.
const Fit& best_of(const std::vector<Fit>& fits) {
  const auto by_records = [](const Fit& a, const Fit& b) { return a.fitting < b.fitting; };
  const std::size_t most = std::max_element(fits.begin(), fits.end(), by_records)->fitting;
  const auto columns = [most](const Fit& fit) { return 5 * fit.fitting >= 4 * most ? fit.header.cells.size() : 0; };
  return *std::max_element(fits.begin(), fits.end(),
                           [&](const Fit& a, const Fit& b) { return columns(a) < columns(b); });
}

// Bytes that are no text may be why there is no table; the first ones throw then.
void refuse_damage(RecordSource& source) {
  try {
    RecordBlock block;
    source.next_block(kDelimiters.front(), block);
  } catch (const RefusedError& error) {
    if (error.name() == "input-encoding" || error.name() == "input-nul") throw;
  }
}

[[noreturn]] void refuse_header_line(RecordSource& source, std::uint32_t line, const Records& records) {
  const std::string shown = std::to_string(line);
  const bool is_below = records.empty() || records.back().line < line;
  // The look for damage may have gone past the line already.
  if (is_below && (source.line() > line || source.skip_to_line(line))) {
    throw RefusedError("inspect-header",
                       source.name() + ": line " + shown + " lies below the " +
                           count_of(records.size(), "row", "rows") + " among which inspect looks for the header",
                       "inspect a copy that begins nearer to the header; validate and upload take any --header-line");
  }
  throw RefusedError("inspect-header", source.name() + ": no row begins at line " + shown,
                     "give the line of the header with --header-line");
}

[[noreturn]] void refuse(RecordSource& source, const InspectionOptions& known) {
  const Records records = source.peek_records(known.delimiter.value_or(kDelimiters.front()), kMaxRecords);
  refuse_damage(source);
  if (known.header_line) refuse_header_line(source, *known.header_line, records);
  throw RefusedError("inspect-header", source.name() + ": no line looks like a header above rows of as many columns",
                     "say where it is with --header-line, and with --delimiter what parts the columns");
}

}  // namespace

TableLook look_at_table(RecordSource& source, const InspectionOptions& known) {
  std::vector<Fit> fits;
  for (char delimiter : known.delimiter ? std::string(1, *known.delimiter) : std::string(kDelimiters)) {
    auto fit = find_header(source.peek_records(delimiter, kMaxRecords), delimiter, known);
    if (fit) fits.push_back(std::move(*fit));
  }
  if (fits.empty()) refuse(source, known);
  const Fit& best = best_of(fits);
  source.skip_past(best.header);
  return {best.delimiter, best.header.line, best.above, best.header.cells};
}

}  // namespace usage

#include "summary_table.h"

#include <algorithm>
#include <utility>

#include "usage/base/aligned.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"

namespace usage {
namespace {

enum Column : std::size_t { kStatus, kRows, kCurrency, kAmount, kNotes };
using Line = std::vector<std::string>;

Line line_of(std::string_view name, const Total& total, const std::vector<std::string>& notes) {
  return {std::string(name), grouped(total.rows), clean_text(total.currency, 20), total.amount.text(),
          list_text(notes, "; ")};
}

// Decimal points stand below each other.
void align_amounts(std::vector<Line>& lines) {
  const auto integer_digits = [](const Line& line) { return std::min(line[kAmount].find('.'), line[kAmount].size()); };
  std::size_t widest = 0;
  for (const Line& line : lines) widest = std::max(widest, integer_digits(line));
  for (Line& line : lines) line[kAmount].insert(0, widest - integer_digits(line), ' ');
}

}  // namespace

std::string totals_table(const Totals& totals) {
  std::vector<Line> lines;
  for (const StatusTotal& entry : totals.by_status())
    lines.push_back(line_of(name_of(entry.total.status), entry.total, notes_on(entry)));
  for (const Total& sum : sums_by_currency(totals.plain())) lines.push_back(line_of("all", sum, notes_on(sum)));
  if (lines.empty()) return "  no rows\n";
  align_amounts(lines);
  const bool has_currency =
      std::any_of(lines.begin(), lines.end(), [](const Line& l) { return !l[kCurrency].empty(); });
  lines.insert(lines.begin(), Line{"status", "rows", has_currency ? "currency" : "", "amount", ""});
  return aligned(std::move(lines), kRows);
}

std::vector<std::string> notes_on(const Total& total) {
  if (total.rows_without_amount == 0) return {};
  return {count_of(total.rows_without_amount, "row", "rows") + " without a readable amount"};
}

std::vector<std::string> notes_on(const StatusTotal& entry) {
  std::vector<std::string> notes = notes_on(entry.total);
  if (entry.superseded_rows > 0)
    notes.push_back("of which superseded by a later run: " + count_of(entry.superseded_rows, "row", "rows"));
  if (entry.settled_rows > 0)
    notes.push_back("of which settled by hand: " + count_of(entry.settled_rows, "row", "rows") + ", " +
                    entry.settled_amount.text());
  return notes;
}

}  // namespace usage

#include "summary_table.h"

#include <algorithm>
#include <array>

#include "usage/base/text.h"

namespace usage {
namespace {

enum Column : std::size_t { kStatus, kRows, kCurrency, kAmount, kBeside };
using Line = std::array<std::string, 5>;

void pad_left(std::string& text, std::size_t width) {
  text.insert(0, width - std::min(width, text.size()), ' ');
}

void pad_right(std::string& text, std::size_t width) {
  text.append(width - std::min(width, text.size()), ' ');
}

Line line_of(std::string_view name, const Total& total) {
  Line line{std::string(name), grouped(total.rows), clean_text(total.currency, 20), total.amount.text(), ""};
  if (total.rows_without_amount > 0)
    line[kBeside] = count_of(total.rows_without_amount, "row", "rows") + " without a readable amount";
  return line;
}

void note(Line& line, const std::string& text) {
  line[kBeside] += (line[kBeside].empty() ? "" : "; ") + text;
}

void note_settled(Line& line, const StatusTotal& entry) {
  if (entry.superseded_rows > 0)
    note(line, "of which superseded by a later run: " + count_of(entry.superseded_rows, "row", "rows"));
  if (entry.settled_rows > 0)
    note(line, "of which settled by hand: " + count_of(entry.settled_rows, "row", "rows") + ", " +
                   entry.settled_amount.text());
}

// Decimal points stand below each other.
void align_amounts(std::vector<Line>& lines) {
  const auto integer_digits = [](const Line& line) { return std::min(line[kAmount].find('.'), line[kAmount].size()); };
  std::size_t widest = 0;
  for (const Line& line : lines) widest = std::max(widest, integer_digits(line));
  for (Line& line : lines) line[kAmount].insert(0, widest - integer_digits(line), ' ');
}

void align_columns(std::vector<Line>& lines) {
  for (std::size_t column : {kStatus, kRows, kCurrency, kAmount}) {
    std::size_t widest = 0;
    for (const Line& line : lines) widest = std::max(widest, line[column].size());
    for (Line& line : lines) column == kRows ? pad_left(line[column], widest) : pad_right(line[column], widest);
  }
}

std::string joined(const Line& line) {
  std::string text;
  for (const std::string& cell : line) {
    if (!cell.empty()) text += "  " + cell;
  }
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

std::string totals_table(const Totals& totals) {
  std::vector<Line> lines;
  for (const StatusTotal& entry : totals.by_status()) {
    lines.push_back(line_of(name_of(entry.total.status), entry.total));
    note_settled(lines.back(), entry);
  }
  for (const Total& sum : sums_by_currency(totals.plain())) lines.push_back(line_of("all", sum));
  if (lines.empty()) return "  no rows\n";
  align_amounts(lines);
  const bool has_currency =
      std::any_of(lines.begin(), lines.end(), [](const Line& l) { return !l[kCurrency].empty(); });
  lines.insert(lines.begin(), Line{"status", "rows", has_currency ? "currency" : "", "amount", ""});
  align_columns(lines);
  std::string text;
  for (const Line& line : lines) text += joined(line);
  return text;
}

}  // namespace usage

// The live view's several lines: a bar, rows and amounts by outcome, the wire.
#include <algorithm>
#include <array>
#include <string_view>

#include "progress_parts.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kLabelWidth = 15;
constexpr std::string_view kBetween = "  ";

constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";

struct Outcome {
  std::string_view name;
  std::string_view color;
  std::string rows;
  std::vector<std::string> amounts;
};

// How wide the cells of the outcomes' lines are, the same in each.
struct Columns {
  std::size_t rows = 0;
  std::size_t amount = 0;
  std::size_t before_amounts() const { return kLabelWidth + rows; }
  std::size_t with_amounts(std::size_t count) const { return before_amounts() + count * (kBetween.size() + amount); }
};

std::string right(std::string text, std::size_t width) {
  if (text.size() < width) text.insert(0, width - text.size(), ' ');
  return text;
}

std::string left(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string colored(const std::string& text, std::string_view color, Colors colors) {
  return colors == Colors::kNone ? text : std::string(color) + text + std::string(kPlain);
}

std::vector<Outcome> outcomes_of(const RunProgress& progress, const AmountForm& form) {
  std::vector<Outcome> outcomes;
  const auto add = [&](std::string_view name, const RowSum& sum, std::string_view color) {
    outcomes.push_back({name, color, count_of(sum.rows, "row ", "rows"), amount_texts(sum, form)});
  };
  add("submitted", progress.submitted, kGreen);
  if (progress.not_submitted.rows > 0) add("not_submitted", progress.not_submitted, kYellow);
  if (progress.failed.rows > 0) add("failed", progress.failed, kRed);
  if (progress.unknown.rows > 0) add("unknown", progress.unknown, kYellow);
  return outcomes;
}

// The roomiest with which all amounts stand beside each other; else as wide as the widest cell.
Columns columns_for(const std::vector<Outcome>& outcomes, const AmountForm& form, std::size_t width) {
  Columns needed;
  std::size_t most = 0;
  for (const Outcome& outcome : outcomes) {
    needed.rows = std::max(needed.rows, outcome.rows.size());
    most = std::max(most, outcome.amounts.size());
    for (const std::string& amount : outcome.amounts) needed.amount = std::max(needed.amount, amount.size());
  }
  for (const Columns roomy : {Columns{14, form.is_one_currency ? 24U : 20U}, Columns{12, 16}})
    if (roomy.rows >= needed.rows && roomy.amount >= needed.amount && roomy.with_amounts(most) <= width) return roomy;
  return needed;
}

std::string sign_of(std::size_t currencies) {
  return "+" + count_of(currencies, "currency", "currencies");
}

std::size_t lines_needed(const Outcome& outcome, const Columns& columns, std::size_t width) {
  std::size_t a_line = 0;
  while (a_line < outcome.amounts.size() && columns.with_amounts(a_line + 1) <= width) ++a_line;
  return a_line == 0 ? 1 : (outcome.amounts.size() + a_line - 1) / a_line;
}

// Currencies that have no place on one line stand on the next, and on the last one as a sign how many there are.
std::vector<std::string> outcome_lines(const Outcome& outcome, const Columns& columns, std::size_t width,
                                       std::size_t most_lines, Colors colors) {
  std::vector<std::string> lines;
  std::string head =
      colored(left(std::string(outcome.name), kLabelWidth), outcome.color, colors) + right(outcome.rows, columns.rows);
  for (std::size_t next = 0; lines.empty() || next < outcome.amounts.size();) {
    const std::size_t to_come = outcome.amounts.size() - next;
    std::size_t here = 0;
    while (here < to_come && columns.with_amounts(here + 1) <= width) ++here;
    const bool is_last = here == to_come || here == 0 || lines.size() + 1 >= most_lines;
    const auto sign_fits = [&] {
      return columns.with_amounts(here) + kBetween.size() + sign_of(to_come - here).size() <= width;
    };
    while (is_last && here > 0 && here < to_come && !sign_fits()) --here;
    for (const std::size_t end = next + here; next < end; ++next)
      head.append(kBetween).append(right(outcome.amounts[next], columns.amount));
    if (is_last && here < to_come) head.append(kBetween).append(sign_of(to_come - here));
    lines.push_back(std::move(head));
    if (is_last) break;
    head = std::string(columns.before_amounts(), ' ');
  }
  return lines;
}

// The bar is the shorter the less room there is; what does not fit beside it goes to `rest`.
std::string bar_line(const RunProgress& progress, const Pace& pace, std::size_t width, Colors colors,
                     std::vector<LinePart>& rest) {
  std::string text = right(percent_done(progress), 4);
  if (waits_for_replies(progress))
    text.append(kBetween).append(replies_awaited(progress));
  else if (pace.left)
    text.append(kBetween).append(duration_text(*pace.left)).append(" left");
  const std::string installations = count_of(progress.installations_done, "of ", "of ") +
                                    count_of(progress.installations_total, "installation", "installations");
  const auto room_for_bar = [&](std::size_t beside) { return width > beside + 3 ? width - beside - 3 : 0; };
  constexpr std::array<std::size_t, 3> kBarWidths = {30, 20, 10};
  const auto bar_width = [&](std::size_t beside) {
    const auto found = std::ranges::find_if(kBarWidths, [&](std::size_t w) { return w <= room_for_bar(beside); });
    return found == kBarWidths.end() ? std::size_t{0} : *found;
  };
  if (bar_width(text.size() + kBetween.size() + installations.size()) > 0)
    text.append(kBetween).append(installations);
  else
    rest.push_back({installations});
  const std::size_t bar_size = std::max<std::size_t>(bar_width(text.size()), 1);
  const auto filled = static_cast<std::size_t>(share(progress.requests_done, progress.requests_total, bar_size));
  const std::string bar = "[" + std::string(filled, '#') + std::string(bar_size - filled, '.') + "]";
  return colored(bar, kGreen, colors) + " " + text.substr(0, width - std::min(width, bar.size() + 1));
}

std::vector<std::string> wrapped(const std::vector<LinePart>& parts, std::size_t width) {
  std::vector<std::string> lines;
  for (const LinePart& part : parts) {
    if (lines.empty() || lines.back().size() + part.before.size() + part.text.size() > width)
      lines.push_back(part.text.substr(0, width));
    else
      lines.back().append(part.before).append(part.text);
  }
  return lines;
}

}  // namespace

std::vector<std::string> progress_block(const RunProgress& progress, const Pace& pace, const AmountForm& form,
                                        const BlockRoom& room, Colors colors) {
  std::vector<LinePart> wire;
  std::vector<std::string> lines = {bar_line(progress, pace, room.width, colors, wire)};
  add_wire(wire, progress, pace);
  const std::vector<std::string> wire_lines = wrapped(wire, room.width);
  const std::vector<Outcome> outcomes = outcomes_of(progress, form);
  const Columns columns = columns_for(outcomes, form, room.width);
  const std::size_t least = lines.size() + outcomes.size() + wire_lines.size();
  std::size_t spare = room.lines - std::min(room.lines, least);
  for (const Outcome& outcome : outcomes) {
    const std::size_t most = 1 + std::min(spare, lines_needed(outcome, columns, room.width) - 1);
    for (std::string& line : outcome_lines(outcome, columns, room.width, most, colors))
      lines.push_back(std::move(line));
    spare -= most - 1;
  }
  lines.insert(lines.end(), wire_lines.begin(), wire_lines.end());
  return lines;
}

}  // namespace usage

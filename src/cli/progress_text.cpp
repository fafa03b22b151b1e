#include "usage/cli/progress_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

#include "usage/base/text.h"

namespace usage {
namespace {

constexpr Duration kPaceOver = std::chrono::seconds(10);
constexpr Duration kBetweenMoments = std::chrono::milliseconds(500);
constexpr double kLongestLeft = 365.0 * 24 * 3600;  // seconds; a guess beyond it says nothing
constexpr std::string_view kBetweenParts = "  ";
constexpr std::size_t kLabelWidth = 15;
constexpr std::size_t kRowsWidth = 14;
constexpr std::size_t kAmountWidth = 24;
constexpr std::size_t kNarrowAmountWidth = 20;  // so that two currencies stand beside each other on 80 columns
constexpr std::uint64_t kBarWidth = 30;

constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string one_decimal(double number) {
  std::array<char, 48> digits{};
  std::snprintf(digits.data(), digits.size(), "%.1f", number);
  return digits.data();
}

// As many whole parts as fit; of the first one, as much as fits.
std::string joined(const std::vector<std::string>& parts, std::size_t width) {
  std::string line = parts.front().substr(0, width);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (line.size() + kBetweenParts.size() + parts[i].size() > width) break;
    line.append(kBetweenParts).append(parts[i]);
  }
  return line;
}

void add_count(std::vector<std::string>& parts, std::uint64_t count, std::string_view words) {
  if (count > 0) parts.push_back(std::to_string(count) + " " + std::string(words));
}

std::string percent(std::uint64_t done, std::uint64_t total) {
  return std::to_string(share(done, total, 100)) + "%";
}

void add_pace(std::vector<std::string>& parts, const Pace& pace) {
  if (pace.requests_per_second > 0) parts.push_back(one_decimal(pace.requests_per_second) + " requests/s");
}

void add_waits(std::vector<std::string>& parts, const RunProgress& progress) {
  add_count(parts, progress.retries, progress.retries == 1 ? "retry" : "retries");
  add_count(parts, progress.rate_limited, progress.rate_limited == 1 ? "time 429" : "times 429");
  add_count(parts, progress.backing_off, "waiting");
  add_count(parts, progress.in_flight, "in flight");
}

// One for each currency.
std::vector<std::string> amounts(const RowSum& sum, const AmountForm& form) {
  if (form.is_one_currency && sum.amounts.empty()) return {money_text(Amount(), form.currency)};
  std::vector<std::string> texts;
  for (const auto& [currency, amount] : sum.amounts) texts.push_back(money_text(amount, currency));
  return texts;
}

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

std::string bar_line(const RunProgress& progress, const Pace& pace, std::size_t width, Colors colors) {
  const auto filled = static_cast<std::size_t>(share(progress.requests_done, progress.requests_total, kBarWidth));
  const std::string bar = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "]";
  std::vector<std::string> parts = {right(percent(progress.requests_done, progress.requests_total), 4)};
  if (pace.left) parts.push_back(duration_text(*pace.left) + " left");
  parts.push_back(count_of(progress.installations_done, "of ", "of ") +
                  count_of(progress.installations_total, "installation", "installations"));
  return colored(bar, kGreen, colors) + " " + joined(parts, width - bar.size() - 1);
}

std::string outcome_line(std::string_view name, const RowSum& sum, const AmountForm& form, std::size_t width,
                         std::string_view color, Colors colors) {
  const std::string label = left(std::string(name), kLabelWidth);
  std::vector<std::string> parts = {right(count_of(sum.rows, "row ", "rows"), kRowsWidth)};
  for (const std::string& amount : amounts(sum, form))
    parts.push_back(right(amount, form.is_one_currency ? kAmountWidth : kNarrowAmountWidth));
  return colored(label, color, colors) + joined(parts, width - kLabelWidth);
}

std::string wire_line(const RunProgress& progress, const Pace& pace, std::size_t width) {
  std::vector<std::string> parts;
  add_pace(parts, pace);
  parts.push_back("concurrency " + std::to_string(progress.concurrency));
  add_waits(parts, progress);
  return joined(parts, width);
}

}  // namespace

std::uint64_t share(std::uint64_t done, std::uint64_t total, std::uint64_t parts) {
  if (done >= total) return parts;
  return static_cast<std::uint64_t>(static_cast<double>(done) / static_cast<double>(total) *
                                    static_cast<double>(parts));
}

Pace PaceWatch::see(const RunProgress& progress) {
  while (moments_.size() > 1 && moments_[1].elapsed + kPaceOver <= progress.elapsed) moments_.pop_front();
  const Moment since = moments_.front();
  if (progress.elapsed - moments_.back().elapsed >= kBetweenMoments)
    moments_.push_back({progress.elapsed, progress.requests_done});
  if (progress.requests_done <= since.requests_done || progress.elapsed <= since.elapsed) return {};

  Pace pace;
  const double seconds = std::chrono::duration<double>(progress.elapsed - since.elapsed).count();
  pace.requests_per_second = static_cast<double>(progress.requests_done - since.requests_done) / seconds;
  const std::uint64_t to_do = progress.requests_total - std::min(progress.requests_done, progress.requests_total);
  const double seconds_left = std::ceil(static_cast<double>(to_do) / pace.requests_per_second);
  if (seconds_left < kLongestLeft) pace.left = std::chrono::seconds(static_cast<std::int64_t>(seconds_left));
  return pace;
}

std::string progress_line(const RunProgress& progress, const Pace& pace, const AmountForm& form, std::size_t width) {
  std::vector<std::string> parts = {percent(progress.requests_done, progress.requests_total)};
  if (pace.left) parts.push_back(duration_text(*pace.left) + " left");
  add_count(parts, progress.unknown.rows, "unknown");
  add_count(parts, progress.failed.rows, "failed");
  add_count(parts, progress.not_submitted.rows, "not_submitted");
  std::string submitted = std::to_string(progress.submitted.rows) + " submitted";
  std::string_view before = ": ";
  for (const std::string& amount : amounts(progress.submitted, form))
    submitted.append(std::exchange(before, ", ")).append(amount);
  parts.push_back(submitted);
  parts.push_back(std::to_string(progress.installations_done) + "/" + std::to_string(progress.installations_total) +
                  " installations");
  add_pace(parts, pace);
  parts.push_back("concurrency " + std::to_string(progress.concurrency));
  add_waits(parts, progress);
  return joined(parts, width);
}

std::string reading_line(std::uint64_t bytes_done, std::uint64_t bytes_total, std::size_t width) {
  constexpr double kMegabyte = 1'000'000;
  return joined({"reading", percent(bytes_done, bytes_total),
                 one_decimal(static_cast<double>(bytes_done) / kMegabyte) + " of " +
                     one_decimal(static_cast<double>(bytes_total) / kMegabyte) + " MB"},
                width);
}

std::vector<std::string> progress_block(const RunProgress& progress, const Pace& pace, const AmountForm& form,
                                        std::size_t width, Colors colors) {
  std::vector<std::string> lines = {bar_line(progress, pace, width, colors)};
  const auto add = [&](std::string_view name, const RowSum& sum, std::string_view color) {
    if (sum.rows > 0) lines.push_back(outcome_line(name, sum, form, width, color, colors));
  };
  lines.push_back(outcome_line("submitted", progress.submitted, form, width, kGreen, colors));
  add("not_submitted", progress.not_submitted, kYellow);
  add("failed", progress.failed, kRed);
  add("unknown", progress.unknown, kYellow);
  lines.push_back(wire_line(progress, pace, width));
  return lines;
}

}  // namespace usage

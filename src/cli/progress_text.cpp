#include "usage/cli/progress_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

#include "progress_parts.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr Duration kPaceOver = std::chrono::seconds(10);
constexpr Duration kBetweenMoments = std::chrono::milliseconds(500);
constexpr double kLongestLeft = 365.0 * 24 * 3600;  // seconds; a guess beyond it says nothing
constexpr std::string_view kMore = " ...";          // the sign of parts that did not fit

std::string one_decimal(double number) {
  std::array<char, 48> digits{};
  std::snprintf(digits.data(), digits.size(), "%.1f", number);
  return digits.data();
}

// As many whole parts as fit, and the sign that there are more; of the first one, as much as fits.
std::string joined(const std::vector<LinePart>& parts, std::size_t width) {
  std::string line = parts.front().text.substr(0, width);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::size_t rest = 0;
    for (std::size_t j = i; j < parts.size(); ++j) rest += parts[j].before.size() + parts[j].text.size();
    const std::string part = std::string(parts[i].before) + parts[i].text;
    const bool fits = line.size() + rest <= width || line.size() + part.size() + kMore.size() <= width;
    if (!fits) return line.size() + kMore.size() <= width ? line.append(kMore) : line;
    line += part;
  }
  return line;
}

void add_count(std::vector<LinePart>& parts, std::uint64_t count, std::string_view words) {
  if (count > 0) parts.push_back({std::to_string(count) + " " + std::string(words)});
}

std::string percent(std::uint64_t done, std::uint64_t total) {
  return std::to_string(share(done, total, 100)) + "%";
}

}  // namespace

std::string percent_done(const RunProgress& progress) {
  return percent(progress.requests_done, progress.requests_total);
}

bool waits_for_replies(const RunProgress& progress) {
  return !progress.starts_more && progress.in_flight > 0;
}

std::string replies_awaited(const RunProgress& progress) {
  return "waiting for " + count_of(progress.in_flight, "reply", "replies");
}

void add_wire(std::vector<LinePart>& parts, const RunProgress& progress, const Pace& pace) {
  const bool waits = waits_for_replies(progress);
  if (!waits && pace.requests_per_second > 0) parts.push_back({one_decimal(pace.requests_per_second) + " requests/s"});
  parts.push_back({"concurrency " + std::to_string(progress.concurrency)});
  add_count(parts, progress.retries, progress.retries == 1 ? "retry" : "retries");
  add_count(parts, progress.rate_limited, progress.rate_limited == 1 ? "time 429" : "times 429");
  add_count(parts, progress.backing_off, "waiting");
  if (!waits) add_count(parts, progress.in_flight, "in flight");
}

std::vector<std::string> amount_texts(const RowSum& sum, const AmountForm& form) {
  if (form.is_one_currency && sum.amounts.empty()) return {money_text(Amount(), form.currency)};
  std::vector<std::string> texts;
  for (const auto& [currency, amount] : sum.amounts) texts.push_back(money_text(amount, currency));
  return texts;
}

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
  std::vector<LinePart> parts = {{percent_done(progress)}};
  if (waits_for_replies(progress))
    parts.push_back({replies_awaited(progress)});
  else if (pace.left)
    parts.push_back({duration_text(*pace.left) + " left"});
  add_count(parts, progress.unknown.rows, "unknown");
  add_count(parts, progress.failed.rows, "failed");
  add_count(parts, progress.not_submitted.rows, "not_submitted");
  parts.push_back({std::to_string(progress.submitted.rows) + " submitted"});
  std::string_view before = ": ";
  for (std::string& amount : amount_texts(progress.submitted, form))
    parts.push_back({std::move(amount), std::exchange(before, ", ")});
  parts.push_back({std::to_string(progress.installations_done) + "/" + std::to_string(progress.installations_total) +
                   " installations"});
  add_wire(parts, progress, pace);
  return joined(parts, width);
}

std::string reading_line(std::uint64_t bytes_done, std::uint64_t bytes_total, std::size_t width) {
  constexpr double kMegabyte = 1'000'000;
  return joined({{"reading"},
                 {percent(bytes_done, bytes_total)},
                 {one_decimal(static_cast<double>(bytes_done) / kMegabyte) + " of " +
                  one_decimal(static_cast<double>(bytes_total) / kMegabyte) + " MB"}},
                width);
}

}  // namespace usage

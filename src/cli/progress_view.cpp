#include "usage/cli/progress_view.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace usage {
namespace {

constexpr Duration kBetweenDraws = std::chrono::milliseconds(200);
constexpr Duration kBetweenLogLines = std::chrono::seconds(10);
constexpr Duration kBetweenTenths = std::chrono::seconds(1);
constexpr std::size_t kUsualWidth = 80;
constexpr std::size_t kLogWidth = 500;
constexpr double kLongestLeft = 365.0 * 24 * 3600;  // seconds; a guess beyond it says nothing
constexpr std::string_view kBetweenParts = "  ";
constexpr std::string_view kClearLine = "\r\x1b[K";

std::size_t terminal_width() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsualWidth;
}

// How many of `parts` equal parts are done.
std::uint64_t share(std::uint64_t done, std::uint64_t total, std::uint64_t parts) {
  if (done >= total) return parts;
  return static_cast<std::uint64_t>(static_cast<double>(done) / static_cast<double>(total) *
                                    static_cast<double>(parts));
}

std::string one_decimal(double number) {
  std::array<char, 48> digits{};
  std::snprintf(digits.data(), digits.size(), "%.1f", number);
  return digits.data();
}

// Whole parts only, as far as they fit; of the first one, as much as fits.
std::string cut(std::string line, std::size_t width) {
  if (line.size() <= width) return line;
  const std::size_t end = line.rfind(kBetweenParts, width);
  line.resize(end == std::string::npos || end == 0 ? width : end);
  return line;
}

void append_count(std::string& line, std::uint64_t count, std::string_view words) {
  if (count > 0) line.append(kBetweenParts) += std::to_string(count) + " " + std::string(words);
}

}  // namespace

Pace pace_of(const RunProgress& progress) {
  if (progress.requests_done == 0 || progress.elapsed <= Duration{}) return {};
  Pace pace;
  const double seconds = std::chrono::duration<double>(progress.elapsed).count();
  pace.requests_per_second = static_cast<double>(progress.requests_done) / seconds;
  const std::uint64_t to_do = progress.requests_total - std::min(progress.requests_done, progress.requests_total);
  const double left = std::ceil(static_cast<double>(to_do) / pace.requests_per_second);
  if (left < kLongestLeft) pace.left = std::chrono::seconds(static_cast<std::int64_t>(left));
  return pace;
}

// What matters most stands first: a narrow terminal cuts the rest. ASCII only, so bytes are columns.
std::string progress_line(const RunProgress& progress, std::size_t width) {
  const Pace pace = pace_of(progress);
  std::string line = std::to_string(share(progress.requests_done, progress.requests_total, 100)) + "%  " +
                     std::to_string(progress.installations_done) + "/" + std::to_string(progress.installations_total) +
                     " installations  " + progress.submitted.text() + " submitted";
  append_count(line, progress.unknown, "unknown");
  append_count(line, progress.failed, "failed");
  if (pace.requests_per_second > 0) line += "  " + one_decimal(pace.requests_per_second) + "/s";
  if (pace.left) line += "  " + duration_text(*pace.left) + " left";
  append_count(line, progress.retries, progress.retries == 1 ? "retry" : "retries");
  append_count(line, progress.backing_off, "waiting");
  append_count(line, progress.in_flight, "in flight");
  return cut(std::move(line), width);
}

std::string reading_line(std::uint64_t bytes_done, std::uint64_t bytes_total, std::size_t width) {
  constexpr double kMegabyte = 1'000'000;
  return cut("reading  " + std::to_string(share(bytes_done, bytes_total, 100)) + "%  " +
                 one_decimal(static_cast<double>(bytes_done) / kMegabyte) + " of " +
                 one_decimal(static_cast<double>(bytes_total) / kMegabyte) + " MB",
             width);
}

ProgressScreen stderr_screen() {
  const char* term = std::getenv("TERM");
  const bool can_rewrite = ::isatty(STDERR_FILENO) != 0 && (term == nullptr || std::string_view(term) != "dumb");
  return can_rewrite ? ProgressScreen{&std::cerr, terminal_width} : ProgressScreen{};
}

ProgressView::ProgressView(ProgressScreen screen, Log& log, const Clock& clock)
    : screen_(std::move(screen)), log_(log), clock_(clock) {
  log_.before_each_line([this] { clear(); });
}

ProgressView::~ProgressView() {
  log_.before_each_line({});
  clear();
}

void ProgressView::show(const RunProgress& progress) {
  show_line(progress.requests_done, progress.requests_total,
            [&](std::size_t width) { return progress_line(progress, width); });
}

void ProgressView::show_reading(std::uint64_t bytes_done, std::uint64_t bytes_total) {
  show_line(bytes_done, bytes_total, [&](std::size_t width) { return reading_line(bytes_done, bytes_total, width); });
}

void ProgressView::show_line(std::uint64_t done, std::uint64_t total, const LineOfWidth& line_of) {
  if (!due(done, total)) return;
  if (screen_.out == nullptr) {
    log_.write(LogLevel::kInfo, "progress", line_of(kLogWidth));
    return;
  }
  // The last column stays free: some terminals begin a new line there.
  const std::size_t width = std::max<std::size_t>(screen_.width(), 1) - 1;
  *screen_.out << kClearLine << line_of(width) << std::flush;
  line_stands_ = true;
}

bool ProgressView::due(std::uint64_t done, std::uint64_t total) {
  const SteadyTime now = clock_.steady_now();
  const bool first = !shown_at_;
  const Duration since = first ? Duration{} : now - *shown_at_;
  const std::uint64_t tenth = share(done, total, 10);
  bool is_due = false;
  if (screen_.out != nullptr) {
    is_due = first || since >= kBetweenDraws;
  } else if (!first) {  // the beginning has a log line of its own
    is_due = since >= kBetweenLogLines || (tenth != shown_tenth_ && since >= kBetweenTenths);
  }
  if (first || is_due) {
    shown_at_ = now;
    shown_tenth_ = tenth;
  }
  return is_due;
}

void ProgressView::clear() {
  if (!line_stands_) return;
  *screen_.out << kClearLine << std::flush;
  line_stands_ = false;
}

}  // namespace usage

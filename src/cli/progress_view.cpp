#include "usage/cli/progress_view.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string_view>

#include "usage/base/write_whole.h"

namespace usage {
namespace {

constexpr Duration kBetweenDraws = std::chrono::milliseconds(200);
constexpr Duration kBetweenLogLines = std::chrono::seconds(10);
constexpr Duration kBetweenTenths = std::chrono::seconds(1);
constexpr std::size_t kLogWidth = 500;
constexpr std::size_t kBlockRows = 10;  // a lower terminal gets one line, so that something else can be seen beside it
constexpr std::size_t kRowsBeside = 2;  // at least, above a block
constexpr std::string_view kClearToEndOfLine = "\x1b[K";
constexpr std::string_view kClearToEndOfScreen = "\x1b[J";

ScreenSize terminal_size() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? ScreenSize{size.ws_col, size.ws_row} : ScreenSize{};
}

std::string value_of(const Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

std::string to_first_of(std::size_t lines) {
  return lines > 1 ? "\r\x1b[" + std::to_string(lines - 1) + "A" : "\r";
}

}  // namespace

ProgressScreen stderr_screen(const CommandContext& context) {
  const bool can_rewrite = ::isatty(STDERR_FILENO) != 0 && value_of(context.environment, "TERM") != "dumb";
  if (!can_rewrite || context.common.quiet == Quiet::kYes) return {};
  const bool plain = !value_of(context.environment, "NO_COLOR").empty();
  return {&std::cerr, terminal_size, plain ? Colors::kNone : Colors::kAnsi,
          [] { return is_held_terminal(STDERR_FILENO); }};
}

ProgressView::ProgressView(ProgressScreen screen, Log& log, const Clock& clock)
    : screen_(std::move(screen)), log_(log), clock_(clock) {
  log_.before_each_line([this] { clear(); });
}

ProgressView::ProgressView(const CommandContext& context)
    : ProgressView(stderr_screen(context), context.log, context.clock) {}

ProgressView::~ProgressView() {
  log_.before_each_line({});
  clear();
}

void ProgressView::show(const RunProgress& progress) {
  const Pace pace = pace_.see(progress);
  show(progress.requests_done, progress.requests_total, [&](const BlockRoom& room) {
    if (room.lines > 1) return progress_block(progress, pace, form_, room, screen_.colors);
    return std::vector{progress_line(progress, pace, form_, room.width)};
  });
}

void ProgressView::show_reading(std::uint64_t bytes_done, std::uint64_t bytes_total) {
  show(bytes_done, bytes_total,
       [&](const BlockRoom& room) { return std::vector{reading_line(bytes_done, bytes_total, room.width)}; });
}

void ProgressView::show_step(const std::string& what) {
  if (screen_.out == nullptr) return;
  draw({what.substr(0, std::max<std::size_t>(screen_.size().columns, 1) - 1)});
}

void ProgressView::show(std::uint64_t done, std::uint64_t total, const Text& text) {
  if (!due(done, total)) return;
  if (screen_.out == nullptr) {
    log_.write(LogLevel::kInfo, "progress", text({kLogWidth, 1}).front());
    return;
  }
  const ScreenSize size = screen_.size();
  // The last column stays free: some terminals begin a new line there.
  const std::size_t width = std::max<std::size_t>(size.columns, 1) - 1;
  const bool several = width >= kBlockWidth && size.rows >= kBlockRows;
  draw(text({width, several ? size.rows - kRowsBeside : 1}));
}

void ProgressView::draw(const std::vector<std::string>& lines) {
  if (screen_.is_held()) return;
  std::string all = to_first_of(lines_standing_);
  for (const std::string& line : lines) {
    if (&line != lines.data()) all += '\n';
    all.append(line).append(kClearToEndOfLine);
  }
  if (lines.size() < lines_standing_) all.append(kClearToEndOfScreen);
  *screen_.out << all << std::flush;
  lines_standing_ = lines.size();
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
  if (lines_standing_ == 0 || screen_.is_held()) return;
  *screen_.out << to_first_of(lines_standing_) << kClearToEndOfScreen << std::flush;
  lines_standing_ = 0;
}

}  // namespace usage

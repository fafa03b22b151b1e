// How far the run is: one line on a terminal, rewritten in place; else a log line now and then.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "usage/base/clock.h"
#include "usage/cli/log.h"
#include "usage/run/progress.h"

namespace usage {

struct Pace {
  double requests_per_second = 0;
  std::optional<Duration> left;  // nothing while it cannot be told
};
// From the requests done so far: the mean over the whole run, back-off included.
Pace pace_of(const RunProgress& progress);

// One line of at most `width` characters.
std::string progress_line(const RunProgress& progress, std::size_t width);
std::string reading_line(std::uint64_t bytes_done, std::uint64_t bytes_total, std::size_t width);

// Where the line is drawn: stderr, where that is a terminal.
struct ProgressScreen {
  std::ostream* out = nullptr;  // nullptr: no terminal
  std::function<std::size_t()> width;
};
ProgressScreen stderr_screen();  // none where TERM is dumb

// Makes way for each line of the log on stderr by itself; clear() before anything else is written there.
class ProgressView {
 public:
  ProgressView(ProgressScreen screen, Log& log, const Clock& clock);
  ~ProgressView();  // clears the line
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;
  // As often as one likes: draws at most five times a second, logs every 10 seconds, and every 10 percent
  // but not twice in a second.
  void show(const RunProgress& progress);
  void show_reading(std::uint64_t bytes_done, std::uint64_t bytes_total);
  void clear();

 private:
  using LineOfWidth = std::function<std::string(std::size_t width)>;
  void show_line(std::uint64_t done, std::uint64_t total, const LineOfWidth& line_of);
  bool due(std::uint64_t done, std::uint64_t total);
  ProgressScreen screen_;
  Log& log_;
  const Clock& clock_;
  std::optional<SteadyTime> shown_at_;
  std::uint64_t shown_tenth_ = 0;
  bool line_stands_ = false;
};

}  // namespace usage

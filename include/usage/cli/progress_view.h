// How far the work is: some lines at the bottom of a terminal, rewritten in place; else a log line now and then.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "usage/base/clock.h"
#include "usage/cli/commands.h"
#include "usage/cli/log.h"
#include "usage/cli/progress_text.h"

namespace usage {

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

// Where the lines are drawn: stderr, where that is a terminal.
struct ProgressScreen {
  std::ostream* out = nullptr;  // nullptr: no terminal
  std::function<ScreenSize()> size;
  Colors colors = Colors::kNone;
  std::function<bool()> is_held = [] { return false; };  // nothing is drawn then: what is sent must not wait for it
};
// None where TERM is dumb or where one wants it quiet; no colours where NO_COLOR holds something (no-color.org).
ProgressScreen stderr_screen(const CommandContext& context);

// Makes way for each line of the log on stderr by itself; clear() before anything else is written there.
class ProgressView {
 public:
  ProgressView(ProgressScreen screen, Log& log, const Clock& clock);
  explicit ProgressView(const CommandContext& context);  // on stderr
  ~ProgressView();                                       // clears the lines
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  void show_amounts_as(AmountForm form) { form_ = std::move(form); }
  // As often as one likes: draws at most five times a second, logs every 10 seconds, and every 10 percent
  // but not twice in a second.
  void show(const RunProgress& progress);
  void show_reading(std::uint64_t bytes_done, std::uint64_t bytes_total);
  // What is being done now, where how far that is cannot be told. Stays until something else is shown; not logged.
  void show_step(const std::string& what);
  void clear();

 private:
  using Text = std::function<std::vector<std::string>(const BlockRoom& room)>;
  void show(std::uint64_t done, std::uint64_t total, const Text& text);
  void draw(const std::vector<std::string>& lines);
  bool due(std::uint64_t done, std::uint64_t total);

  ProgressScreen screen_;
  Log& log_;
  const Clock& clock_;
  AmountForm form_;
  PaceWatch pace_;
  std::optional<SteadyTime> shown_at_;
  std::uint64_t shown_tenth_ = 0;
  std::size_t lines_standing_ = 0;
};

}  // namespace usage

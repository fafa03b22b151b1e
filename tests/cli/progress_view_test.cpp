#include "usage/cli/progress_view.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "command_line.h"
#include "support/fake_clock.h"
#include "usage/base/file.h"

namespace usage::test {
namespace {

RunProgress half_way() {
  RunProgress progress;
  progress.requests_total = 400;
  progress.requests_done = 100;
  progress.installations_total = 390;
  progress.installations_done = 98;
  progress.failed = 3;
  progress.unknown = 2;
  progress.retries = 5;
  progress.in_flight = 10;
  progress.backing_off = 4;
  progress.submitted = std::get<Amount>(Amount::parse("12345.678"));
  progress.elapsed = std::chrono::seconds(8);
  return progress;
}

TEST_CASE("the pace is the mean so far, and the time left follows from it") {
  const Pace pace = pace_of(half_way());
  CHECK(pace.requests_per_second == 12.5);
  CHECK(pace.left == std::chrono::seconds(24));
}

TEST_CASE("no pace is claimed before anything is done") {
  RunProgress progress = half_way();
  progress.requests_done = 0;
  CHECK(pace_of(progress).requests_per_second == 0);
  CHECK(!pace_of(progress).left);
  progress = half_way();
  progress.elapsed = {};
  CHECK(!pace_of(progress).left);
}

TEST_CASE("more done than there was to do leaves no time, not a negative one") {
  RunProgress progress = half_way();
  progress.requests_done = 401;
  CHECK(pace_of(progress).left == Duration{});
}

TEST_CASE("a run that would last for ages names no time left") {
  RunProgress progress = half_way();
  progress.requests_total = 1'000'000'000'000;
  CHECK(!pace_of(progress).left);
}

TEST_CASE("the line says how far it is, what is in doubt, how fast and how long yet") {
  CHECK(progress_line(half_way(), 500) ==
        "25%  98/390 installations  12345.678 submitted  2 unknown  3 failed  12.5/s  24 s left  5 retries  4 waiting"
        "  10 in flight");
}

TEST_CASE("what is nothing is not mentioned, and an empty run is done") {
  CHECK(progress_line({}, 500) == "100%  0/0 installations  0.00 submitted");
}

TEST_CASE("the line is never wider than asked") {
  for (std::size_t width = 0; width < 150; ++width) {
    const std::string line = progress_line(half_way(), width);
    const std::string whole = progress_line(half_way(), 500);
    CHECK(line.size() <= width);
    CHECK(whole.starts_with(line));
    const bool ends_with_a_part = line == whole || whole.substr(line.size()).starts_with("  ");
    CHECK((ends_with_a_part || line.size() == width));
    if (width >= whole.find("  ")) CHECK(ends_with_a_part);
    CHECK(reading_line(123'456'789, 987'654'321, width).size() <= width);
  }
}

TEST_CASE("reading shows megabytes") {
  CHECK(reading_line(123'456'789, 987'654'321, 80) == "reading  12%  123.5 of 987.7 MB");
  CHECK(reading_line(0, 0, 80) == "reading  100%  0.0 of 0.0 MB");
}

// A view that draws into a string, or logs into a file.
struct Stage {
  FakeClock clock;
  TempFolder folder;
  std::filesystem::path path = folder.path() / "x.log";
  Log log{{LogLevel::kInfo, LogForm::kText, path}, clock};
  std::ostringstream out;
  std::size_t width = 40;
  ProgressScreen terminal() {
    return {&out, [this] { return width; }};
  }
  std::string drawn() { return std::exchange(out, std::ostringstream()).str(); }
  std::size_t log_lines() const {
    const std::string text = read_file(path, 1 << 20);
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
};

TEST_CASE("on a terminal the line is rewritten in place, at most five times a second") {
  Stage stage;
  ProgressView view(stage.terminal(), stage.log, stage.clock);
  view.show(half_way());
  CHECK(stage.drawn() == "\r\x1b[K25%  98/390 installations");
  stage.clock.advance(std::chrono::milliseconds(199));
  view.show(half_way());
  CHECK(stage.drawn().empty());
  stage.clock.advance(std::chrono::milliseconds(1));
  stage.width = 5;
  view.show(half_way());
  CHECK(stage.drawn() == "\r\x1b[K25%");
  CHECK(stage.log_lines() == 0);
}

TEST_CASE("the line goes away for other output, and once only") {
  Stage stage;
  ProgressView view(stage.terminal(), stage.log, stage.clock);
  view.clear();
  CHECK(stage.drawn().empty());
  view.show(half_way());
  stage.drawn();
  view.clear();
  CHECK(stage.drawn() == "\r\x1b[K");
  view.clear();
  CHECK(stage.drawn().empty());
}

TEST_CASE("the line is gone with the view") {
  Stage stage;
  {
    ProgressView view(stage.terminal(), stage.log, stage.clock);
    view.show(half_way());
    stage.drawn();
  }
  CHECK(stage.drawn() == "\r\x1b[K");
}

TEST_CASE("a terminal without a width is no trouble") {
  Stage stage;
  stage.width = 0;
  ProgressView view(stage.terminal(), stage.log, stage.clock);
  view.show(half_way());
  CHECK(stage.drawn() == "\r\x1b[K");
}

TEST_CASE("without a terminal the log hears of each tenth, but not twice in a second") {
  Stage stage;
  ProgressView view({}, stage.log, stage.clock);
  RunProgress progress = half_way();
  view.show(progress);
  CHECK(stage.log_lines() == 0);  // the beginning
  progress.requests_done = 120;   // the next tenth, too early
  view.show(progress);
  CHECK(stage.log_lines() == 0);
  stage.clock.advance(std::chrono::seconds(1));
  view.show(progress);
  CHECK(stage.log_lines() == 1);
  stage.clock.advance(std::chrono::seconds(9));
  progress.requests_done = 125;  // the same tenth
  view.show(progress);
  CHECK(stage.log_lines() == 1);
}

TEST_CASE("without a terminal the log hears of it every ten seconds, also while nothing gets done") {
  Stage stage;
  ProgressView view({}, stage.log, stage.clock);
  view.show_reading(5, 1000);
  stage.clock.advance(std::chrono::milliseconds(9999));
  view.show_reading(5, 1000);
  CHECK(stage.log_lines() == 0);
  stage.clock.advance(std::chrono::milliseconds(1));
  view.show_reading(5, 1000);
  CHECK(stage.log_lines() == 1);
  CHECK(has(read_file(stage.path, 1000), "progress: reading  0%"));
}

}  // namespace
}  // namespace usage::test

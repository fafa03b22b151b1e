#include "usage/cli/progress_view.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "command_line.h"
#include "support/fake_clock.h"
#include "usage/base/file.h"

namespace usage::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Amount amount(const char* text) {
  return std::get<Amount>(Amount::parse(text));
}

RunProgress half_way() {
  RunProgress progress;
  progress.requests_total = 400;
  progress.requests_done = 100;
  progress.installations_total = 1390;
  progress.installations_done = 98;
  progress.submitted = {1234, {{"USD", amount("12345.678")}}};
  progress.not_submitted = {1, {{"USD", amount("7")}}};
  progress.failed = {3, {{"USD", amount("20")}}};
  progress.unknown = {2, {{"USD", amount("0.5")}}};
  progress.retries = 5;
  progress.rate_limited = 6;
  progress.in_flight = 10;
  progress.concurrency = 12;
  progress.backing_off = 4;
  progress.elapsed = seconds(8);
  return progress;
}

const Pace kPace{12.5, seconds(84)};
const AmountForm kDollars{true, "USD"};

RunProgress after(Duration elapsed, std::uint64_t done) {
  RunProgress progress;
  progress.requests_total = 400;
  progress.requests_done = done;
  progress.elapsed = elapsed;
  return progress;
}

TEST_CASE("the pace is at first the mean since the beginning, and the time left follows from it") {
  PaceWatch watch;
  const Pace pace = watch.see(after(seconds(8), 100));
  CHECK(pace.requests_per_second == 12.5);
  CHECK(pace.left == seconds(24));
}

TEST_CASE("the pace is later that of the last ten seconds, so that a wait shows and an old one does not") {
  PaceWatch watch;
  for (int second = 1; second <= 100; ++second) watch.see(after(seconds(second), 0));
  for (int second = 101; second <= 120; ++second) {
    const Pace pace = watch.see(after(seconds(second), static_cast<std::uint64_t>(second - 100) * 5));
    if (second >= 110) CHECK(pace.requests_per_second == 5);
  }
  const Pace waits = watch.see(after(seconds(131), 100));
  CHECK(waits.requests_per_second == 0);
  CHECK(!waits.left);
}

TEST_CASE("however often it is asked, it keeps few moments and tells the same") {
  PaceWatch often;
  PaceWatch seldom;
  Pace pace;
  for (int ms = 1; ms <= 30'000; ++ms) pace = often.see(after(milliseconds(ms), static_cast<std::uint64_t>(ms) / 100));
  Pace other;
  for (int ms = 500; ms <= 30'000; ms += 500)
    other = seldom.see(after(milliseconds(ms), static_cast<std::uint64_t>(ms) / 100));
  CHECK(pace.requests_per_second == doctest::Approx(10).epsilon(0.01));
  CHECK(other.requests_per_second == doctest::Approx(10).epsilon(0.01));
}

TEST_CASE("no pace is claimed before anything is done") {
  CHECK(PaceWatch().see(after(seconds(8), 0)).requests_per_second == 0);
  CHECK(!PaceWatch().see(after(seconds(8), 0)).left);
  CHECK(!PaceWatch().see(after({}, 10)).left);
}

TEST_CASE("more done than there was to do leaves no time, not a negative one") {
  CHECK(PaceWatch().see(after(seconds(8), 401)).left == Duration{});
}

TEST_CASE("a run that would last for ages names no time left") {
  RunProgress progress = after(seconds(8), 100);
  progress.requests_total = 1'000'000'000'000;
  CHECK(!PaceWatch().see(progress).left);
}

TEST_CASE("the line says how far it is, what is in doubt, how fast and how long yet") {
  CHECK(progress_line(half_way(), kPace, kDollars, 500) ==
        "25%  1 min 24 s left  2 unknown  3 failed  1 not_submitted  1234 submitted: 12345.678 USD  98/1390 "
        "installations  12.5 requests/s  concurrency 12  5 retries  6 times 429  4 waiting  10 in flight");
}

TEST_CASE("what is nothing is not mentioned, and an empty run is done") {
  RunProgress once = half_way();
  once.retries = once.rate_limited = 1;
  CHECK(has(progress_line(once, kPace, kDollars, 500), "  1 retry  1 time 429  "));
  CHECK(progress_line({}, {}, {}, 500) == "100%  0 submitted: 0.00  0/0 installations  concurrency 0");
}

TEST_CASE("amounts of several currencies stand beside each other on the screen, and are not added up") {
  const AmountForm several{false, "USD"};
  RunProgress progress = half_way();
  progress.submitted.amounts = {{"EUR", amount("345")}, {"USD", amount("12000.678")}};
  progress.failed.amounts = {{"EUR", amount("20")}};
  CHECK(has(progress_line(progress, kPace, several, 500), "1234 submitted: 345.00 EUR, 12000.678 USD  98/1390"));
  const std::vector<std::string> block = progress_block(progress, kPace, several, {79, 22}, Colors::kNone);
  CHECK(block.at(1) == "submitted          1,234 rows            345.00 EUR         12000.678 USD");
  CHECK(block.at(3) == "failed                 3 rows             20.00 EUR");
  for (const std::string& line : block) CHECK(!has(line, "12345"));
}

TEST_CASE("the line is never wider than asked, and cut between its parts") {
  const std::string whole = progress_line(half_way(), kPace, kDollars, 500);
  for (std::size_t width = 0; width < 250; ++width) {
    const std::string line = progress_line(half_way(), kPace, kDollars, width);
    CHECK(line.size() <= width);
    constexpr std::string_view kMore = " ...";
    const bool has_sign = line.ends_with(kMore);
    const std::string parts = line.substr(0, line.size() - (has_sign ? kMore.size() : 0));
    CHECK(whole.starts_with(parts));
    const std::string rest = whole.substr(parts.size());
    const bool ends_with_a_part = rest.empty() || rest.starts_with("  ") || rest.starts_with(": ");
    CHECK((ends_with_a_part || line.size() == width));
    if (width >= whole.find("  ")) CHECK(ends_with_a_part);
    if (width >= whole.find("  ") + kMore.size()) CHECK(has_sign == (line != whole));
    CHECK(reading_line(123'456'789, 987'654'321, width).size() <= width);
  }
}

TEST_CASE("reading shows megabytes") {
  CHECK(reading_line(123'456'789, 987'654'321, 80) == "reading  12%  123.5 of 987.7 MB");
  CHECK(reading_line(0, 0, 80) == "reading  100%  0.0 of 0.0 MB");
}

TEST_CASE("the block shows a bar, each outcome's rows and amounts, and the wire") {
  CHECK(progress_block(half_way(), kPace, kDollars, {100, 22}, Colors::kNone) ==
        std::vector<std::string>{
            "[#######.......................]  25%  1 min 24 s left  98 of 1,390 installations",
            "submitted          1,234 rows             12345.678 USD",
            "not_submitted          1 row                   7.00 USD",
            "failed                 3 rows                 20.00 USD",
            "unknown                2 rows                  0.50 USD",
            "12.5 requests/s  concurrency 12  5 retries  6 times 429  4 waiting  10 in flight",
        });
}

// What a clerk at the end of a large month sees, in the narrowest terminals that get a block.
RunProgress two_currencies() {
  RunProgress progress = half_way();
  progress.submitted = {1710, {{"EUR", amount("21044.12")}, {"USD", amount("58498.015")}}};
  progress.failed = {3, {{"USD", amount("20")}}};
  return progress;
}
const AmountForm kSeveral{false, "USD"};

TEST_CASE("at 60 columns nothing is missing: the cells are narrower, the bar shorter, the wire takes two lines") {
  CHECK(progress_block(two_currencies(), kPace, kSeveral, {59, 22}, Colors::kNone) ==
        std::vector<std::string>{
            "[#######.......................]  25%  1 min 24 s left",
            "submitted      1,710 rows   21044.12 EUR  58498.015 USD",
            "not_submitted      1 row        7.00 USD",
            "failed             3 rows      20.00 USD",
            "unknown            2 rows       0.50 USD",
            "98 of 1,390 installations  12.5 requests/s  concurrency 12",
            "5 retries  6 times 429  4 waiting  10 in flight",
        });
  CHECK(progress_block(two_currencies(), kPace, kSeveral, {69, 22}, Colors::kNone) ==
        std::vector<std::string>{
            "[##........]  25%  1 min 24 s left  98 of 1,390 installations",
            "submitted        1,710 rows      21044.12 EUR     58498.015 USD",
            "not_submitted        1 row           7.00 USD",
            "failed               3 rows         20.00 USD",
            "unknown              2 rows          0.50 USD",
            "12.5 requests/s  concurrency 12  5 retries  6 times 429  4 waiting",
            "10 in flight",
        });
}

TEST_CASE("no part and no currency's amount goes missing from a block, however narrow, while there are lines for it") {
  RunProgress progress = two_currencies();
  progress.submitted.amounts = {{"CHF", amount("1234567890.123456")},
                                {"EUR", amount("21044.12")},
                                {"GBP", amount("17")},
                                {"USD", amount("58498.015")}};
  for (std::size_t width = kBlockWidth; width < 150; ++width) {
    std::string all;
    for (const std::string& line : progress_block(progress, kPace, kSeveral, {width, 22}, Colors::kNone)) {
      CHECK(line.size() <= width);
      all += line + "\n";
    }
    for (const char* part : {"25%",
                             "1 min 24 s left",
                             "98 of 1,390 installations",
                             "1,710 rows",
                             "1234567890.123456 CHF",
                             "21044.12 EUR",
                             "17.00 GBP",
                             "58498.015 USD",
                             "7.00 USD",
                             "20.00 USD",
                             "0.50 USD",
                             "not_submitted ",
                             "failed ",
                             "unknown ",
                             "12.5 requests/s",
                             "concurrency 12",
                             "5 retries",
                             "6 times 429",
                             "4 waiting",
                             "10 in flight"})
      CHECK_MESSAGE(has(all, part), part << " is missing at " << width << " in\n" << all);
    CHECK(!has(all, "+"));
  }
}

TEST_CASE("where there are no further lines, a sign says how many currencies are not shown") {
  RunProgress progress = two_currencies();
  progress.submitted.amounts.clear();
  for (int i = 100; i < 160; ++i) progress.submitted.amounts.emplace_back("C" + std::to_string(i), amount("1234567.5"));
  const std::vector<std::string> low = progress_block(progress, kPace, kSeveral, {59, 8}, Colors::kNone);
  CHECK(low.size() == 8);
  CHECK(low.at(1) == "submitted      1,710 rows  1234567.50 C100  1234567.50 C101");
  CHECK(low.at(2) == "                           1234567.50 C102  +57 currencies");
  for (std::size_t width = kBlockWidth; width < 150; ++width)
    for (std::size_t lines = 8; lines < 30; ++lines) {
      const std::vector<std::string> block = progress_block(progress, kPace, kSeveral, {width, lines}, Colors::kNone);
      CHECK(block.size() <= lines);
      std::string all;
      for (const std::string& line : block) {
        CHECK(line.size() <= width);
        all += line + "\n";
      }
      int shown = 0;
      for (int i = 100; i < 160; ++i) shown += has(all, ("0 C" + std::to_string(i)).c_str()) ? 1 : 0;
      if (shown < 60) CHECK(has(all, ("+" + std::to_string(60 - shown) + " currenc").c_str()));
    }
}

TEST_CASE("where only replies are awaited, the view says so in place of a time left and a pace") {
  RunProgress progress = half_way();
  progress.starts_more = false;
  progress.in_flight = 1;
  progress.backing_off = 0;
  CHECK(progress_line(progress, kPace, kDollars, 500) ==
        "25%  waiting for 1 reply  2 unknown  3 failed  1 not_submitted  1234 submitted: 12345.678 USD  98/1390 "
        "installations  concurrency 12  5 retries  6 times 429");
  const std::vector<std::string> block = progress_block(progress, kPace, kDollars, {100, 22}, Colors::kNone);
  CHECK(block.front() == "[#######.......................]  25%  waiting for 1 reply  98 of 1,390 installations");
  CHECK(block.back() == "concurrency 12  5 retries  6 times 429");
  progress.in_flight = 1200;
  CHECK(has(progress_line(progress, kPace, kDollars, 500), "  waiting for 1,200 replies  "));
  progress.in_flight = 0;  // all have come, and are being recorded
  CHECK(has(progress_line(progress, kPace, kDollars, 500), "  1 min 24 s left  "));
}

TEST_CASE("outcomes that no row had take no line of the block") {
  RunProgress progress = half_way();
  progress.not_submitted = progress.failed = progress.unknown = {};
  CHECK(progress_block(progress, kPace, kDollars, {100, 22}, Colors::kNone).size() == 3);
}

TEST_CASE("colours take no width, and without them there is no escape") {
  const auto plain = progress_block(half_way(), kPace, kDollars, {100, 22}, Colors::kNone);
  const auto colored = progress_block(half_way(), kPace, kDollars, {100, 22}, Colors::kAnsi);
  REQUIRE(colored.size() == plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    std::string visible = colored[i];
    for (std::size_t begin = 0; (begin = visible.find('\x1b')) != std::string::npos;)
      visible.erase(begin, visible.find('m', begin) - begin + 1);
    CHECK(visible == plain[i]);
    CHECK(!has(plain[i], "\x1b"));
  }
  CHECK(has(colored[3], "\x1b[31mfailed"));
}

TEST_CASE("no line of the block is wider than asked, and a hostile currency draws nothing") {
  for (std::size_t width = kBlockWidth; width < 120; ++width)
    for (const std::string& line :
         progress_block(half_way(), kPace, {true, std::string(60, 'X')}, {width, 22}, Colors::kNone))
      CHECK(line.size() <= width);
  for (const std::string& line : progress_block(half_way(), kPace, {true, "\x1b[2J"}, {80, 22}, Colors::kNone))
    CHECK(!has(line, "\x1b"));
}

// A view that draws into a string, or logs into a file.
struct Stage {
  FakeClock clock;
  TempFolder folder;
  std::filesystem::path path = folder.path() / "x.log";
  Log log{{LogLevel::kInfo, LogForm::kText, path}, clock};
  std::ostringstream out;
  ScreenSize size{40, 24};
  ProgressScreen terminal() {
    return {&out, [this] { return size; }};
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
  CHECK(stage.drawn() == "\r25%  24 s left  2 unknown  3 failed ...\x1b[K");
  stage.clock.advance(std::chrono::milliseconds(199));
  view.show(half_way());
  CHECK(stage.drawn().empty());
  stage.clock.advance(std::chrono::milliseconds(1));
  stage.size.columns = 5;
  view.show(half_way());
  CHECK(stage.drawn() == "\r25%\x1b[K");
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
  CHECK(stage.drawn() == "\r\x1b[J");
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
  CHECK(stage.drawn() == "\r\x1b[J");
}

TEST_CASE("a terminal that is large enough shows several lines, rewritten from the first one") {
  Stage stage;
  stage.size = {80, 24};
  ProgressView view(stage.terminal(), stage.log, stage.clock);
  view.show_amounts_as(kDollars);
  RunProgress progress = half_way();
  view.show(progress);
  const std::string first = stage.drawn();
  CHECK(first.starts_with("\r["));
  CHECK(std::count(first.begin(), first.end(), '\n') == 6);
  CHECK(has(first, "12345.678 USD"));
  CHECK(has(first, "4 waiting\x1b[K\n10 in flight"));  // the wire takes two lines of 79 characters
  progress.unknown = {};
  stage.clock.advance(seconds(1));
  view.show(progress);
  const std::string second = stage.drawn();
  CHECK(second.starts_with("\r\x1b[6A["));
  CHECK(std::count(second.begin(), second.end(), '\n') == 5);
  CHECK(second.ends_with("\x1b[K\x1b[J"));
  view.clear();
  CHECK(stage.drawn() == "\r\x1b[5A\x1b[J");
}

TEST_CASE("a low or narrow terminal gets one line") {
  for (const ScreenSize size : {ScreenSize{80, 9}, ScreenSize{50, 24}}) {
    Stage stage;
    stage.size = size;
    ProgressView view(stage.terminal(), stage.log, stage.clock);
    view.show(half_way());
    CHECK(!has(stage.drawn(), "\n"));
  }
}

TEST_CASE("a step shows at once, makes way for what comes, and is not logged") {
  Stage stage;
  ProgressView view(stage.terminal(), stage.log, stage.clock);
  view.show_step("recording the plan");
  CHECK(stage.drawn() == "\rrecording the plan\x1b[K");
  view.show_reading(0, 10);
  CHECK(stage.drawn().starts_with("\rreading"));
  ProgressView logged({}, stage.log, stage.clock);
  logged.show_step("recording the plan");
  CHECK(stage.log_lines() == 0);
}

TEST_CASE("a terminal without a width is no trouble") {
  Stage stage;
  stage.size.columns = 0;
  ProgressView view(stage.terminal(), stage.log, stage.clock);
  view.show(half_way());
  CHECK(stage.drawn() == "\r\x1b[K");
}

TEST_CASE("no terminal is drawn on where one wants it quiet, or TERM is dumb; NO_COLOR takes the colours away") {
  const FakeClock clock;
  CommonOptions common;
  Log log({}, clock);
  Environment environment;
  const auto screen = [&] { return stderr_screen({common, environment, clock, log}); };
  const bool is_terminal = screen().out != nullptr;
  environment["NO_COLOR"] = "1";
  CHECK(screen().colors == Colors::kNone);
  environment["NO_COLOR"] = "";
  CHECK((screen().colors == Colors::kAnsi) == is_terminal);
  environment["TERM"] = "dumb";
  CHECK(screen().out == nullptr);
  environment.clear();
  common.quiet = Quiet::kYes;
  CHECK(screen().out == nullptr);
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

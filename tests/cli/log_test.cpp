#include "usage/cli/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "command_line.h"
#include "support/fake_clock.h"
#include "support/no_more_than.h"
#include "usage/base/file.h"

namespace usage::test {
namespace {

// A log in a file of its own.
struct LogFile {
  TempFolder folder;
  std::filesystem::path path = folder.path() / "x.log";
  FakeClock clock;
  LogOptions options(LogForm form = LogForm::kText, LogLevel level = LogLevel::kInfo) const {
    return {level, form, path};
  }
  std::string text() const { return read_file(path, 1 << 20); }
};

TEST_CASE("a line holds time, level, event, text and fields") {
  LogFile file;
  Log(file.options(), file.clock).write(LogLevel::kWarning, "retry", "tries again", {{"request", "7"}, {"why", "a b"}});
  CHECK(file.text() == "2026-10-31T23:00:00.000Z warning retry: tries again request=7 why='a b'\n");
}

TEST_CASE("a JSON line is one object whatever the texts hold") {
  LogFile file;
  Log(file.options(LogForm::kJson), file.clock)
      .write(LogLevel::kError, "odd", "say \"hi\"\\\n\x1b[31m \xff end", {{"cell", "a\tb\"\xe2\x80\xae"}});
  CHECK(file.text() ==
        "{\"time\":\"2026-10-31T23:00:00.000Z\",\"level\":\"error\",\"event\":\"odd\","
        "\"text\":\"say \\\"hi\\\"\\\\??[31m ? end\",\"cell\":\"a?b\\\"?\"}\n");
}

TEST_CASE("text from outside cannot begin a line or steer the terminal, nor be taken for a format") {
  LogFile file;
  Log(file.options(), file.clock)
      .write(LogLevel::kInfo, "reply", "{} %s\r\n2026 fake\x1b]0;x\x07\xc2\x9b", {{"a", "b\nc"}});
  const std::string text = file.text();
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(has(text, "{} %s??2026 fake?]0;x??"));
  CHECK(std::none_of(text.begin(), text.end() - 1, [](unsigned char c) { return c < ' ' || c == 0x7f; }));
}

TEST_CASE("what lies below the level is not written") {
  LogFile file;
  const Log log(file.options(LogForm::kText, LogLevel::kWarning), file.clock);
  log.write(LogLevel::kDebug, "one", "");
  log.write(LogLevel::kInfo, "two", "");
  CHECK(file.text().empty());
  CHECK(!log.shows(LogLevel::kInfo));
  log.write(LogLevel::kWarning, "three", "");
  log.write(LogLevel::kError, "four", "");
  CHECK(has(file.text(), "three"));
  CHECK(has(file.text(), "four"));
  const Log off(file.options(LogForm::kText, LogLevel::kOff), file.clock);
  CHECK(!off.shows(LogLevel::kError));
  CHECK(!off.shows(LogLevel::kOff));
}

TEST_CASE("the file is made for the owner alone and appended to") {
  LogFile file;
  Log(file.options(), file.clock).write(LogLevel::kInfo, "one", "first");
  Log(file.options(), file.clock).write(LogLevel::kInfo, "two", "second");
  struct stat status {};
  REQUIRE(::stat(file.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(has(file.text(), "first"));
  CHECK(has(file.text(), "second"));
}

TEST_CASE("a log file that is no plain file is refused") {
  LogFile file;
  const auto error = [&](const std::filesystem::path& path) -> std::string {
    try {
      const Log log({LogLevel::kInfo, LogForm::kText, path}, file.clock);
    } catch (const UsageError& refused) {
      return refused.what();
    }
    return "accepted";
  };
  std::filesystem::create_symlink(file.folder.path() / "target", file.path);
  CHECK(has(error(file.path), "it is a symbolic link"));
  CHECK(!std::filesystem::exists(file.folder.path() / "target"));
  const std::filesystem::path fifo = file.folder.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(has(error(fifo), "fifo cannot be used"));
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  CHECK(has(error(fifo), "neither a file nor a device"));
  ::close(reader);
  CHECK(has(error(file.folder.path()), "cannot be used"));
  CHECK(has(error(file.folder.path() / "missing/x.log"), "No such file"));
  CHECK(error("/dev/null") == "accepted");
}

TEST_CASE("a log that cannot be written stops nothing, and counts what it lacks") {
  const FakeClock clock;
  const Log log({LogLevel::kInfo, LogForm::kText, "/dev/full"}, clock);
  CHECK(log.lost_lines().count == 0);
  CHECK_NOTHROW(log.write(LogLevel::kError, "lost", "no space"));
  log.write(LogLevel::kDebug, "below", "the level");
  log.write(LogLevel::kError, "lost", "no space");
  CHECK(log.lost_lines().count == 2);
  CHECK(log.lost_lines().reason == "No space left on device");
}

TEST_CASE("a line that was written in part is counted as lost, and takes no other with it") {
  LogFile file;
  const Log log(file.options(), file.clock);
  log.write(LogLevel::kInfo, "one", "whole");
  {
    const NoMoreThan here(file.text().size() + 10);
    log.write(LogLevel::kInfo, "two", "torn");
    log.write(LogLevel::kInfo, "three", "gone");
  }
  CHECK(log.lost_lines().count == 2);
  log.write(LogLevel::kInfo, "four", "whole");
  CHECK(log.lost_lines().count == 2);
  const std::string text = file.text();
  CHECK(!has(text, "torn"));
  CHECK(!has(text, "gone"));
  CHECK(has(text, "\n2026-10-31\n2026-10-31T23:00:00.000Z info four: whole\n"));
}

TEST_CASE("a log in a file does not make the progress line step aside") {
  LogFile file;
  Log log(file.options(), file.clock);
  int asked = 0;
  log.before_each_line([&] { ++asked; });
  log.write(LogLevel::kError, "x", "y");
  CHECK(asked == 0);
}

}  // namespace
}  // namespace usage::test

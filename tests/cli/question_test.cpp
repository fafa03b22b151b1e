#include "usage/cli/question.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <initializer_list>

#include "command_line.h"
#include "usage/base/file.h"

namespace usage::test {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    out = FileDescriptor(ends[0]);
    in = FileDescriptor(ends[1]);
  }
  FileDescriptor out;
  FileDescriptor in;
};

// What the program makes of what a person types, and then the end of input.
Answer answer_to(std::string_view typed) {
  Pipe keyboard;
  Pipe screen;
  REQUIRE(::write(keyboard.in.get(), typed.data(), typed.size()) == static_cast<ssize_t>(typed.size()));
  keyboard.in = FileDescriptor();
  const Answer answer = ask("Go on? ", keyboard.out.get(), screen.in.get());
  std::array<char, 20> seen{};
  CHECK(::read(screen.out.get(), seen.data(), seen.size()) == 7);
  CHECK(std::string_view(seen.data(), 7) == "Go on? ");
  return answer;
}

TEST_CASE("only y and yes are a yes") {
  for (const char* yes : {"y\n", "Y\n", "yes\n", "YES\n", " yes \n"}) CHECK(answer_to(yes) == Answer::kYes);
  for (const char* no : {"\n", "n\n", "no\n", "yess\n", "j\n", "y y\n", "\ny\n"}) CHECK(answer_to(no) == Answer::kNo);
}

TEST_CASE("half a line, the end of input or an endless line is a no") {
  CHECK(answer_to("") == Answer::kNo);
  CHECK(answer_to("y") == Answer::kNo);
  CHECK(answer_to("yes") == Answer::kNo);
  CHECK(answer_to(std::string(5000, 'y') + "\n") == Answer::kNo);
}

TEST_CASE("the question names rows, requests, period, host and the total of each currency") {
  UploadQuestion question;
  question.rows = 8123;
  question.requests = 1;
  question.totals = {{"EUR", std::get<Amount>(Amount::parse("12.5"))}, {"", std::get<Amount>(Amount::parse("7"))}};
  question.period = "2026-10";
  question.host = "marketplace.twilio.com";
  question.account = "AC1";
  CHECK(question_text(question) ==
        "Upload 8,123 rows in 1 request for period 2026-10 to marketplace.twilio.com for account AC1\n"
        "  total 12.50 EUR\n"
        "  total 7.00\n"
        "Go on? [y/N] ");
}

TEST_CASE("a currency from the file cannot steer the terminal") {
  UploadQuestion question;
  question.totals = {{"E\x1b[2J\nR", Amount()}};
  CHECK(has(question_text(question), "total 0.00 E?[2J?R\n"));
}

// What comes of asking in a process that has a terminal, which types `typed`, on the given descriptors only.
Answer answer_on_terminal(std::initializer_list<int> descriptors, std::string_view typed) {
  const FileDescriptor keyboard(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(keyboard.valid());
  REQUIRE(::grantpt(keyboard.get()) == 0);
  REQUIRE(::unlockpt(keyboard.get()) == 0);
  const std::string name = ::ptsname(keyboard.get());
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::setsid();
    const int terminal = ::open(name.c_str(), O_RDWR);  // becomes the controlling one, as the session has none yet
    const int nothing = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2; ++fd) ::dup2(nothing, fd);
    for (int fd : descriptors) ::dup2(terminal, fd);
    ::_exit(static_cast<int>(ask_on_terminal("Go on? ")));
  }
  REQUIRE(::write(keyboard.get(), typed.data(), typed.size()) == static_cast<ssize_t>(typed.size()));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return static_cast<Answer>(WEXITSTATUS(status));
}

TEST_CASE("the terminal is asked where a person sits at stdin or stderr, and nobody where both are redirected") {
  CHECK(answer_on_terminal({0, 1, 2}, "y\n") == Answer::kYes);
  CHECK(answer_on_terminal({0, 1, 2}, "n\n") == Answer::kNo);
  CHECK(answer_on_terminal({2}, "y\n") == Answer::kYes);  // the file comes from stdin
  CHECK(answer_on_terminal({0}, "y\n") == Answer::kYes);
  CHECK(answer_on_terminal({}, "y\n") == Answer::kNoTerminal);
  CHECK(answer_on_terminal({1}, "y\n") == Answer::kNoTerminal);
}

}  // namespace
}  // namespace usage::test

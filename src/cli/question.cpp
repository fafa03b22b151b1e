#include "usage/cli/question.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "usage/base/file.h"
#include "usage/base/text.h"
#include "usage/base/write_whole.h"

namespace usage {
namespace {

constexpr std::size_t kMaxAnswer = 1000;

// Up to the line's end. Empty where the input ended before it or a signal came: half an answer is none.
std::string read_answer(int fd) {
  std::string line;
  for (char c = 0; line.size() < kMaxAnswer && ::read(fd, &c, 1) == 1;) {
    if (c == '\n') return line;
    line += c;
  }
  return "";
}

}  // namespace

std::string question_text(const UploadQuestion& question) {
  std::string text = "Upload " + count_of(question.rows, "row", "rows") + " in " +
                     count_of(question.requests, "request", "requests") + " for period " + clean_text(question.period) +
                     " to " + clean_text(question.host) + " for account " + clean_text(question.account) + "\n";
  for (const auto& [currency, amount] : question.totals) {
    text += "  total " + money_text(amount, currency) + "\n";
  }
  return text + "Go on? [y/N] ";
}

Answer ask(std::string_view text, int in_fd, int out_fd) {
  // An unseen question is answered by what comes back: nothing, so no.
  write_whole(out_fd, std::as_bytes(std::span(text)));
  const std::string answer = ascii_lower(trim_blanks(read_answer(in_fd)));
  return answer == "y" || answer == "yes" ? Answer::kYes : Answer::kNo;
}

// Both redirected is a script's doing, although a terminal may still be attached to it.
bool may_ask() {
  return ::isatty(STDIN_FILENO) != 0 || ::isatty(STDERR_FILENO) != 0;
}

Answer ask_on_terminal(std::string_view text) {
  const bool on_stdin = ::isatty(STDIN_FILENO) != 0;
  if (!may_ask()) return Answer::kNoTerminal;
  const FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (terminal.valid()) return ask(text, terminal.get(), terminal.get());
  return on_stdin ? ask(text, STDIN_FILENO, STDERR_FILENO) : Answer::kNoTerminal;
}

}  // namespace usage

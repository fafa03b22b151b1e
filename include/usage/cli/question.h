// The one question before money moves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "usage/base/decimal.h"

namespace usage {

enum class Answer : std::uint8_t {
  kYes,
  kNo,          // anything but y or yes, an empty line, the end of input, a signal
  kNoTerminal,  // nobody is there to ask
};

// What is about to be sent.
struct UploadQuestion {
  std::size_t rows = 0;
  std::size_t requests = 0;
  std::vector<std::pair<std::string, Amount>> totals;  // by currency, which may be empty
  std::string period;
  std::string host;
  std::string account;
};
std::string question_text(const UploadQuestion& question);  // ends in "[y/N] "

// Asks once: writes the text, reads one line.
Answer ask(std::string_view text, int in_fd, int out_fd);

bool may_ask();  // stdin or stderr is a terminal
// On /dev/tty, so that a file on stdin does not answer. kNoTerminal where neither stdin nor stderr is a terminal.
Answer ask_on_terminal(std::string_view text);

}  // namespace usage

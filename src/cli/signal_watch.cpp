#include "signal_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace usage {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
// What a handler may touch.
volatile std::sig_atomic_t pending_signal = 0;
std::atomic<int> wake_write_end = -1;
std::array<char, 8192> last_words{};
std::size_t last_words_size = 0;
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void note_signal(int number) {
  if (pending_signal != 0) {
    [[maybe_unused]] const ssize_t told = write(STDERR_FILENO, last_words.data(), last_words_size);
    _exit(number == SIGINT ? 130 : 143);
  }
  pending_signal = number;
  const int saved_errno = errno;
  [[maybe_unused]] const ssize_t written = write(wake_write_end, "!", 1);
  errno = saved_errno;
}

}  // namespace

SignalWatch::SignalWatch(const std::string& resume_command) {
  const std::string words =
      "\nusage-uploader: ended at once; what was in flight may have been billed\n  what to do: " + resume_command +
      "\n";
  last_words_size = words.copy(last_words.data(), last_words.size());
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  read_end_ = FileDescriptor(ends[0]);
  write_end_ = FileDescriptor(ends[1]);
  pending_signal = 0;
  wake_write_end = ends[1];
  for (const int number : kSignals) {
    struct sigaction old {};
    sigaction(number, nullptr, &old);
    if (old.sa_handler == SIG_IGN) continue;
    struct sigaction noted {};
    noted.sa_handler = note_signal;
    noted.sa_flags = SA_RESTART;
    sigaction(number, &noted, nullptr);
  }
}

SignalWatch::~SignalWatch() {
  for (const int number : kSignals) {
    struct sigaction current {};
    sigaction(number, nullptr, &current);
    if (current.sa_handler == note_signal) std::signal(number, SIG_DFL);
  }
  wake_write_end = -1;
}

int SignalWatch::pending() {
  std::array<char, 64> drained{};
  while (read(read_end_.get(), drained.data(), drained.size()) > 0) {
  }
  return pending_signal;
}

}  // namespace usage

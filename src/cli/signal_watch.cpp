#include "signal_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <system_error>

namespace usage {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
constexpr std::int64_t kTogether = 100;     // milliseconds
constexpr std::int64_t kHangingUp = 2'000;  // likewise: a shell takes its time to end
// What a handler may touch.
volatile std::sig_atomic_t pending_signal = 0;
std::atomic<std::int64_t> pending_since = 0;
std::atomic<int> wake_write_end = -1;
struct LastWords {
  std::array<char, 8192> text{};
  std::size_t size = 0;
};
std::array<LastWords, 2> last_words_of_two;
std::atomic<unsigned> spoken = 0;  // which of them
static_assert(std::atomic<std::int64_t>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

std::int64_t steady_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

bool comes_with_the_first(int number) {
  const bool hangs_up = number == SIGHUP && pending_signal == SIGHUP;
  return steady_milliseconds() - pending_since < (hangs_up ? kHangingUp : kTogether);
}

extern "C" void note_signal(int number) {
  if (pending_signal != 0) {
    if (comes_with_the_first(number)) return;
    const LastWords& words = last_words_of_two[spoken];
    [[maybe_unused]] const ssize_t told = write(STDERR_FILENO, words.text.data(), words.size);
    _exit(number == SIGINT ? 130 : 143);
  }
  pending_since = steady_milliseconds();
  pending_signal = number;
  const int saved_errno = errno;
  [[maybe_unused]] const ssize_t written = write(wake_write_end, "!", 1);
  errno = saved_errno;
}

// By the signal, as a shell wants to see it, which is nothing to the first process of a container.
extern "C" void end_at_once(int number) {
  const int as = number == SIGINT ? SIGINT : SIGTERM;
  std::signal(as, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, as);
  sigprocmask(SIG_UNBLOCK, &only, nullptr);
  std::raise(as);
  _exit(as == SIGINT ? 130 : 143);
}

}  // namespace

SignalWatch::SignalWatch(const std::string& last_words) {
  tell_instead(last_words);
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  read_end_ = FileDescriptor(ends[0]);
  write_end_ = FileDescriptor(ends[1]);
  pending_signal = 0;
  wake_write_end = ends[1];
  for (const int number : kSignals) {
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;
    struct sigaction noted {};
    noted.sa_handler = note_signal;
    noted.sa_flags = SA_RESTART;
    sigaction(number, &noted, nullptr);
  }
}

SignalWatch::~SignalWatch() {
  wake_write_end = -1;
}

void SignalWatch::tell_instead(const std::string& last_words) {
  const unsigned other = 1 - spoken;
  LastWords& words = last_words_of_two[other];
  words.size = ("\nusage-uploader: ended at once; " + last_words + "\n").copy(words.text.data(), words.text.size());
  spoken = other;
}

void end_by_signals() {
  for (const int number : kSignals) {
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler == SIG_DFL) std::signal(number, end_at_once);
  }
}

int SignalWatch::pending() {
  std::array<char, 64> drained{};
  while (read(read_end_.get(), drained.data(), drained.size()) > 0) {
  }
  return pending_signal;
}

}  // namespace usage

// usage-sandbox: a local stand-in for the Twilio Marketplace's usage endpoint, for rehearsals and tests.
#include <poll.h>
#include <sys/signalfd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <iostream>

#include "sandbox/options.h"
#include "sandbox/server.h"
#include "usage/base/error.h"
#include "usage/base/file.h"

namespace {

// Blocked before any thread starts, so that they wait for wait_for_end and come nowhere else.
sigset_t block_ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void wait_for_end(const sigset_t& signals, const usage::sandbox::Server& server) {
  const usage::FileDescriptor signalled(signalfd(-1, &signals, SFD_CLOEXEC));
  std::array<pollfd, 2> polled{{{signalled.get(), POLLIN, 0}, {server.ended_fd(), POLLIN, 0}}};
  while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) continue;
}

int run(int argc, char** argv) {
  const usage::sandbox::CommandLine command = usage::sandbox::parse_command_line(argc, argv);
  if (command.to_print) {
    std::cout << *command.to_print;
    return 0;
  }
  const sigset_t signals = block_ending_signals();
  usage::sandbox::Server server(command.options);
  std::cout << "usage-sandbox listening on " << server.url() << std::endl;  // flushed: tests read the port from it
  wait_for_end(signals, server);
  server.stop();
  server.throw_failure();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const usage::Error& error) {
    std::cerr << "usage-sandbox: " << error.what() << "; " << error.remedy() << "\n";
    return static_cast<int>(error.status());
  } catch (const std::exception& error) {
    std::cerr << "usage-sandbox: " << error.what() << "\n";
    return 1;
  }
}

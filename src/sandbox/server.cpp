#include "server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <utility>

#include "http_connection.h"
#include "usage/base/error.h"

namespace usage::sandbox {
namespace {

constexpr int kBacklog = 1024;
constexpr int kNoDescriptorsLeftPauseMs = 10;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// The C interface wants the general type.
const sockaddr* general(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}
sockaddr* general(sockaddr_in& address) {
  return reinterpret_cast<sockaddr*>(&address);
}

FileDescriptor listen_on(std::uint16_t port) {
  FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (::bind(fd.get(), general(address), sizeof address) == 0 && ::listen(fd.get(), kBacklog) == 0) return fd;
  throw UsageError("port", "127.0.0.1:" + std::to_string(port) + ": cannot listen: " + errno_text(errno),
                   "give another port, or --port 0 for any that is free");
}

std::uint16_t port_of(const FileDescriptor& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd.get(), general(address), &size);
  return ntohs(address.sin_port);
}

Journal open_journal(const std::optional<std::filesystem::path>& file) {
  return file ? Journal(*file) : Journal();
}

// OpenSSL writes without MSG_NOSIGNAL; a blocked SIGPIPE is an ordinary error there.
void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

Server::Server(ServerOptions options)
    : tls_(options.tls ? std::optional<TlsContext>(*options.tls) : std::nullopt),
      endpoint_(std::move(options.endpoint), open_journal(options.journal), clock_),
      listening_(listen_on(options.port)),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      port_(port_of(listening_)),
      accepting_([this] { accept_all(); }) {}

Server::~Server() {
  stop();
}

std::string Server::url() const {
  return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

void Server::stop() {
  if (!accepting_.joinable()) return;
  eventfd_write(stop_.get(), 1);
  accepting_.join();
  for (Connection& connection : open_) connection.thread.join();
  open_.clear();
  listening_ = FileDescriptor();
}

void Server::accept_all() {
  std::array<pollfd, 2> polled{{{listening_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  while (::poll(polled.data(), polled.size(), -1) >= 0 || errno == EINTR) {
    if (polled[1].revents != 0) return;
    FileDescriptor fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.valid()) {
      start_connection(std::move(fd));
    } else if (errno == EMFILE || errno == ENFILE) {
      ::poll(&polled[1], 1, kNoDescriptorsLeftPauseMs);
    }
  }
}

void Server::start_connection(FileDescriptor fd) {
  open_.remove_if([](Connection& connection) {
    if (!connection.done) return false;
    connection.thread.join();
    return true;
  });
  Connection& connection = open_.emplace_back();
  connection.thread = std::thread([this, &connection, number = ++connections_, fd = std::move(fd)]() mutable {
    serve(connection, std::move(fd), number);
  });
}

void Server::serve(Connection& connection, FileDescriptor fd, std::uint64_t number) {
  block_sigpipe();
  try {
    Socket socket(std::move(fd), stop_.get(), tls_ ? &*tls_ : nullptr);
    if (socket.handshake()) serve_connection(socket, endpoint_, number);
  } catch (const std::exception&) {
    fail(std::current_exception());
  }
  connection.done = true;
}

void Server::fail(std::exception_ptr failure) {
  const std::lock_guard lock(failure_mutex_);
  if (!failure_) failure_ = std::move(failure);
  eventfd_write(stop_.get(), 1);
}

void Server::throw_failure() {
  const std::lock_guard lock(failure_mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace usage::sandbox

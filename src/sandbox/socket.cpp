#include "socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include "usage/base/error.h"

namespace usage::sandbox {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDrainTime{1000};

[[noreturn]] void refuse_tls(const std::filesystem::path& file) {
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  throw UsageError("tls", file.string() + ": not usable for TLS: " + reason.data(),
                   "give --tls a certificate and its key, both as PEM files");
}

int clamped(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

TlsContext::TlsContext(const TlsFiles& files) : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
  if (SSL_CTX_use_certificate_chain_file(context_.get(), files.certificate.c_str()) != 1) refuse_tls(files.certificate);
  if (SSL_CTX_use_PrivateKey_file(context_.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) refuse_tls(files.key);
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
}

Socket::Socket(FileDescriptor fd, int stop_fd, const TlsContext* tls)
    : fd_(std::move(fd)), stop_fd_(stop_fd), ssl_(tls != nullptr ? SSL_new(tls->get()) : nullptr, SSL_free) {
  const int on = 1;  // else the body would wait for the acknowledgement of the head
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (ssl_) SSL_set_fd(ssl_.get(), fd_.get());
}

Socket::~Socket() = default;

bool Socket::stopping() const {
  pollfd stop{stop_fd_, POLLIN, 0};
  return ::poll(&stop, 1, 0) > 0;
}

bool Socket::wait_for(short events) {
  std::array<pollfd, 2> polled{{{fd_.get(), events, 0}, {stop_fd_, POLLIN, 0}}};
  while (::poll(polled.data(), polled.size(), -1) < 0) {
    if (errno != EINTR) return false;
  }
  return polled[1].revents == 0;
}

Socket::Progress Socket::after_tls(int result) {
  if (result > 0) return Progress::kDone;
  const int error = SSL_get_error(ssl_.get(), result);
  const short events = error == SSL_ERROR_WANT_READ ? POLLIN : error == SSL_ERROR_WANT_WRITE ? POLLOUT : 0;
  return events != 0 && wait_for(events) ? Progress::kAgain : Progress::kFailed;
}

bool Socket::handshake() {
  if (!ssl_) return true;
  for (;;) {
    ERR_clear_error();
    const Progress progress = after_tls(SSL_accept(ssl_.get()));
    if (progress != Progress::kAgain) return progress == Progress::kDone;
  }
}

ssize_t Socket::read(char* bytes, std::size_t size) {
  for (;;) {
    if (ssl_) {
      ERR_clear_error();
      const int count = SSL_read(ssl_.get(), bytes, clamped(size));
      if (count > 0) return count;
      if (SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN) return 0;
      if (after_tls(count) != Progress::kAgain) return -1;
    } else {
      const ssize_t count = ::recv(fd_.get(), bytes, size, 0);
      if (count >= 0) return count;
      if (errno == EAGAIN ? !wait_for(POLLIN) : errno != EINTR) return -1;
    }
  }
}

bool Socket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = 0;
    if (ssl_) {
      ERR_clear_error();
      count = SSL_write(ssl_.get(), bytes.data(), clamped(bytes.size()));
      if (count <= 0 && after_tls(static_cast<int>(count)) != Progress::kAgain) return false;
    } else {
      count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && (errno == EAGAIN ? !wait_for(POLLOUT) : errno != EINTR)) return false;
    }
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Socket::pause(milliseconds time) {
  if (time.count() <= 0) return;
  pollfd stop{stop_fd_, POLLIN, 0};
  ::poll(&stop, 1, clamped(static_cast<std::size_t>(time.count())));
}

void Socket::wait_until_client_leaves(std::optional<milliseconds> at_most) {
  std::array<pollfd, 2> polled{{{fd_.get(), POLLRDHUP, 0}, {stop_fd_, POLLIN, 0}}};
  ::poll(polled.data(), polled.size(), at_most ? clamped(static_cast<std::size_t>(at_most->count())) : -1);
}

void Socket::drain() {
  const auto deadline = std::chrono::steady_clock::now() + kDrainTime;
  std::array<char, 16384> unwanted{};
  std::array<pollfd, 2> polled{{{fd_.get(), POLLIN, 0}, {stop_fd_, POLLIN, 0}}};
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    if (::poll(polled.data(), polled.size(), static_cast<int>(left.count())) <= 0 || polled[1].revents != 0) return;
    if (::recv(fd_.get(), unwanted.data(), unwanted.size(), 0) <= 0) return;
  }
}

void Socket::end(ConnectionEnd how) {
  if (!fd_.valid()) return;
  if (how == ConnectionEnd::kReset) {
    const linger at_once{1, 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  } else {
    if (ssl_) SSL_shutdown(ssl_.get());
    ::shutdown(fd_.get(), SHUT_WR);
    drain();
  }
  fd_ = FileDescriptor();
}

}  // namespace usage::sandbox

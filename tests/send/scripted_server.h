// A server whose every byte a test decides: one script per connection, on loopback, at a port that the system chooses.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace usage::test {

// What has arrived, for the test to look at once the server has stopped.
class Arrivals {
 public:
  void add(const std::string& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  std::vector<std::string> list() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
};

class Connection {
 public:
  Connection(int fd, Arrivals& arrivals) : fd_(fd), arrivals_(arrivals) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(); }

  // False where the client refused our certificate, or speaks no TLS.
  bool start_tls(SSL_CTX* context) {
    tls_.reset(SSL_new(context));
    SSL_set_fd(tls_.get(), fd_);
    return SSL_accept(tls_.get()) == 1;
  }

  // Up to and with the blank line; empty where the client closed before it.
  std::string read_head() {
    for (;;) {
      const std::size_t end = unread_.find("\r\n\r\n");
      if (end != std::string::npos) return take(end + 4);
      if (!receive()) return "";
    }
  }

  // Head and body. Whole requests alone are counted as arrived.
  std::string read_request() {
    const std::string head = read_head();
    if (head.empty()) return "";
    const std::size_t field = head.find("Content-Length: ");
    const std::size_t length = field == std::string::npos ? 0 : std::stoul(head.substr(field + 16));
    while (unread_.size() < length) {
      if (!receive()) return "";
    }
    const std::string request = head + take(length);
    arrivals_.add(request);
    return request;
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // Until the client closes.
  void wait_for_end() {
    while (receive()) unread_.clear();
  }

  void close() {
    const std::lock_guard lock(closing_);
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  // Over TLS each is a record of its own.
  void send_as_one_packet(const std::vector<std::string_view>& pieces) {
    cork(1);
    for (const std::string_view piece : pieces) send(piece);
    cork(0);
  }
  void reset() {  // RST instead of FIN
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }

  // From another thread: ends whatever the script waits for.
  void interrupt() {
    const std::lock_guard lock(closing_);
    if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
  }

 private:
  void cork(int on) { ::setsockopt(fd_, IPPROTO_TCP, TCP_CORK, &on, sizeof on); }
  std::string take(std::size_t length) {
    std::string taken = unread_.substr(0, length);
    unread_.erase(0, length);
    return taken;
  }
  bool receive() {
    char chunk[16384];
    const ssize_t got =
        tls_ ? SSL_read(tls_.get(), chunk, static_cast<int>(sizeof chunk)) : ::recv(fd_, chunk, sizeof chunk, 0);
    if (got > 0) unread_.append(chunk, static_cast<std::size_t>(got));
    return got > 0;
  }

  int fd_;
  std::mutex closing_;
  Arrivals& arrivals_;
  std::unique_ptr<SSL, void (*)(SSL*)> tls_{nullptr, SSL_free};
  std::string unread_;
};

// A bound loopback socket; connections to it are refused until it listens.
class LoopbackSocket {
 public:
  LoopbackSocket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (fd_ < 0 || ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::system_error(errno, std::generic_category(), "loopback socket");
    }
    port_ = ntohs(address.sin_port);
  }
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;
  ~LoopbackSocket() { ::close(fd_); }
  int get() const { return fd_; }
  std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int fd_;
  unsigned short port_ = 0;
};

class ScriptedServer {
 public:
  using Script = std::function<void(Connection&, std::size_t number)>;  // connections count from 0

  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    if (::listen(socket_.get(), 64) != 0) throw std::system_error(errno, std::generic_category(), "listen");
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedServer() { stop(); }

  std::string authority() const { return socket_.authority(); }
  std::string base_url() const { return "http://" + authority(); }

  // What has arrived whole, on all connections, until now. Nothing arrives any more after it.
  std::vector<std::string> stop() {
    if (!acceptor_.joinable()) return arrivals_.list();
    ::shutdown(socket_.get(), SHUT_RDWR);
    acceptor_.join();
    for (Connection& connection : connections_) connection.interrupt();
    for (std::thread& thread : threads_) thread.join();
    return arrivals_.list();
  }
  // From within a script: whoever connects from now on is refused.
  void stop_listening() { ::shutdown(socket_.get(), SHUT_RDWR); }
  std::size_t connections() const { return connections_.size(); }  // after stop()

 private:
  void accept_all() {
    block_broken_pipe_signals();
    for (int fd = 0; (fd = ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      Connection& connection = connections_.emplace_back(fd, arrivals_);
      threads_.emplace_back([this, &connection, number = threads_.size()] {
        script_(connection, number);
        connection.close();
      });
    }
  }
  // In the server's threads only: the client under test must not cause any.
  static void block_broken_pipe_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  }

  Script script_;
  LoopbackSocket socket_;
  Arrivals arrivals_;
  std::list<Connection> connections_;  // this and the next: the acceptor's, until it has been joined
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace usage::test

// A client that knows nothing but bytes.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>

class RawClient {
 public:
  enum class End { kNone, kFin, kReset };
  struct Received {
    std::string bytes;
    End end = End::kNone;
  };

  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval guard{20, 0};  // a sandbox that hangs must not hang the tests
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof guard);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("connect failed");
    }
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { ::close(fd_); }

  int fd() const { return fd_; }
  void send(const std::string& bytes) { ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }

  int pending_error() const {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }

  // Until the sandbox ends the connection.
  Received read_to_end() {
    Received received;
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (count == 0) received.end = End::kFin;
      if (count < 0 && errno == ECONNRESET) received.end = End::kReset;
      if (count <= 0) return received;
      received.bytes.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  std::string read_head() {
    std::string bytes;
    while (!bytes.ends_with("\r\n\r\n")) read_byte(bytes);
    return bytes;
  }

  // One reply with a Content-Length, and not a byte more.
  std::string read_reply() {
    std::string reply = read_head();
    const std::size_t at = reply.find("Content-Length: ");
    const std::size_t head = reply.size();
    const std::size_t length = at == std::string::npos ? 0 : std::stoul(reply.substr(at + 16));
    while (reply.size() < head + length) read_byte(reply);
    return reply;
  }

 private:
  void read_byte(std::string& into) {
    char byte = 0;
    if (::recv(fd_, &byte, 1, 0) != 1) throw std::runtime_error("ended within a reply: " + into);
    into.push_back(byte);
  }
  int fd_;
};

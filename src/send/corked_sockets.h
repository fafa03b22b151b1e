#pragma once

#include <vector>

namespace usage {

// libcurl gives a body that is read by a callback to the socket in a call of its own, after the header. Corked in
// between, both leave as one packet, which halves what sending costs. At most one socket is corked, and only while
// libcurl works. libcurl tells a socket when it makes it, and later only the connection's local port: so a port that
// was given to another socket since may cork the wrong one, or none. That costs time, and nothing else.
class CorkedSockets {
 public:
  void made(int socket);
  void cork(int local_port) noexcept;
  void uncork() noexcept;

 private:
  struct Socket {
    int socket = -1;
    int local_port = 0;  // 0: not looked at since it was made
  };
  int socket_of(int local_port);

  std::vector<Socket> sockets_;  // one a number: as many as were ever open at once
  int corked_ = -1;
};

}  // namespace usage

#pragma once

#include <vector>

namespace usage {

// libcurl's sockets. libcurl tells a socket when it makes and when it closes it; in between, only the connection's
// local port, which two sockets to different addresses may share.
class OpenSockets {
 public:
  void made(int socket);
  void closed(int socket) noexcept;

  // Whether the next reply that is read there may be that of another request: something lies on a connection that
  // carried a request before, unasked for, or its end; or it is to be left. Over TLS it may also be a message of TLS
  // itself.
  bool is_out_of_step(int local_port) noexcept;
  void leave(int local_port) noexcept;

  // A request leaves there. libcurl gives a body that is read by a callback to the socket in a call of its own, after
  // the header; corked in between, both leave as one packet, which halves what sending costs. At most one socket is
  // corked, and only while libcurl works. Where another has the port, that costs time, and nothing else.
  void cork(int local_port) noexcept;
  void uncork() noexcept;

 private:
  struct Socket {
    int socket = -1;
    int local_port = 0;  // 0: not looked at, or not connected yet
    bool carried_a_request = false;
    bool is_left = false;
  };
  // Calls visit(socket) for each with this port; for none where it is not known.
  template <class Visit>
  void each_at(int local_port, const Visit& visit) noexcept;

  std::vector<Socket> sockets_;
  int corked_ = -1;
};

}  // namespace usage

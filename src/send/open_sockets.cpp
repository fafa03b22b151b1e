#include "open_sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace usage {
namespace {

// IPv4 and IPv6 have the port at the same place. 0 where there is none.
int local_port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

// Bytes, the end or an error.
bool is_readable(int socket) {
  char byte = 0;
  return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

// Where it fails, packets go out as they come.
void set_cork(int socket, int on) {
  ::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
}

}  // namespace

void OpenSockets::made(int socket) {
  closed(socket);
  sockets_.push_back({socket});
}

void OpenSockets::closed(int socket) noexcept {
  std::erase_if(sockets_, [socket](const Socket& each) { return each.socket == socket; });
  if (corked_ == socket) corked_ = -1;
}

template <class Visit>
void OpenSockets::each_at(int local_port, const Visit& visit) noexcept {
  if (local_port <= 0) return;
  for (Socket& each : sockets_) {
    if (each.local_port == 0) each.local_port = local_port_of(each.socket);
    if (each.local_port == local_port) visit(each);
  }
}

bool OpenSockets::is_out_of_step(int local_port) noexcept {
  bool is_any = false;
  each_at(local_port, [&is_any](const Socket& each) {
    is_any = is_any || (each.carried_a_request && (each.is_left || is_readable(each.socket)));
  });
  return is_any;
}

void OpenSockets::leave(int local_port) noexcept {
  each_at(local_port, [](Socket& each) { each.is_left = true; });
}

void OpenSockets::cork(int local_port) noexcept {
  uncork();
  each_at(local_port, [this](Socket& each) {
    each.carried_a_request = true;
    corked_ = each.socket;
  });
  if (corked_ >= 0) set_cork(corked_, 1);
}

void OpenSockets::uncork() noexcept {
  if (corked_ >= 0) set_cork(corked_, 0);
  corked_ = -1;
}

}  // namespace usage

#include "corked_sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace usage {
namespace {

// IPv4 and IPv6 have the port at the same place. 0 where there is none.
int local_port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

// Where it fails, packets go out as they come.
void set_cork(int socket, int on) {
  ::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
}

}  // namespace

void CorkedSockets::made(int socket) {
  const auto known = std::ranges::find(sockets_, socket, &Socket::socket);
  if (known == sockets_.end())
    sockets_.push_back({socket, 0});
  else
    known->local_port = 0;
}

int CorkedSockets::socket_of(int local_port) {
  const auto known = std::ranges::find(sockets_, local_port, &Socket::local_port);
  if (known != sockets_.end()) return known->socket;
  for (Socket& each : sockets_)
    if (each.local_port == 0) each.local_port = local_port_of(each.socket);
  const auto found = std::ranges::find(sockets_, local_port, &Socket::local_port);
  return found == sockets_.end() ? -1 : found->socket;
}

void CorkedSockets::cork(int local_port) noexcept {
  uncork();
  corked_ = local_port > 0 ? socket_of(local_port) : -1;
  if (corked_ >= 0) set_cork(corked_, 1);
}

void CorkedSockets::uncork() noexcept {
  if (corked_ >= 0) set_cork(corked_, 0);
  corked_ = -1;
}

}  // namespace usage

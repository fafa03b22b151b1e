// HTTP/1.1 on one connection: cpp-httplib reads requests and writes replies; our stream below it makes the faults.
#pragma once

#include <cstdint>

#include "endpoint.h"
#include "socket.h"

namespace usage::sandbox {

// Serves requests until either side ends the connection, or the server stops.
void serve_connection(Socket& socket, Endpoint& endpoint, std::uint64_t connection);

}  // namespace usage::sandbox

// What the wire did with one attempt, without any judgement of it.
#pragma once

#include <cstdint>
#include <string>

#include "usage/base/clock.h"

namespace usage {

enum class TransportFault : std::uint8_t {
  kNone,                // a whole reply arrived
  kUnreachable,         // no address, no connection, TLS handshake cut
  kProxyRefused,        // the proxy did not let us through; see connect_status
  kBadCertificate,      // the peer could not be verified
  kLocalConfiguration,  // nothing a retry could mend: bad CA file, unsupported option, out of memory
  kTimeout,
  kConnectionLost,
  kResendPrevented,     // libcurl was about to send the request a second time; the fence stopped it
  kReplyTooLarge,       // the reply passed our cap
  kMalformedReply,      // not HTTP, a broken encoding, headers over the limit
  kReplyTooEarly,       // a 2xx that began before the whole request had left: it answers another one
};

struct Delivery {
  unsigned times_issued = 0;      // F: how often libcurl began to send the request; never more than 1 left the machine
  bool headers_complete = false;  // H: the final status line and all headers arrived (not a 1xx)
  bool body_complete = false;     // the transfer ended in order and any Content-Length was met
  int http_status = 0;            // of the final reply; 0 where none came
  int connect_status = 0;         // of the proxy's reply to CONNECT; 0 where there was none
  TransportFault fault = TransportFault::kNone;
  std::string fault_text;         // for people, cleaned; empty where fault is kNone
  std::string headers;            // final reply's status line and headers, raw, as received
  std::string body;               // raw, as received, up to the cap
  WallTime started_at;
  WallTime ended_at;
};

}  // namespace usage

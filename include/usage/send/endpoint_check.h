// Whether the endpoint can be reached as a run would reach it. Nothing is billed by asking: no usage and no credentials
// are sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "usage/base/clock.h"
#include "usage/model/delivery.h"
#include "usage/send/curl_transport.h"

namespace usage {

// How far the way to the endpoint was gone.
enum class EndpointStage : std::uint8_t { kNothing, kResolved, kConnected, kSecured, kAnswered };

struct EndpointAnswer {
  EndpointStage stage = EndpointStage::kNothing;
  std::string address;                           // that was connected to, or the proxy's; empty: none
  std::string failure;                           // libcurl's words; empty where it answered
  TransportFault fault = TransportFault::kNone;  // as a run would take it
  int proxy_status = 0;                          // with which a proxy refused the way; 0: it did not
  int http_status = 0;                           // whatever it says to a request without credentials
  std::optional<WallTime> date;                  // its clock, to the second
  WallTime asked_at;
  WallTime answered_at;
};

// One HEAD request for the base URL's path, with the settings of CurlTransport for proxies, TLS and time limits. Throws
// as CurlTransport does.
EndpointAnswer ask_endpoint(const CurlOptions& options, const Clock& clock);

}  // namespace usage

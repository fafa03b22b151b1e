// What `check` finds on the way to the endpoint: its name, a connection, TLS, an answer, the clock.
#pragma once

#include <vector>

#include "findings.h"
#include "usage/base/clock.h"
#include "usage/send/curl_transport.h"

namespace usage {

std::vector<Finding> look_at_endpoint(const CurlOptions& options, const Clock& clock);

}  // namespace usage

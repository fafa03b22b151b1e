// What libcurl's error says of a connection on which no request began.
#pragma once

#include "usage/model/delivery.h"

namespace usage {

// By what a person has to do: kBadCertificate is the peer's, kLocalConfiguration is to be corrected here, a CA file
// without a certificate, too. Not of CURLE_OK.
TransportFault connection_fault(int curl_code);

}  // namespace usage

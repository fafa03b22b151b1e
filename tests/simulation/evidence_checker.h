// Holds what the ledger shows as evidence against what really went over the wire.
#pragma once

#include <string>
#include <vector>

#include "simulation/simulated_endpoint.h"
#include "usage/ledger/records.h"

namespace usage::test {

// Every attempt that the endpoint saw is in the ledger with the body that was sent and, where its end was recorded, the
// reply as it came; what the ledger has beyond that was never sent, and is in doubt. One complaint a line.
std::string check_evidence(const std::vector<RequestEvidence>& requests, const std::vector<Contact>& contacts);

}  // namespace usage::test

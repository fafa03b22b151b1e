// How a plan words a charge that the ledger has.
#pragma once

#include <string>

#include "usage/ledger/records.h"

namespace usage {

std::string described(const KnownCharge& charge);   // "run 2026-10-1, line 7, sent 2026-11-01T08:00:00.000Z"
std::string content_of(const KnownCharge& charge);  // "12.50 for BI... of XE..."
// "submitted", "in doubt", "left out", "planned and not sent", "not billed"
std::string worded_state(const KnownCharge& charge);
std::string described_beside(const KnownCharge& charge);  // "12.50 USD, submitted by run 2026-10-1, line 7"
// The same, of a charge that another charge's reference leads to; of another period than `here` with its name.
std::string described_by_reference(const KnownCharge& charge);
std::string described_by_reference(const ScopedCharge& known, const Scope& here);

}  // namespace usage

// From an older schema to the present one.
#pragma once

#include <cstdint>

#include "sqlite.h"

namespace usage {

inline constexpr std::int64_t kOldestSchemaVersion = 1;

// From that version, all of it or nothing, in one transaction, nothing dropped: LedgerError where the ledger stays as it
// was. The connection keeps foreign keys.
void migrate(Database& database, std::int64_t version);

}  // namespace usage

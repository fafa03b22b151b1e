// From an older schema to the present one.
#pragma once

#include <cstdint>

#include "sqlite.h"

namespace usage {

inline constexpr std::int64_t kOldestSchemaVersion = 1;

// All of it or nothing, in one transaction, nothing dropped: LedgerError where the ledger stays as it was. The
// connection keeps foreign keys.
void migrate_from_version_1(Database& database);

}  // namespace usage

#pragma once

#include <cstdint>

namespace usage {

// Row numbers of the ledger's tables; never reused.
using RunId = std::int64_t;
using RowId = std::int64_t;
using RequestId = std::int64_t;
using AttemptId = std::int64_t;

}  // namespace usage

// The tables, and the promises that SQLite itself keeps about them.
#pragma once

#include <cstdint>

namespace usage {

inline constexpr std::int64_t kApplicationId = 0x55534C47;  // "USLG"
inline constexpr std::int64_t kSchemaVersion = 8;
inline constexpr std::int64_t kReadableSchemaVersion = 5;  // from there on, only what may be written has changed

extern const char* const kTables;           // all but the next five
extern const char* const kSendingTables;    // in version 4 with other words for the same checks
extern const char* const kInputFileTable;   // new in version 3
extern const char* const kApprovalTable;    // new in version 4
extern const char* const kRunEventTable;    // new in version 5
extern const char* const kSettlementTable;  // in version 7 with one more status
extern const char* const kGuards;
extern const char* const kChargeGuards;  // in version 8 a charge may begin with an invalid row
extern const char* const kSettlementGuards;

}  // namespace usage

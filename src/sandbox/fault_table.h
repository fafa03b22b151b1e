// The named faults, as data.
#pragma once

#include <span>
#include <string_view>

#include "fault.h"

namespace usage::sandbox {

struct FaultRow {
  std::string_view name;
  Billing billing;
  ReplyShape shape;
  WireFault wire;
  ConnectionEnd end;
  std::uint64_t amount;         // the default of bytes, headers, depth
  std::string_view parameters;  // beside delay_ms, which every fault takes
  std::string_view meaning;
};

std::span<const FaultRow> fault_table();

// Whether the endpoint's contract says that a reply with this status was never processed, so that the sandbox must not
// bill it (usage-uploader sends such requests again, or hands them back to be corrected).
bool promises_not_billed(int status);

}  // namespace usage::sandbox

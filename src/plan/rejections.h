// Rows that conflict with what the ledger has: reason and remedy. `row` is an index into UsageInput::rows; `charge` is
// the ledger's charge that the row concerns (0: none).
#pragma once

#include <cstdint>
#include <string>

#include "usage/intake/reject_rows.h"
#include "usage/ledger/records.h"

namespace usage {

RejectedRow reject_usage_row(const UsageInput& input, std::uint32_t row, RowId charge, std::string name,
                             std::string reason, std::string remedy);
// The row names a charge that was submitted or left out, and says something else of it.
RejectedRow reject_other_content(const UsageInput& input, std::uint32_t row, const KnownCharge& named);
// `other` is submitted, in doubt or left out, and has the row's reference.
RejectedRow reject_reference(const UsageInput& input, std::uint32_t row, RowId charge, const KnownCharge& other);
// The row has the digits of the unbilled charge that it names, with the decimal sign elsewhere, and nobody confirmed
// it.
RejectedRow reject_converted(const UsageInput& input, std::uint32_t row, const KnownCharge& named);
// The row has nothing of the charge that it names.
RejectedRow reject_mixed_up(const UsageInput& input, std::uint32_t row, const KnownCharge& named);
// Another period has the row's reference submitted, in doubt, or planned and not sent.
RejectedRow reject_billed_elsewhere(const UsageInput& input, std::uint32_t row, RowId charge,
                                    const ScopedCharge& found);

}  // namespace usage

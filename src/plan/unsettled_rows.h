// Rows beside which a person wrote, in usage_settle, that they are not to be sent, and did not settle that.
#pragma once

#include "usage/model/usage_row.h"
#include "usage/plan/meeting.h"

namespace usage {

// RefusedError "usage-settle-unsettled": nothing of the upload is sent, and no file is written that would not say it
// any more. Valid or not: whatever else is wrong with such a row, correcting it must not send it.
void require_settled(const UsageInput& input, const LedgerView& ledger);

}  // namespace usage

// An invalid row that comes again: the export was uploaded once more, and still has it so.
#pragma once

#include "usage/plan/meeting.h"

namespace usage {

// Notes in each invalid row of an export which one of an earlier run it is, by its content: of equal ones the nth is
// the nth. Else one line would have two names, and could be corrected twice.
void name_as_before(UsageInput& input, const LedgerView& ledger);

}  // namespace usage

// An invalid row that comes again: the export was uploaded once more, and still has it so.
#pragma once

#include "usage/plan/meeting.h"

namespace usage {

// Gives an invalid row of an export the name that it had in an earlier run: else one line would have two, and could be
// corrected under each. By its content, where that has a reference, and where just one row of the upload and one name
// have it; no name that another row of the upload has.
void name_as_before(UsageInput& input, const LedgerView& ledger);

}  // namespace usage

// Invalid rows, and those that were held back with them or as additional, are no charges: a period knows them only by
// the runs that had them.
#pragma once

#include <optional>
#include <vector>

#include "usage/ledger/ledger.h"
#include "usage/model/warning.h"

namespace usage {

// The warning "invalid-rows-in-runs": which of them no later upload brought as a charge, told by their reference, each
// once, however often its file was uploaded. Without a reference a row is told by its content, and by its item alone
// where its amount could not be read; of others it says that it cannot be told.
std::optional<Warning> warn_of_invalid_rows(const Ledger& ledger, const Scope& scope, const std::vector<RunInfo>& runs);

}  // namespace usage

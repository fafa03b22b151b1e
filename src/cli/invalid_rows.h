// Invalid rows are no charges: a period knows them only by the runs that had them.
#pragma once

#include <optional>
#include <vector>

#include "usage/ledger/ledger.h"
#include "usage/model/warning.h"

namespace usage {

// The warning "invalid-rows-in-runs": which invalid rows no later upload brought as a charge, told by their reference,
// each once, however often its file was uploaded. A row without a reference stays, as nothing tells.
std::optional<Warning> warn_of_invalid_rows(const Ledger& ledger, const Scope& scope, const std::vector<RunInfo>& runs);

}  // namespace usage

// The items of a request, also those that left it for a re-post: rows keep the order of the input in every request.
#pragma once

#include <string_view>
#include <vector>

#include "ledger_state.h"

namespace usage {

// Before and behind the columns of a query about the items `r` of the request with the id `?`.
inline constexpr std::string_view kWithItems =
    "WITH RECURSIVE again(id, run, number) AS (SELECT id, run, number FROM request WHERE id = ? UNION ALL "
    "SELECT q.id, q.run, q.number FROM again JOIN request q "
    "ON q.run = again.run AND q.number > again.number AND q.parent = again.id) SELECT ";
inline constexpr std::string_view kFromItems =
    " FROM again JOIN request q ON q.id = again.id JOIN usage_row r ON r.installation = q.installation "
    "AND r.request = q.id ";

std::vector<RowEvidence> items_of(LedgerState& state, RequestId request);

}  // namespace usage

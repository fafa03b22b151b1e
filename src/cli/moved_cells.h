// Whether the SIDs in a row of unknown.csv are those of the charge that its usage_row names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "usage/ledger/records.h"

namespace usage {

// Why they are not; nothing where they are, or where the row holds none. A spreadsheet that sorts some columns only
// leaves a decision beside another charge's cells. The cells may hold other SIDs besides, so one that fits is enough.
std::optional<std::string> why_moved(const std::vector<std::string>& cells, const RowRecord& row);

}  // namespace usage

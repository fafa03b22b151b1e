#pragma once

#include <functional>

#include "usage/ledger/records.h"

namespace usage {

// Where the rows of a result come from: calls the visitor once for each input row, in input order. Repeatable.
using EachRow = std::function<void(const std::function<void(const RowRecord&)>&)>;

}  // namespace usage

// What only shows when rows are held against each other.
#pragma once

#include "usage/model/usage_row.h"

namespace usage {

// A reference that stands twice with one billing SID of one installation: all those rows move from `rows` to `invalid`.
void reject_repeated_references(UsageInput& input);

// "billing-sid-form": billing SIDs that are not BI and 32 hex digits.
// "equal-rows": same installation, billing SID and quantity, and the same reference where both have one.
// "amount-outlier": more than 100 times the median amount of its currency, where that has at least 20 rows.
// Each is one warning (the last one for each currency), with the number of rows and the first lines.
void warn(UsageInput& input);

}  // namespace usage

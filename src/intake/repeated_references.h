// What only shows when rows are held against each other.
#pragma once

#include "usage/model/usage_row.h"

namespace usage {

// A reference that stands twice with one billing SID of one installation: all those rows move from `rows` to `invalid`.
void reject_repeated_references(UsageInput& input);

}  // namespace usage

#pragma once

#include <optional>
#include <string_view>

#include "usage/model/status.h"

namespace usage {

// A person's decision on a charge in doubt, as --as and the column usage_settle have it: "submitted", "not-submitted"
// or "not_submitted", in any letter case. Nothing where the text is none of these.
std::optional<RowStatus> read_decision(std::string_view text);

}  // namespace usage

#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "usage/model/status.h"

namespace usage {

inline constexpr std::array<std::string_view, 3> kDecisionNames = {"submitted", "not-submitted", "left-out"};
inline constexpr std::string_view kDecisionWords = "submitted, not-submitted or left-out";

// A person's decision on a charge, as --as and the column usage_settle have it: "submitted", "not-submitted" or
// "left-out", the last two also with "_", in any letter case. Nothing where the text is none of these.
std::optional<RowStatus> read_decision(std::string_view text);

}  // namespace usage

#include "usage/intake/decision.h"

#include <algorithm>
#include <string>

#include "usage/base/text.h"

namespace usage {

std::optional<RowStatus> read_decision(std::string_view text) {
  constexpr std::array<RowStatus, kDecisionNames.size()> kDecisions = {RowStatus::kSubmitted, RowStatus::kNotSubmitted,
                                                                       RowStatus::kLeftOut};
  std::string name = ascii_lower(trim_blanks(text));
  std::ranges::replace(name, '_', '-');
  const auto found = std::ranges::find(kDecisionNames, name);
  if (found == kDecisionNames.end()) return std::nullopt;
  return kDecisions[static_cast<std::size_t>(found - kDecisionNames.begin())];
}

}  // namespace usage

#include "usage/intake/decision.h"

#include "usage/base/text.h"

namespace usage {

std::optional<RowStatus> read_decision(std::string_view text) {
  const std::string lower = ascii_lower(trim_blanks(text));
  if (lower == "submitted") return RowStatus::kSubmitted;
  if (lower == "not-submitted" || lower == "not_submitted") return RowStatus::kNotSubmitted;
  if (lower == "left-out" || lower == "left_out") return RowStatus::kLeftOut;
  return std::nullopt;
}

}  // namespace usage

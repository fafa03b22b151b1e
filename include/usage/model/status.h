#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace usage {

// Every input row ends in exactly one of these.
enum class RowStatus : std::uint8_t {
  kSubmitted,     // accepted for billing, or settled so; never sent again
  kNotSubmitted,  // the endpoint said it generated no billing event for it
  kFailed,        // refused, or proven never processed with retries used up
  kUnknown,       // may have been billed; waits for a person
  kDuplicate,     // the ledger already has it as submitted for this period
  kInvalid,       // did not pass validation, or conflicts with the ledger
  kNotSent,       // the run stopped before its turn, or its installation was held back
  kLeftOut,       // excluded by a choice of the operator, or settled so
};
inline constexpr std::array<std::string_view, 8> kRowStatusNames = {
    "submitted", "not_submitted", "failed", "unknown", "duplicate", "invalid", "not_sent", "left_out"};

constexpr std::string_view name_of(RowStatus status) {
  return kRowStatusNames[static_cast<std::size_t>(status)];
}

constexpr std::optional<RowStatus> row_status_of(std::string_view name) {
  for (std::size_t i = 0; i < kRowStatusNames.size(); ++i)
    if (kRowStatusNames[i] == name) return static_cast<RowStatus>(i);
  return std::nullopt;
}

// Proven not billed, and may be sent again by the operator.
constexpr bool is_unbilled(RowStatus status) {
  return status == RowStatus::kFailed || status == RowStatus::kNotSubmitted || status == RowStatus::kNotSent;
}

}  // namespace usage

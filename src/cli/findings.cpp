#include "findings.h"

#include <algorithm>
#include <array>

namespace usage {

std::string_view name_of(FindingState state) {
  constexpr std::array<std::string_view, 3> kNames = {"ok", "warning", "failed"};
  return kNames[static_cast<std::size_t>(state)];
}

Finding ok(std::string_view name, std::string text) {
  return {name, FindingState::kOk, std::move(text), "", ExitStatus::kOk};
}

Finding warning(std::string_view name, std::string text, std::string remedy) {
  return {name, FindingState::kWarning, std::move(text), std::move(remedy), ExitStatus::kOk};
}

Finding failed(std::string_view name, const Error& error) {
  return {name, FindingState::kFailed, error.what(), error.remedy(), error.status()};
}

ExitStatus status_of(const std::vector<Finding>& findings) {
  for (const ExitStatus status : {ExitStatus::kLedger, ExitStatus::kUsage, ExitStatus::kStopped})
    if (std::ranges::count(findings, status, &Finding::status) > 0) return status;
  const auto other = std::ranges::find(findings, FindingState::kFailed, &Finding::state);
  return other == findings.end() ? ExitStatus::kOk : other->status;
}

}  // namespace usage

// What `check` found, a line each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/error.h"

namespace usage {

enum class FindingState : std::uint8_t { kOk, kWarning, kFailed };

struct Finding {
  std::string_view name;  // stable: "credentials"
  FindingState state = FindingState::kOk;
  std::string text;
  std::string remedy;                   // empty where it is kOk
  ExitStatus status = ExitStatus::kOk;  // that a run would end with; kOk unless it is kFailed
};

std::string_view name_of(FindingState state);  // "ok", "warning", "failed"

Finding ok(std::string_view name, std::string text);
Finding warning(std::string_view name, std::string text, std::string remedy);
Finding failed(std::string_view name, const Error& error);

// What a run would end with; where several would, the first in the order 4, 2, 7.
ExitStatus status_of(const std::vector<Finding>& findings);

}  // namespace usage

#include "usage/plan/fail_on.h"

#include <algorithm>
#include <optional>

namespace usage {
namespace {

constexpr std::string_view kSameContent = "same-content-earlier";
constexpr std::string_view kSameTotal = "same-total-earlier";

// The same rows have the same total, and are warned of by the one name only.
std::optional<std::string> name_that_refuses(const std::string& warning, const std::vector<std::string>& fail_on) {
  const auto has = [&](std::string_view name) { return std::ranges::find(fail_on, name) != fail_on.end(); };
  if (has(warning)) return warning;
  if (warning == kSameContent && has(kSameTotal)) return std::string(kSameTotal);
  return std::nullopt;
}

}  // namespace

std::vector<Refusal> refuse_warnings(const std::vector<Warning>& warnings, const std::vector<std::string>& fail_on) {
  std::vector<Refusal> refusals;
  for (const Warning& warning : warnings) {
    const auto name = name_that_refuses(warning.name, fail_on);
    if (!name) continue;
    refusals.push_back(
        {"warning-refused",
         warning.name + " (--fail-on" + (*name == warning.name ? "" : " " + *name) + "): " + warning.text,
         "look at it; where it is as it should be, leave " + *name +
             " out of --fail-on this time (`--fail-on none` sets the configured names aside)"});
  }
  return refusals;
}

}  // namespace usage

#include "usage/plan/fail_on.h"

#include <algorithm>

namespace usage {

std::optional<Refusal> refuse_warnings(const std::vector<Warning>& warnings, const std::vector<std::string>& fail_on) {
  for (const Warning& warning : warnings)
    if (std::find(fail_on.begin(), fail_on.end(), warning.name) != fail_on.end())
      return Refusal{"warning-refused", warning.name + " (--fail-on): " + warning.text,
                     "look at it; where it is as it should be, take " + warning.name + " out of --fail-on this time"};
  return std::nullopt;
}

}  // namespace usage

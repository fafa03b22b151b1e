#pragma once

#include <string>
#include <string_view>

namespace usage {

// Something a person should look at. It stops nothing, but where --fail-on names it.
struct Warning {
  std::string name;  // stable, for scripts: "equal-rows"
  std::string text;  // one line
  friend bool operator==(const Warning&, const Warning&) = default;
};

// What a run was begun with, kept among its warnings: additional charges that were allowed (--allow-additional), how
// often an approved plan's items may be posted again (--repost-unsubmitted), and control totals that agreed. The latter
// are nothing to look at, and are shown apart.
inline constexpr std::string_view kAdditionalAllowed = "additional-allowed";
inline constexpr std::string_view kRepostApproved = "repost-approved";
inline constexpr std::string_view kControlTotalsAgreed = "control-totals-agreed";

}  // namespace usage

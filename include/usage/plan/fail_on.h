// Warnings that an operator does not let pass (--fail-on).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "usage/model/warning.h"
#include "usage/plan/plan.h"

namespace usage {

// Every warning that a file or its plan may have, before anything is sent.
inline constexpr std::array<std::string_view, 21> kPlanWarnings = {
    "amount-column-doubtful",  "amount-outlier",        "amounts-changed",        "billing-sid-form",
    "currency-unmapped",       "decimal-sign-doubtful", "encoding-doubtful",      "equal-rows",
    "installations-elsewhere", "installations-new",     "installations-vanished", "lines-in-cell",
    "lookup-differs",          "met-without-reference", "same-content-earlier",   "same-total-earlier",
    "subtotal-rows",           "unbilled-left-earlier", "unknown-left-earlier",   "where-near",
    "where-unmatched",
};

// Each warning of one of these names, as a reason to send nothing.
std::vector<Refusal> refuse_warnings(const std::vector<Warning>& warnings, const std::vector<std::string>& fail_on);

}  // namespace usage

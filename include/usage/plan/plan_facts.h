// What a plan was held against, and what somebody allowed in it: kept with the run, for whoever signs it.
#pragma once

#include <string>
#include <vector>

#include "usage/model/warning.h"
#include "usage/plan/plan.h"

namespace usage {

// "9,000 rows, 61234.50 EUR"; empty where none were given, or they differ: that is among the refusals.
std::string agreed_control_totals(const Plan& plan);

// kControlTotalsAgreed, and kAdditionalAllowed by currency, of a plan that nothing refuses.
std::vector<Warning> facts_to_record(const Plan& plan);

}  // namespace usage

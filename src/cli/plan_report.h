// What `validate` and `upload` show of a file and its plan.
#pragma once

#include <string>

#include "usage/base/json_writer.h"
#include "usage/plan/overview.h"
#include "usage/plan/plan.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

// Lines that end with LF. The overview is that of the plan.
std::string plan_text(const UsageInput& input, const Plan& plan, const PlanOverview& overview);
// Likewise, as one object.
void write_plan_json(JsonWriter& json, const UsageInput& input, const Plan& plan, const PlanOverview& overview);

// The first charges whose amount or SIDs the rows that are sent correct, and how many there are.
std::vector<CorrectedCharge> corrected_charges(const UsageInput& input, const Plan& plan, std::size_t most);
std::size_t corrected_count(const UsageInput& input, const Plan& plan);

// For whoever approves it: what the plan agrees with, what is additional, and how it differs from the month
// before.
std::vector<PlanFact> plan_facts(const Plan& plan);

}  // namespace usage

// What `validate` and `upload` show of a file and its plan.
#pragma once

#include <string>

#include "usage/base/json_writer.h"
#include "usage/plan/overview.h"
#include "usage/plan/plan.h"

namespace usage {

std::string plan_text(const UsageInput& input, const Plan& plan);                   // lines that end with LF
void write_plan_json(JsonWriter& json, const UsageInput& input, const Plan& plan);  // one object

}  // namespace usage

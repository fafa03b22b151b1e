// The values of the options that say how an export is read.
#pragma once

#include "settings.h"
#include "usage/intake/usage_intake.h"

namespace usage {

// Of the kinds kDelimiter, kColumn, kEncoding, kFilter, kLookup, kConstant, kGrouping and kZero; UsageError as
// check_settings.
void check_input_value(const SettingValue& value);

// All options of the group "Input" that are not about requests. UsageError where two of them contradict each other.
IntakeOptions intake_options(const Settings& settings);

}  // namespace usage

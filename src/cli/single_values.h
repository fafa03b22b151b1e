// Kinds of values that need more than a line to be read and checked. Each throws the UsageError that names the option,
// the value, its place and what is allowed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "settings.h"
#include "usage/base/decimal.h"
#include "usage/plan/plan.h"

namespace usage {

// `why` follows the value: "is not ...". A value that may hold a password is not shown.
[[noreturn]] void refuse(const SettingValue& value, std::string_view text, const std::string& why);

std::map<std::string, Amount> totals_of(const SettingValue& value);             // AMOUNT or CUR:AMOUNT
std::map<std::string, RowsAndAmount> additional_of(const SettingValue& value);  // N:AMOUNT or N:CUR:AMOUNT
void check_installation(const SettingValue& value);
void check_note(const SettingValue& value);
ChangeFactor factor_of(const SettingValue& value);
std::vector<std::string> warnings_of(const SettingValue& value);
void check_plan_digest(const SettingValue& value);
std::optional<RowStatus> decision_of(const SettingValue& value);

}  // namespace usage

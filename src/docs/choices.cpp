#include "choices.h"

#include "usage/base/decimal.h"
#include "usage/cli/log.h"
#include "usage/csv/csv_reader.h"
#include "usage/intake/decision.h"
#include "usage/intake/usage_intake.h"
#include "usage/model/encoding.h"
#include "usage/plan/fail_on.h"

namespace usage::docs {

std::vector<std::string_view> choices_of(const Setting& setting) {
  switch (setting.kind) {
    case ValueKind::kEncoding:
      return {kEncodingNames.begin(), kEncodingNames.end()};
    case ValueKind::kDelimiter:
      return {kDelimiterNames.begin(), kDelimiterNames.end()};
    case ValueKind::kGrouping:
      return {kDigitGroupingNames.begin() + 1, kDigitGroupingNames.end()};  // the first is none
    case ValueKind::kZero:
      return {kZeroAmountsNames.begin(), kZeroAmountsNames.end()};
    case ValueKind::kDecision:
      return {kDecisionNames.begin(), kDecisionNames.end()};
    case ValueKind::kLogLevel:
      return {kLogLevelNames.begin(), kLogLevelNames.end()};
    case ValueKind::kConcurrency:
      return {kAutomatic};
    case ValueKind::kWarnings:
      return {kPlanWarnings.begin(), kPlanWarnings.end()};
    default:
      return {};
  }
}

bool is_list(const Setting& setting) {
  return setting.kind == ValueKind::kWarnings;
}

bool names_file(const Setting& setting) {
  return setting.kind == ValueKind::kPath;
}

}  // namespace usage::docs

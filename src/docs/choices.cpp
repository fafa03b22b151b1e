#include "choices.h"

#include "usage/plan/fail_on.h"

namespace usage::docs {

std::vector<std::string_view> choices_of(const Setting& setting) {
  switch (setting.kind) {
    case ValueKind::kEncoding:
      return {"utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1"};
    case ValueKind::kDelimiter:
      return {"comma", "semicolon", "tab", "pipe"};
    case ValueKind::kGrouping:
      return {"comma", "point", "space", "apostrophe"};
    case ValueKind::kZero:
      return {"refuse", "skip"};
    case ValueKind::kDecision:
      return {"submitted", "not-submitted", "left-out"};
    case ValueKind::kLogLevel:
      return {"debug", "info", "warning", "error", "off"};
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

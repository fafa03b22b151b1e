#include "setting_values.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "input_values.h"
#include "single_values.h"
#include "usage/base/ascii.h"
#include "usage/base/text.h"
#include "usage/base/whole_number.h"

namespace usage {
namespace {

constexpr std::size_t kMaxPeriod = 64;

std::string range_of(const Setting& setting) {
  return "from " + std::to_string(setting.lowest) + " to " + std::to_string(setting.highest);
}

bool flag_of(const SettingValue& value) {
  const std::string& text = value.texts.front();
  if (says_true(text)) return true;
  if (text == "false" || text == "0") return false;
  refuse(value, text, "is not true or false");
}

std::uint64_t count_of_value(const SettingValue& value) {
  const Setting& setting = *value.setting;
  const auto number = whole_number<std::uint64_t>(value.texts.front());
  if (number && *number >= setting.lowest && *number <= setting.highest) return *number;
  refuse(value, value.texts.front(), "is not a whole number " + range_of(setting));
}

// Nothing for "auto".
std::optional<unsigned> concurrency_of(const SettingValue& value) {
  const Setting& setting = *value.setting;
  if (value.texts.front() == kAutomatic) return std::nullopt;
  const auto number = whole_number<unsigned>(value.texts.front());
  if (number && *number >= setting.lowest && *number <= setting.highest) return number;
  refuse(value, value.texts.front(), "is neither auto nor a whole number " + range_of(setting));
}

double rate_of(const SettingValue& value) {
  const std::string& text = value.texts.front();
  double rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate, std::chars_format::fixed);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  // Below one an hour no run would ever end; written this way round it refuses "nan", too.
  if (is_number && rate >= 1.0 / 3600 && rate <= static_cast<double>(value.setting->highest)) return rate;
  refuse(value, text, "is not a number from 0.000278 (one an hour) to " + std::to_string(value.setting->highest));
}

Duration duration_of(const SettingValue& value) {
  const Setting& setting = *value.setting;
  const Duration lowest = std::chrono::milliseconds(setting.lowest);
  const Duration highest = std::chrono::milliseconds(setting.highest);
  const auto duration = parse_duration(value.texts.front());
  if (duration && *duration >= lowest && *duration <= highest) return *duration;
  refuse(value, value.texts.front(),
         "is not a time from " + duration_text(lowest) + " to " + duration_text(highest) +
             " (seconds, or with ms, s or m: 500ms, 90, 15m)");
}

std::optional<Quantity> quantity_of(const SettingValue& value) {
  auto parsed = Quantity::parse(value.texts.front());
  if (const auto* quantity = std::get_if<Quantity>(&parsed)) return *quantity;
  refuse(value, value.texts.front(), "is not an amount: " + std::get<DecimalError>(parsed).reason);
}

void check_period(const SettingValue& value) {
  const std::string& text = value.texts.front();
  const bool form = std::ranges::all_of(text, is_period_character);
  if (text.empty() || text.size() > kMaxPeriod || !form) {
    refuse(value, text, "is not a period: 1 to 64 of A-Za-z0-9._-");
  }
}

std::vector<std::filesystem::path> paths_of(const SettingValue& value) {
  for (const std::string& text : value.texts) {
    if (text.empty()) refuse(value, text, "is not a path");
    if (text.find('\0') != std::string::npos) refuse(value, text, "is not a path: it holds a NUL character");
  }
  return {value.texts.begin(), value.texts.end()};
}

std::string text_of(const SettingValue& value) {
  return value.texts.front();
}

std::vector<std::string> all_texts_of(const SettingValue& value) {
  return value.texts;
}

std::string checked_url(const SettingValue& value) {
  try {
    return check_base_url(value.texts.front());
  } catch (const UsageError& error) {  // says why, but not where it came from
    throw UsageError("option-value", "--base-url (from " + value.place + "): " + error.what(), error.remedy());
  }
}

// A password in it may stand in the environment, as all credentials, but not where others read it.
void check_proxy(const SettingValue& value) {
  const std::string& text = value.texts.front();
  if (text.empty()) return;  // none, whatever the file says
  const bool form = text.starts_with("http://") || text.starts_with("https://");
  const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
  if (!form || !printable || text.ends_with("//")) refuse(value, text, "is not a proxy: give http://HOST:PORT");
  if (text.find('@') != std::string::npos && value.source != Source::kEnvironment) {
    refuse(value, text, "holds a user or password; give these in USAGE_UPLOADER_PROXY only");
  }
}

LogLevel level_of(const SettingValue& value) {
  const auto found = std::ranges::find(kLogLevelNames, value.texts.front());
  if (found != kLogLevelNames.end()) return static_cast<LogLevel>(found - kLogLevelNames.begin());
  refuse(value, value.texts.front(), "is not debug, info, warning, error or off");
}

void check(const SettingValue& value) {
  switch (value.setting->kind) {
    case ValueKind::kFlag:
      flag_of(value);
      break;
    case ValueKind::kPath:
      paths_of(value);
      break;
    case ValueKind::kCount:
      count_of_value(value);
      break;
    case ValueKind::kConcurrency:
      concurrency_of(value);
      break;
    case ValueKind::kRate:
      rate_of(value);
      break;
    case ValueKind::kDuration:
      duration_of(value);
      break;
    case ValueKind::kQuantity:
      quantity_of(value);
      break;
    case ValueKind::kDelimiter:
    case ValueKind::kColumn:
    case ValueKind::kEncoding:
    case ValueKind::kFilter:
    case ValueKind::kLookup:
    case ValueKind::kConstant:
    case ValueKind::kGrouping:
    case ValueKind::kZero:
      check_input_value(value);
      break;
    case ValueKind::kControlTotal:
      totals_of(value);
      break;
    case ValueKind::kAdditional:
      additional_of(value);
      break;
    case ValueKind::kInstallation:
      check_installation(value);
      break;
    case ValueKind::kDecision:
      decision_of(value);
      break;
    case ValueKind::kNote:
      check_note(value);
      break;
    case ValueKind::kPeriod:
      check_period(value);
      break;
    case ValueKind::kFactor:
      factor_of(value);
      break;
    case ValueKind::kWarnings:
      warnings_of(value);
      break;
    case ValueKind::kPlanDigest:
      check_plan_digest(value);
      break;
    case ValueKind::kBaseUrl:
      checked_url(value);
      break;
    case ValueKind::kProxy:
      check_proxy(value);
      break;
    case ValueKind::kLogLevel:
      level_of(value);
      break;
  }
}

}  // namespace

bool is_period_character(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
}

void check_settings(const Settings& settings) {
  for (const auto& entry : settings) check(entry.second);
}

bool is_given(const Settings& settings, std::string_view name) {
  return settings.contains(name);
}

bool is_chosen(const Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found != settings.end() && found->second.source != Source::kDefault;
}

bool is_on(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, flag_of);
}

std::uint64_t count_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, count_of_value);
}

unsigned small_count_in(const Settings& settings, std::string_view name) {
  return static_cast<unsigned>(std::min<std::uint64_t>(count_in(settings, name), std::numeric_limits<unsigned>::max()));
}

std::optional<unsigned> concurrency_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, concurrency_of);
}

ChangeFactor factor_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, factor_of);
}

std::vector<std::string> warnings_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, warnings_of);
}

double rate_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, rate_of);
}

Duration duration_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, duration_of);
}

std::optional<Quantity> quantity_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, quantity_of);
}

std::string text_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, text_of);
}

std::optional<std::filesystem::path> path_in(const Settings& settings, std::string_view name) {
  if (!is_given(settings, name)) return std::nullopt;
  return text_in(settings, name);
}

std::optional<std::filesystem::path> typed_path_in(const Settings& settings, std::string_view name) {
  const auto value = settings.find(name);
  const bool is_typed = value != settings.end() && value->second.source == Source::kCommandLine;
  return is_typed ? path_in(settings, name) : std::nullopt;
}

std::vector<std::filesystem::path> paths_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, paths_of);
}

std::map<std::string, Amount> totals_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, totals_of);
}

std::map<std::string, RowsAndAmount> additional_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, additional_of);
}

std::vector<std::string> texts_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, all_texts_of);
}

std::optional<RowStatus> decision_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, decision_of);
}

std::string base_url_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, checked_url);
}

LogLevel log_level_in(const Settings& settings, std::string_view name) {
  return value_or_none(settings, name, level_of);
}

}  // namespace usage

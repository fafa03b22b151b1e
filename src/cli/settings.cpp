#include "settings.h"

#include <algorithm>
#include <system_error>

#include "nearest_name.h"
#include "usage/base/column_name.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::string_view kPrefix = "USAGE_UPLOADER_";
constexpr std::string_view kNone = "none";

Settings default_values() {
  Settings values;
  for (const Setting& setting : setting_table()) {
    if (setting.default_text.empty()) continue;
    values[setting.name] = {&setting, {std::string(setting.default_text)}, Source::kDefault, "the defaults"};
  }
  return values;
}

bool is_set(const SettingValue& flag) {
  return says_true(flag.texts.back());
}

// `none` sets a list aside that stands below it: on the command line only, as it waives a guard.
bool sets_aside(const SettingValue& rule) {
  return rule.setting->occurrence == Occurrence::kRepeatable && rule.source == Source::kCommandLine &&
         std::ranges::count(rule.texts, kNone) > 0;
}

// What the higher one makes of a rule that the lower one has.
SettingValue added_to_rule(const SettingValue& lower, SettingValue higher) {
  if (higher.setting->kind == ValueKind::kFlag) {
    if (!is_set(lower) || is_set(higher)) return higher;
    const std::string name(higher.setting->name);
    throw UsageError("rule-waived", higher.place + " takes " + name + " back, which " + lower.place + " makes a rule",
                     "leave it out; whoever may change the rule changes it there");
  }
  higher.texts.insert(higher.texts.begin(), lower.texts.begin(), lower.texts.end());
  higher.place = lower.place + ", " + higher.place;
  return higher;
}

void lay_rule_over(Settings& lower, SettingValue rule) {
  const std::string_view name = rule.setting->name;
  if (sets_aside(rule)) {
    lower.erase(name);
    std::erase(rule.texts, kNone);
    if (rule.texts.empty()) return;
  }
  const auto below = lower.find(name);
  lower[name] = below == lower.end() ? rule : added_to_rule(below->second, rule);
}

// What one of several values is about: the role of quantity=Net, the column of Status!=Draft.
std::string_view key_of(std::string_view text) {
  std::string_view key = text.substr(0, text.find('='));
  if (key.ends_with('!')) key.remove_suffix(1);
  return trim_blanks(key);
}

bool is_keyed(const Setting& setting) {
  return setting.kind == ValueKind::kColumn || setting.kind == ValueKind::kLookup ||
         setting.kind == ValueKind::kConstant || setting.kind == ValueKind::kFilter;
}

// A column mapped on the command line must not take a profile's filters and other columns away, unseen.
SettingValue with_other_keys(const SettingValue& lower, SettingValue higher) {
  std::vector<std::string> kept = lower.texts;
  std::erase_if(kept, [&](const std::string& text) {
    return std::ranges::any_of(higher.texts,
                               [&](const std::string& above) { return same_name(key_of(above), key_of(text)); });
  });
  if (kept.empty()) return higher;
  higher.texts.insert(higher.texts.begin(), kept.begin(), kept.end());
  higher.place = lower.place + ", " + higher.place;
  return higher;
}

void lay_over(Settings& lower, const Settings& higher) {
  for (const auto& [name, value] : higher) {
    const auto below = lower.find(name);
    if (value.setting->standing == Standing::kRule)
      lay_rule_over(lower, value);
    else if (below != lower.end() && is_keyed(*value.setting))
      below->second = with_other_keys(below->second, value);
    else
      lower[name] = value;
  }
}

// One value a line, for a repeatable setting: a column's name may hold any other separator.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

const Setting& setting_of_variable(const std::string& variable) {
  std::vector<std::string> names;
  for (const Setting& setting : setting_table()) {
    const std::string name = environment_name(setting);
    if (name == variable) return setting;
    if (setting.standing != Standing::kCommandLineOnly) names.push_back(name);
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  throw UsageError("variable-unknown",
                   "unknown environment variable " + clean_text(variable, 100) + suggestion(variable, "", candidates),
                   "unset it, or correct its name: USAGE_UPLOADER_ and the option's name");
}

}  // namespace

bool says_true(std::string_view text) {
  return text == "true" || text == "1";
}

std::vector<std::string_view> setting_names() {
  std::vector<std::string_view> names;
  for (const Setting& setting : setting_table()) names.push_back(setting.name);
  return names;
}

std::vector<std::string_view> configurable_names() {
  std::vector<std::string_view> names;
  for (const Setting& setting : setting_table())
    if (setting.standing != Standing::kCommandLineOnly) names.push_back(setting.name);
  return names;
}

void check_standing(const Setting& setting, const std::string& place) {
  if (setting.standing != Standing::kCommandLineOnly) return;
  const std::string flag = "--" + std::string(setting.name);
  throw UsageError("command-line-only",
                   place + ": " + std::string(setting.name) + " is taken from the command line only",
                   "take it out there and give " + flag + " where it is meant");
}

std::optional<std::filesystem::path> user_path(const Environment& environment, const char* variable,
                                               std::string_view fallback, std::string_view name) {
  const auto folder_in = [&](const char* key) -> std::filesystem::path {
    const auto found = environment.find(key);
    return found == environment.end() ? "" : found->second;
  };
  const std::filesystem::path own = folder_in(variable);
  if (own.is_absolute()) return own / name;
  const std::filesystem::path home = folder_in("HOME");
  if (home.is_absolute()) return home / fallback / name;
  return std::nullopt;
}

Settings read_environment(const Environment& environment) {
  Settings values;
  for (auto found = environment.lower_bound(std::string(kPrefix)); found != environment.end(); ++found) {
    const auto& [variable, text] = *found;
    if (!variable.starts_with(kPrefix)) break;
    const Setting& setting = setting_of_variable(variable);
    const std::string place = "the environment variable " + variable;
    check_standing(setting, place);
    std::vector<std::string> texts =
        setting.occurrence == Occurrence::kOnce ? std::vector<std::string>{text} : lines_of(text);
    if (texts.empty()) texts.emplace_back();
    values[setting.name] = {&setting, std::move(texts), Source::kEnvironment, place};
  }
  return values;
}

namespace {

// The user's own file, where there is one.
std::optional<std::filesystem::path> own_config_file(const Environment& environment) {
  auto own = user_path(environment, "XDG_CONFIG_HOME", ".config", "usage-uploader.toml");
  // One that is there but hidden by its folder's mode, or a link that leads nowhere, is an error of reading it.
  std::error_code ignored;
  if (own && std::filesystem::symlink_status(*own, ignored).type() == std::filesystem::file_type::not_found)
    own.reset();
  return own;
}

bool is_profile(const Settings& values) {
  return !values.empty() &&
         std::ranges::all_of(values, [](const auto& value) { return value.second.setting->group == "Input"; });
}

}  // namespace

FileValues read_config_files(const Settings& flags, const Environment& environment) {
  const auto named = flags.find("config");
  FileValues found;
  Settings named_values;
  if (named != flags.end())
    for (const std::string& file : named->second.texts) lay_over(named_values, read_config_file(file));
  if (const auto own = own_config_file(environment)) {
    found.values = read_config_file(*own);
    const bool is_replaced = named != flags.end() && !is_profile(named_values);
    const auto is_no_rule = [](const auto& value) { return value.second.setting->standing != Standing::kRule; };
    if (is_replaced) std::erase_if(found.values, is_no_rule);  // no other file takes a rule back
    if (!is_replaced || !found.values.empty()) found.files.push_back(own->string());
  }
  if (named != flags.end())
    found.files.insert(found.files.end(), named->second.texts.begin(), named->second.texts.end());
  lay_over(found.values, named_values);
  return found;
}

Settings gather_settings(const Settings& flags, const Environment& environment) {
  Settings all = default_values();
  lay_over(all, read_config_files(flags, environment).values);
  lay_over(all, read_environment(environment));
  lay_over(all, flags);
  return all;
}

}  // namespace usage

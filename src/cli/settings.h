// Raw values with their origins, before anything is checked but names.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/cli/options.h"
#include "usage/cli/setting_table.h"

namespace usage {

enum class Source : std::uint8_t { kDefault, kFile, kEnvironment, kCommandLine };

struct SettingValue {
  const Setting* setting = nullptr;
  std::vector<std::string> texts;  // one, or several of a repeatable setting
  Source source = Source::kDefault;
  std::string place;  // "the command line", "the environment variable X", "FILE:12"
};
inline constexpr std::string_view kCommandLinePlace = "the command line";
using Settings = std::map<std::string_view, SettingValue>;  // by name; what has no value is not in it

// What the command line says, checked for names only.
struct GivenFlags {
  enum class Wish : std::uint8_t { kRun, kHelp, kVersion };
  std::optional<CommandName> command;
  Wish wish = Wish::kRun;
  std::vector<std::string> operands;
  Settings values;
};
GivenFlags read_flags(const std::vector<std::string>& arguments);

Settings read_config_file(const std::filesystem::path& file);  // UsageError where it is missing
// The files named with --config, and below them the user's own where all of them are profiles; where none is named, the
// user's own if there is one. A profile holds input options, and nothing else.
struct FileValues {
  std::vector<std::string> files;  // the lowest first
  Settings values;
};
FileValues read_config_files(const Settings& flags, const Environment& environment);
Settings read_environment(const Environment& environment);

// All four sources by precedence: a higher one replaces a lower one's value. Of a list by role or column (column,
// lookup, constant, where) it replaces what is of the same role or column, and the rest stays; and it only adds to a
// rule. UsageError where it would take a rule away.
Settings gather_settings(const Settings& flags, const Environment& environment);

// VARIABLE/NAME, else HOME/FALLBACK/NAME. Relative folders do not count (XDG Base Directory Specification).
std::optional<std::filesystem::path> user_path(const Environment& environment, const char* variable,
                                               std::string_view fallback, std::string_view name);

// UsageError where the setting may not stand outside the command line; `place` says where it was found.
void check_standing(const Setting& setting, const std::string& place);

bool says_true(std::string_view text);  // of a flag's value

std::vector<std::string_view> setting_names();
std::vector<std::string_view> configurable_names();  // that may stand outside the command line

}  // namespace usage

// From texts to checked values. Each function throws the UsageError that names the option, the value, its place and
// what is allowed. A value that may hold a password is not shown.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings.h"
#include "usage/base/clock.h"
#include "usage/base/decimal.h"
#include "usage/model/status.h"
#include "usage/plan/plan.h"

namespace usage {

// What periods, and the names of runs, consist of.
bool is_period_character(char c);

// Every value, of all commands: a mistake in the file is found at the first run, not at the first use.
void check_settings(const Settings& settings);

// What `of` makes of the setting; an empty, false or zero value where it has none.
template <class Value>
Value value_or_none(const Settings& settings, std::string_view name, Value (*of)(const SettingValue&)) {
  const auto found = settings.find(name);
  return found == settings.end() ? Value{} : of(found->second);
}

// What a setting holds; where it has no value: false, 0, empty or nothing.
bool is_given(const Settings& settings, std::string_view name);
bool is_chosen(const Settings& settings, std::string_view name);  // and not by default
bool is_on(const Settings& settings, std::string_view name);
std::uint64_t count_in(const Settings& settings, std::string_view name);
unsigned small_count_in(const Settings& settings, std::string_view name);
std::optional<unsigned> concurrency_in(const Settings& settings, std::string_view name);  // nothing: auto
ChangeFactor factor_in(const Settings& settings, std::string_view name);
std::vector<std::string> warnings_in(const Settings& settings, std::string_view name);
double rate_in(const Settings& settings, std::string_view name);
Duration duration_in(const Settings& settings, std::string_view name);
std::optional<Quantity> quantity_in(const Settings& settings, std::string_view name);
std::string text_in(const Settings& settings, std::string_view name);
std::optional<std::filesystem::path> path_in(const Settings& settings, std::string_view name);
// Where it was given with this command. A configured `out` is for new runs: a run that is there has its own folder, and
// what was only looked at needs none.
std::optional<std::filesystem::path> typed_path_in(const Settings& settings, std::string_view name);
std::vector<std::filesystem::path> paths_in(const Settings& settings, std::string_view name);
std::map<std::string, Amount> totals_in(const Settings& settings, std::string_view name);
std::map<std::string, RowsAndAmount> additional_in(const Settings& settings, std::string_view name);
std::vector<std::string> texts_in(const Settings& settings, std::string_view name);  // of a repeatable setting
std::optional<RowStatus> decision_in(const Settings& settings, std::string_view name);
std::string base_url_in(const Settings& settings, std::string_view name);
LogLevel log_level_in(const Settings& settings, std::string_view name);

}  // namespace usage

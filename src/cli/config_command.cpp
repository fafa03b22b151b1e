#include <algorithm>
#include <array>
#include <iostream>

#include "usage/base/json_writer.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"
#include "usage/cli/commands.h"

namespace usage {
namespace {

constexpr std::size_t kMaxValue = 200;
constexpr std::array<std::string_view, 4> kCredentialNames = {"TWILIO_ACCOUNT_SID", "TWILIO_API_KEY",
                                                              "TWILIO_API_SECRET", "TWILIO_AUTH_TOKEN"};

// Of the credentials in the environment only that they are there: the account is shown by `check`.
bool is_set(const Environment& environment, std::string_view name) {
  const auto found = environment.find(std::string(name));
  return found != environment.end() && !found->second.empty();
}

std::string shown_values(const PresentSetting& setting) {
  if (setting.values.empty()) return "-";
  return list_text(setting.values, "; ", [](const std::string& value) { return clean_text(value, kMaxValue); });
}

std::string origin_of(const PresentSetting& setting) {
  return setting.place.empty() ? std::string(setting.source) : clean_text(setting.place, kMaxValue);
}

void print_line(std::string_view name, std::string_view value, std::string_view origin) {
  constexpr std::size_t kNameWidth = 22;
  constexpr std::size_t kValueWidth = 32;
  std::string line = "  " + std::string(name);
  line.resize(std::max(line.size(), kNameWidth), ' ');
  line += "  " + std::string(value);
  line.resize(std::max(line.size(), kNameWidth + 2 + kValueWidth), ' ');
  std::cout << line << "  " << origin << '\n';
}

void print_text(const ConfigOptions& options, const Environment& environment) {
  for (const std::string& file : options.config_files)
    std::cout << "Configuration file: " << clean_text(file, kMaxValue) << '\n';
  if (options.config_files.empty()) std::cout << "Configuration file: none\n";
  for (const PresentSetting& setting : options.settings)
    print_line(setting.name, shown_values(setting), origin_of(setting));
  std::cout << "Credentials, where --credentials names no file:\n";
  for (const std::string_view name : kCredentialNames)
    print_line(name, is_set(environment, name) ? "(set)" : "-", is_set(environment, name) ? "environment" : "not set");
  std::cout << std::flush;
}

void print_json(const ConfigOptions& options, const Environment& environment) {
  JsonWriter json(JsonLayout::kIndented);
  json.begin_object().key("config_files").begin_array();
  for (const std::string& file : options.config_files) json.value(file);
  json.end_array().key("settings").begin_array();
  for (const PresentSetting& setting : options.settings) {
    json.begin_object().key("name").value(setting.name).key("values").begin_array();
    for (const std::string& value : setting.values) json.value(value);
    json.end_array().key("source").value(setting.source).key("place").value(setting.place);
    json.key("variable").value(setting.variable).end_object();
  }
  json.end_array().key("credentials_in_environment").begin_object();
  for (const std::string_view name : kCredentialNames) json.key(name).value(is_set(environment, name));
  json.end_object().key("exit_status").value(0).end_object();
  std::cout << json.text() << std::endl;
}

}  // namespace

ExitStatus show_config(const ConfigOptions& options, const CommandContext& context) {
  if (context.common.output == OutputForm::kJson)
    print_json(options, context.environment);
  else
    print_text(options, context.environment);
  return ExitStatus::kOk;
}

}  // namespace usage

// The only file that knows CLI11. It is used for cutting the command line into options and operands; all that is said
// about them is ours.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "nearest_name.h"
#include "settings.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::string_view kHelpRemedy = "\"usage-uploader --help\" shows the commands";

std::string help_remedy(std::string_view command) {
  return "\"usage-uploader " + std::string(command) + " --help\" shows its options";
}

// A name alone: what stands behind '=' may be a secret.
std::string_view without_value(std::string_view argument) {
  return argument.substr(0, argument.find('='));
}

struct ParsedCommand {
  CLI::App* app = nullptr;
  CLI::Option* help = nullptr;
  std::vector<std::pair<const Setting*, CLI::Option*>> options;
};

void take_all(CLI::Option* option) {
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
}

ParsedCommand declare(CLI::App& app, const CommandEntry& entry) {
  ParsedCommand parsed;
  parsed.app = app.add_subcommand(std::string(entry.name));
  parsed.app->set_help_flag();
  parsed.app->allow_extras();
  parsed.help = parsed.app->add_flag("-h,--help");
  for (const Setting& setting : setting_table()) {
    if (!takes(entry.command, setting)) continue;
    const std::string flag = "--" + std::string(setting.name);
    CLI::Option* option = setting.kind == ValueKind::kFlag ? parsed.app->add_flag(flag) : parsed.app->add_option(flag);
    take_all(option);
    parsed.options.emplace_back(&setting, option);
  }
  return parsed;
}

[[noreturn]] void refuse_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const CommandEntry& entry : command_table()) names.push_back(entry.name);
  if (word.starts_with("--") && find_setting(without_value(word).substr(2)) != nullptr) {
    throw UsageError("command-missing", std::string(without_value(word)) + " stands before the command",
                     "give the command first: usage-uploader COMMAND " + std::string(without_value(word)));
  }
  const char* what = word.starts_with("-") ? "unknown option " : "unknown command ";
  throw UsageError("command-unknown", what + clean_text(without_value(word), 60) + suggestion(word, "", names),
                   std::string(kHelpRemedy));
}

[[noreturn]] void refuse_extra(std::string_view argument, std::string_view command) {
  const std::string shown = clean_text(without_value(argument), 60);
  if (!argument.starts_with("--")) {  // there are no short ones but -h
    throw UsageError("argument-unexpected", std::string(command) + ": unknown option " + shown, help_remedy(command));
  }
  const std::string_view name = without_value(argument).substr(2);
  if (const Setting* setting = find_setting(name)) {
    throw UsageError("option-misplaced", std::string(command) + " does not take --" + std::string(name),
                     "it belongs to " + commands_in_words(*setting, "every command"));
  }
  throw UsageError("option-unknown",
                   std::string(command) + ": unknown option " + shown + suggestion(name, "--", setting_names()),
                   help_remedy(command));
}

// CLI11 takes whatever follows an option as its value; "--period --yes" is a forgotten value.
void check_present(const SettingValue& value, std::string_view command) {
  const std::string flag = "--" + std::string(value.setting->name);
  for (const std::string& text : value.texts) {
    if (!text.starts_with("--")) continue;
    throw UsageError("value-missing", flag + " needs a value, but " + clean_text(without_value(text), 60) + " follows",
                     help_remedy(command));
  }
  if (value.texts.size() > 1 && value.setting->occurrence == Occurrence::kOnce) {
    throw UsageError("option-repeated", flag + " is given " + std::to_string(value.texts.size()) + " times",
                     "give it once");
  }
}

Settings values_of(const ParsedCommand& parsed, std::string_view command) {
  Settings values;
  for (const auto& [setting, option] : parsed.options) {
    if (option->count() == 0) continue;
    SettingValue value{setting, option->results(), Source::kCommandLine, std::string(kCommandLinePlace)};
    check_present(value, command);
    values.emplace(setting->name, std::move(value));
  }
  return values;
}

// They are CLI11's extras, too: a positional of several values would read "[a,b]" as a list.
std::vector<std::string> operands_of(const ParsedCommand& parsed, std::string_view command) {
  std::vector<std::string> operands = parsed.app->remaining();
  for (const std::string& extra : operands) {
    if (extra.size() > 1 && extra.starts_with('-')) refuse_extra(extra, command);
  }
  return operands;
}

// CLI11 would take the next argument as the value of "--name=".
void refuse_empty_values(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (!argument.starts_with("--") || argument.find('=') != argument.size() - 1) continue;
    throw UsageError("value-missing", clean_text(without_value(argument), 60) + "= has no value behind it",
                     std::string(kHelpRemedy));
  }
}

void parse(CLI::App& app, const std::vector<std::string>& arguments, std::string_view command) {
  refuse_empty_values(arguments);
  const std::string remedy = command.empty() ? std::string(kHelpRemedy) : help_remedy(command);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ArgumentMismatch&) {  // only the last one can have nothing behind it
    throw UsageError("value-missing", clean_text(without_value(arguments.back()), 60) + " needs a value", remedy);
  } catch (const CLI::ParseError& error) {
    throw UsageError("arguments", clean_text(error.what(), 200), remedy);
  }
}

}  // namespace

GivenFlags read_flags(const std::vector<std::string>& arguments) {
  // "help upload" is another way to say "upload --help".
  if (!arguments.empty() && arguments.front() == "help") {
    std::vector<std::string> other(arguments.begin() + 1, arguments.end());
    other.push_back("--help");
    return read_flags(other);
  }
  CLI::App app;
  app.set_help_flag();
  app.require_subcommand(0, 1);  // a file may be called "resume"
  app.allow_extras();
  const CLI::Option* help = app.add_flag("-h,--help");
  const CLI::Option* version = app.add_flag("--version");
  std::vector<ParsedCommand> commands;
  for (const CommandEntry& entry : command_table()) commands.push_back(declare(app, entry));
  const auto marker = std::ranges::find(arguments, "--");  // operands only behind it
  parse(app, {arguments.begin(), marker},
        arguments.empty() || !find_command(arguments.front()) ? "" : arguments.front());

  GivenFlags given;
  if (version->count() > 0) given.wish = GivenFlags::Wish::kVersion;
  if (help->count() > 0) given.wish = GivenFlags::Wish::kHelp;
  if (given.wish == GivenFlags::Wish::kVersion) return given;
  if (!app.remaining().empty()) refuse_command(app.remaining().front());
  if (given.wish == GivenFlags::Wish::kHelp) return given;
  const auto chosen = std::ranges::find_if(commands, [](const ParsedCommand& one) { return one.app->parsed(); });
  if (chosen == commands.end()) return given;

  const std::string name = chosen->app->get_name();
  given.command = find_command(name);
  if (chosen->help->count() > 0) {
    given.wish = GivenFlags::Wish::kHelp;
    return given;
  }
  given.operands = operands_of(*chosen, name);
  if (marker != arguments.end()) given.operands.insert(given.operands.end(), marker + 1, arguments.end());
  given.values = values_of(*chosen, name);
  return given;
}

}  // namespace usage

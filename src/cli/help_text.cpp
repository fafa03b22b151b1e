// Texts made from the table: help, and the file that shows every key.
#include "usage/cli/help_text.h"

#include <algorithm>
#include <vector>

#include "usage/cli/help_examples.h"
#include "usage/plan/fail_on.h"

namespace usage {
namespace {

constexpr std::size_t kTextColumn = 30;
constexpr std::size_t kLineWidth = 100;

// Appends words to a line that already stands at `column`; further lines begin at kTextColumn.
void append_wrapped(std::string& out, std::size_t column, std::string_view words) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    const bool at_start = column == kTextColumn;
    if (!at_start && column + 1 + end > kLineWidth) {
      out += "\n" + std::string(kTextColumn, ' ');
      column = kTextColumn;
    } else if (!at_start) {
      out += ' ';
      ++column;
    }
    out += words.substr(0, end);
    column += end;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  out += '\n';
}

void append_entry(std::string& out, std::string head, std::string_view words) {
  head.insert(0, "  ");
  if (head.size() + 2 > kTextColumn) {
    out += head + "\n" + std::string(kTextColumn, ' ');
  } else {
    out += head + std::string(kTextColumn - head.size(), ' ');
  }
  append_wrapped(out, kTextColumn, words);
}

std::string flag_of(const Setting& setting) {
  std::string flag = "--" + std::string(setting.name);
  return setting.value_name.empty() ? flag : flag + " " + std::string(setting.value_name);
}

std::string examples(CommandName command) {
  std::string out = "\nExamples:\n";
  for (const Example& example : examples_of(command)) {
    out += "  # " + std::string(example.purpose) + "\n  usage-uploader " + std::string(example.arguments) + "\n";
  }
  return out;
}

std::string overview() {
  std::string out = "usage-uploader COMMAND [OPTIONS]\n\n";
  out += "Uploads usage charges to the Twilio Marketplace, each at most once.\n";
  std::string_view group;
  for (const CommandEntry& entry : command_table()) {
    if (entry.group != group) out += "\n" + std::string(entry.group) + ":\n";
    group = entry.group;
    const std::string operand = entry.operand.empty() ? "" : " " + std::string(entry.operand);
    append_entry(out, std::string(entry.name) + operand, entry.summary);
  }
  out +=
      "\nA month's end:\n"
      "  usage-uploader init                                                          # once: makes the ledger\n"
      "  usage-uploader validate october.csv\n"
      "  usage-uploader upload october.csv --period 2026-10 --new-period --dry-run    # the plan; nothing is sent\n"
      "  usage-uploader upload october.csv --period 2026-10 --new-period              # asks once, then bills\n"
      "  usage-uploader show --period 2026-10                                         # what was billed, what is "
      "open\n";
  return out + "\n\"usage-uploader COMMAND --help\" shows a command's options and examples; --version, the versions.\n";
}

std::string command_help(CommandName command) {
  const CommandEntry& entry = command_table()[static_cast<std::size_t>(command)];
  std::string out = "usage-uploader " + std::string(entry.name) + " ";
  if (!entry.operand.empty()) out += std::string(entry.operand) + " ";
  out += "[OPTIONS]\n\n" + std::string(entry.name) + ": " + std::string(entry.summary) + "\n";
  std::string_view group;
  for (const Setting& setting : setting_table()) {
    if (!takes(command, setting)) continue;
    if (setting.group != group) out += "\n" + std::string(setting.group) + ":\n";
    group = setting.group;
    append_entry(out, flag_of(setting), words_of(setting));
  }
  out += examples(command);
  out +=
      "\nTimes are seconds, or carry ms, s or m. Flags stand above environment variables (USAGE_UPLOADER_MAX_WAIT),\n";
  return out + "these above the configuration file, and that above the defaults.\n";
}

std::string toml_value(const Setting& setting) {
  const bool bare = setting.kind == ValueKind::kFlag || setting.kind == ValueKind::kCount;
  if (bare && !setting.default_text.empty()) return std::string(setting.default_text);
  const std::string_view shown = setting.default_text.empty() ? setting.value_name : setting.default_text;
  const std::string quoted = "\"" + std::string(shown) + "\"";
  return setting.occurrence == Occurrence::kRepeatable ? "[" + quoted + "]" : quoted;
}

}  // namespace

std::string words_of(const Setting& setting) {
  std::string words(setting.help);
  if (setting.kind == ValueKind::kWarnings) {
    words += ":";
    for (const std::string_view name : kPlanWarnings) words += " " + std::string(name);
  }
  if (setting.kind != ValueKind::kFlag && !setting.default_text.empty()) {
    words += " (default " + std::string(setting.default_text) + ")";
  }
  if (setting.occurrence == Occurrence::kRepeatable) words += "; may be given several times";
  return words;
}

std::string help_text(std::optional<CommandName> command) {
  return command ? command_help(*command) : overview();
}

std::string options_table() {
  std::string out =
      "| option | environment | key in the file | default | commands |\n| --- | --- | --- | --- | --- |\n";
  for (const Setting& setting : setting_table()) {
    const bool anywhere = setting.standing != Standing::kCommandLineOnly;
    std::string commands;
    for (const CommandEntry& entry : command_table())
      if (setting.commands.has(entry.command)) commands += (commands.empty() ? "" : ", ") + std::string(entry.name);
    const bool everywhere = std::ranges::all_of(
        command_table(), [&](const CommandEntry& entry) { return setting.commands.has(entry.command); });
    out += "| `" + flag_of(setting) + "` | " + (anywhere ? "`" + environment_name(setting) + "`" : "-") + " | " +
           (anywhere ? "`" + std::string(setting.name) + "`" : "-") + " | " +
           (setting.default_text.empty() ? "-" : std::string(setting.default_text)) + " | " +
           (everywhere ? "all" : commands) + " |\n";
  }
  return out;
}

std::string default_config_text() {
  std::string out =
      "# usage-uploader's configuration: every key that may stand here, with its default.\n"
      "# Copy it to ~/.config/usage-uploader.toml, or name it with --config, and take the # off what you change.\n"
      "# Flags and USAGE_UPLOADER_... variables stand above this file. Credentials never belong here.\n";
  std::string_view group;
  for (const Setting& setting : setting_table()) {
    if (setting.standing == Standing::kCommandLineOnly) continue;
    if (setting.group != group) out += "\n## " + std::string(setting.group) + "\n";
    group = setting.group;
    const bool says_so =
        !setting.default_text.empty() || setting.help.find("where not given") != std::string_view::npos;
    out += "\n# " + std::string(setting.help) + (says_so ? "" : "; none where not given") + "\n";
    out += "#" + std::string(setting.name) + " = " + toml_value(setting) + "\n";
  }
  return out;
}

}  // namespace usage

// Texts made from the table: help, and the file that shows every key.
#include "usage/cli/help_text.h"

#include <algorithm>
#include <array>

#include "usage/cli/help_examples.h"
#include "usage/plan/fail_on.h"

namespace usage {
namespace {

constexpr std::size_t kLongestLine = 100;
constexpr std::string_view kProgram = "usage-uploader ";

// Where the words stand, beside names of options and commands or, on a narrow terminal, below them.
struct Layout {
  std::size_t columns = kAnyWidth;  // of the terminal: where a command is broken
  std::size_t line = kLongestLine;
  std::size_t text_column = 30;
};

Layout layout_for(std::size_t columns) {
  if (columns >= kLongestLine) return {columns, kLongestLine, 30};
  const std::size_t line = std::max<std::size_t>(columns, 20);
  return {line, line, line < 70 ? std::size_t{6} : std::size_t{30}};
}

// Appends words to a line that already stands at `column`; further lines begin at `text_column`, and one that is broken
// ends in `at_break`.
void append_wrapped(std::string& out, std::size_t column, std::string_view words, std::size_t text_column,
                    std::size_t line, std::string_view at_break = "") {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    const bool is_last = end == words.size();
    const bool at_start = column == text_column;
    if (!at_start && column + 1 + end + (is_last ? 0 : at_break.size()) > line) {
      out.append(at_break).append("\n").append(text_column, ' ');
      column = text_column;
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

void append_entry(std::string& out, std::string head, std::string_view words, const Layout& layout) {
  head.insert(0, "  ");
  if (head.size() + 2 > layout.text_column) {
    out += head + "\n" + std::string(layout.text_column, ' ');
  } else {
    out += head + std::string(layout.text_column - head.size(), ' ');
  }
  append_wrapped(out, layout.text_column, words, layout.text_column, layout.line);
}

void append_paragraph(std::string& out, std::string_view words, const Layout& layout) {
  append_wrapped(out, 0, words, 0, layout.line);
}

// Broken as a shell takes it.
void append_command(std::string& out, std::string_view arguments, const Layout& layout) {
  constexpr std::size_t kIndent = 6;
  const std::string command = std::string(kProgram) + std::string(arguments);
  out += "  ";
  if (2 + command.size() <= layout.columns)
    out += command + "\n";
  else
    append_wrapped(out += kProgram.substr(0, kProgram.size() - 1), kProgram.size() + 1, arguments, kIndent,
                   layout.columns, " \\");
}

void append_comment(std::string& out, std::string_view words, const Layout& layout) {
  constexpr std::string_view kMark = "  #";
  if (kMark.size() + 1 + words.size() <= layout.columns)
    out.append(kMark).append(" ").append(words).append("\n");
  else
    append_wrapped(out += kMark, kMark.size(), words, kMark.size() + 1, layout.columns);
}

std::string flag_of(const Setting& setting) {
  std::string flag = "--" + std::string(setting.name);
  return setting.value_name.empty() ? flag : flag + " " + std::string(setting.value_name);
}

std::string examples(CommandName command, const Layout& layout) {
  std::string out = "\nExamples:\n";
  for (const Example& example : examples_of(command)) {
    append_comment(out, example.purpose, layout);
    append_command(out, example.arguments, layout);
  }
  return out;
}

// Each with its purpose beside it; on a terminal that has no room for that, above it.
std::string months_end(const Layout& layout) {
  constexpr std::array kSteps = {
      Example{"once: makes the ledger", "init"},
      Example{"", "validate october.csv"},
      Example{"the plan; nothing is sent", "upload october.csv --period 2026-10 --new-period --dry-run"},
      Example{"asks once, then bills", "upload october.csv --period 2026-10 --new-period"},
      Example{"what was billed, what is open", "show --period 2026-10"},
  };
  constexpr std::size_t kPurposeColumn = 79;
  constexpr std::size_t kLongestPurpose = 31;
  std::string out = "\nA month's end:\n";
  for (const Example& step : kSteps) {
    std::string line = "  " + std::string(kProgram) + std::string(step.arguments);
    if (layout.columns < kPurposeColumn + kLongestPurpose) {
      if (!step.purpose.empty()) append_comment(out, step.purpose, layout);
      append_command(out, step.arguments, layout);
      continue;
    }
    if (!step.purpose.empty()) line.append(kPurposeColumn - line.size(), ' ').append("# ").append(step.purpose);
    out += line + "\n";
  }
  return out;
}

std::string overview(const Layout& layout) {
  std::string out = "usage-uploader COMMAND [OPTIONS]\n\n";
  append_paragraph(out, "Uploads usage charges to the Twilio Marketplace, each at most once.", layout);
  std::string_view group;
  for (const CommandEntry& entry : command_table()) {
    if (entry.group != group) out += "\n" + std::string(entry.group) + ":\n";
    group = entry.group;
    const std::string operand = entry.operand.empty() ? "" : " " + std::string(entry.operand);
    append_entry(out, std::string(entry.name) + operand, entry.summary, layout);
  }
  out += months_end(layout) + "\n";
  append_paragraph(out,
                   "\"usage-uploader COMMAND --help\" shows a command's options and examples; --version, the versions.",
                   layout);
  return out;
}

std::string command_help(CommandName command, const Layout& layout) {
  const CommandEntry& entry = command_table()[static_cast<std::size_t>(command)];
  std::string usage = "usage-uploader " + std::string(entry.name) + " ";
  if (!entry.operand.empty()) usage += std::string(entry.operand) + " ";
  std::string out;
  append_paragraph(out, usage + "[OPTIONS]", layout);
  out += "\n";
  append_paragraph(out, std::string(entry.name) + ": " + std::string(entry.summary), layout);
  std::string_view group;
  for (const Setting& setting : setting_table()) {
    if (!takes(command, setting)) continue;
    if (setting.group != group) out += "\n" + std::string(setting.group) + ":\n";
    group = setting.group;
    append_entry(out, flag_of(setting), words_of(setting), layout);
  }
  out += examples(command, layout) + "\n";
  append_paragraph(
      out,
      "Times are seconds, or carry ms, s or m. Flags stand above environment variables "
      "(USAGE_UPLOADER_MAX_WAIT), these above the configuration file, and that above the defaults; of --column, "
      "--lookup, --constant and --where each role or column by itself.",
      layout);
  return out;
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

std::string help_text(std::optional<CommandName> command, std::size_t columns) {
  const Layout layout = layout_for(columns);
  return command ? command_help(*command, layout) : overview(layout);
}

std::string options_table() {
  std::string out =
      "| option | environment | key in the file | default | commands |\n| --- | --- | --- | --- | --- |\n";
  for (const Setting& setting : setting_table()) {
    const bool anywhere = setting.standing != Standing::kCommandLineOnly;
    out += "| `" + flag_of(setting) + "` | " + (anywhere ? "`" + environment_name(setting) + "`" : "-") + " | " +
           (anywhere ? "`" + std::string(setting.name) + "`" : "-") + " | " +
           (setting.default_text.empty() ? "-" : std::string(setting.default_text)) + " | " +
           commands_in_words(setting, "all") + " |\n";
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

#include "choices.h"
#include "completions.h"
#include "usage/base/list_text.h"
#include "usage/cli/help_text.h"

namespace usage::docs {
namespace {

std::string with_backslashes(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string action_of(const Setting& setting) {
  if (names_file(setting)) return setting.name == "out" ? "_files -/" : "_files";
  const std::string words = list_text(choices_of(setting), " ");
  if (words.empty()) return " ";
  return is_list(setting) ? "_values -s , name " + words : "(" + words + ")";
}

// One of _arguments' specifications: "*--where=[only rows where ...]:COLUMN=VALUE: ".
std::string specification(const Setting& setting) {
  std::string spec = setting.occurrence == Occurrence::kRepeatable ? "*" : "";
  spec += "--" + std::string(setting.name) + (setting.value_name.empty() ? "" : "=");
  spec += "[" + with_backslashes(words_of(setting), "[]\\") + "]";
  if (!setting.value_name.empty()) spec += ":" + with_backslashes(setting.value_name, ":\\") + ":" + action_of(setting);
  return "        " + quoted(spec) + " \\\n";
}

std::string operand_of(const CommandEntry& entry) {
  if (entry.operand == "FILE...") return "'*:FILE:_files'";
  if (entry.operand == "FILE") return "'1:FILE:_files'";
  if (!entry.operand.empty()) return "'1:RUN:(last)'";
  return "";
}

std::string command_case(const CommandEntry& entry) {
  std::string out = "    (" + std::string(entry.name) + ")\n      _arguments \\\n";
  for (const Setting& setting : setting_table())
    if (takes(entry.command, setting)) out += specification(setting);
  return out + "        '(- *)--help[show options and examples]' " + operand_of(entry) + "\n      ;;\n";
}

}  // namespace

std::string zsh_completion() {
  std::string out = "#compdef usage-uploader\n# zsh completion; made from the program's own tables.\n";
  out += "_usage-uploader() {\n  local context state state_descr line\n  typeset -A opt_args\n  local -a commands=(\n";
  for (const CommandEntry& entry : command_table())
    out += "    " + quoted(std::string(entry.name) + ":" + with_backslashes(entry.summary, ":\\")) + "\n";
  out +=
      "  )\n  _arguments -C '(- *)--help[show the commands]' '(- *)--version[show versions]' \\\n"
      "    '1: :->command' '*:: :->options'\n"
      "  case $state in\n  (command) _describe command commands; return ;;\n  (options) ;;\n  (*) return ;;\n  esac\n"
      "  case $words[1] in\n";
  for (const CommandEntry& entry : command_table()) out += command_case(entry);
  return out + "  esac\n}\n_usage-uploader \"$@\"\n";
}

}  // namespace usage::docs

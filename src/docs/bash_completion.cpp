#include "choices.h"
#include "completions.h"
#include "usage/base/list_text.h"

namespace usage::docs {
namespace {

std::string command_names() {
  return list_text(command_table(), " ", &CommandEntry::name);
}

// "    upload) options="--column --delimiter" operand=file ;;"
std::string command_case(const CommandEntry& entry) {
  std::string flags;
  for (const Setting& setting : setting_table())
    if (takes(entry.command, setting)) flags += "--" + std::string(setting.name) + " ";
  const std::string operand = entry.operand.starts_with("FILE")                     ? "file"
                              : entry.operand.find("RUN") != std::string_view::npos ? "run"
                                                                                    : "none";
  return "    " + std::string(entry.name) + ") options=\"" + flags + "--help\" operand=" + operand + " ;;\n";
}

// What stands behind an option, in a case on $previous; nothing for flags.
std::string value_case(const Setting& setting) {
  if (setting.value_name.empty()) return "";
  std::string action = ":";
  if (names_file(setting)) {
    action = setting.name == "out" ? "_usage_uploader_files -d" : "_usage_uploader_files -f";
  } else if (const auto words = choices_of(setting); !words.empty()) {
    action = "_usage_uploader_words \"" + list_text(words, " ") + "\"";
  }
  return "    --" + std::string(setting.name) + ") " + action + "; return ;;\n";
}

constexpr const char* kHelpers =
    "_usage_uploader_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\"); }\n"
    "_usage_uploader_files() {\n"
    "  compopt -o filenames 2>/dev/null\n"
    "  mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$current\")\n"
    "}\n";

// Bash takes "--name=value" apart at the "=".
constexpr const char* kBegin =
    "_usage_uploader() {\n"
    "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options operand\n"
    "  COMPREPLY=()\n"
    "  if [ \"$current\" = = ]; then\n"
    "    current=\n"
    "  elif [ \"$previous\" = = ]; then\n"
    "    previous=${COMP_WORDS[COMP_CWORD-2]}\n"
    "  fi\n";

constexpr const char* kEnd =
    "  case $current in\n"
    "    -*) _usage_uploader_words \"$options\"; return ;;\n"
    "  esac\n"
    "  case $operand in\n"
    "    file) _usage_uploader_files -f ;;\n"
    "    run) _usage_uploader_words last ;;\n"
    "  esac\n"
    "}\n"
    "complete -F _usage_uploader usage-uploader\n";

}  // namespace

std::string bash_completion() {
  std::string out = "# bash completion for usage-uploader; made from the program's own tables.\n";
  out += kHelpers;
  out += kBegin;
  out += "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  out += "    _usage_uploader_words \"" + command_names() + " --help --version\"\n    return\n  fi\n";
  out += "  case $previous in\n";
  for (const Setting& setting : setting_table()) out += value_case(setting);
  out += "  esac\n  case ${COMP_WORDS[1]} in\n";
  for (const CommandEntry& entry : command_table()) out += command_case(entry);
  out += "    *) return ;;\n  esac\n";
  return out + kEnd;
}

}  // namespace usage::docs

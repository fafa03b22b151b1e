#include "choices.h"
#include "completions.h"
#include "usage/base/list_text.h"
#include "usage/cli/help_text.h"

namespace usage::docs {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return out + "'";
}

std::string commands_with(const Setting& setting) {
  std::string names;
  for (const std::string_view name : commands_taking(setting)) names += " " + std::string(name);
  return names;
}

std::string value_of(const Setting& setting) {
  if (setting.value_name.empty()) return "";
  if (names_file(setting)) return " -r -F";
  const std::string words = list_text(choices_of(setting), " ");
  return words.empty() ? " -x" : " -x -a " + quoted(words);
}

std::string command_line(const CommandEntry& entry) {
  const std::string begin = "complete -c usage-uploader -n ";
  std::string out =
      begin + "__fish_use_subcommand -f -a " + std::string(entry.name) + " -d " + quoted(entry.summary) + "\n";
  if (entry.operand.starts_with("FILE")) return out;
  const bool run = !entry.operand.empty();
  return out + begin + quoted("__fish_seen_subcommand_from " + std::string(entry.name)) + " -f" +
         (run ? " -a last" : "") + "\n";
}

}  // namespace

std::string fish_completion() {
  std::string out = "# fish completion for usage-uploader; made from the program's own tables.\n";
  for (const CommandEntry& entry : command_table()) out += command_line(entry);
  out += "complete -c usage-uploader -l help -d 'show options and examples'\n";
  out += "complete -c usage-uploader -n __fish_use_subcommand -l version -d 'show versions'\n";
  for (const Setting& setting : setting_table())
    out += "complete -c usage-uploader -n " + quoted("__fish_seen_subcommand_from" + commands_with(setting)) + " -l " +
           std::string(setting.name) + value_of(setting) + " -d " + quoted(words_of(setting)) + "\n";
  return out;
}

}  // namespace usage::docs

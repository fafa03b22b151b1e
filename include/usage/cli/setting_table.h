// Every long option there is, once. Flags, environment names, configuration keys, defaults, help and the table in
// README are made from this table and from nothing else.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace usage {

enum class CommandName : std::uint8_t {
  kInit,
  kInspect,
  kValidate,
  kUpload,
  kResume,
  kRuns,
  kShow,
  kReconcile,
  kSettle,
  kAbandon,
  kCheck,
  kConfig,
};

// A set of commands.
class CommandSet {
 public:
  constexpr CommandSet(std::initializer_list<CommandName> names) {
    for (CommandName name : names) bits_ |= bit(name);
  }
  constexpr bool has(CommandName name) const { return (bits_ & bit(name)) != 0; }

 private:
  static constexpr std::uint32_t bit(CommandName name) { return 1U << static_cast<unsigned>(name); }
  std::uint32_t bits_ = 0;
};

struct CommandEntry {
  CommandName command;
  std::string_view name;
  std::string_view operand;  // as help shows it: "FILE", "[RUN]"; empty where the command takes none
  std::string_view group;    // help's heading
  std::string_view summary;
};
std::span<const CommandEntry> command_table();
std::optional<CommandName> find_command(std::string_view name);

inline constexpr std::string_view kAutomatic = "auto";

enum class ValueKind : std::uint8_t {
  kFlag,
  kPath,
  kCount,        // a whole number from `lowest` to `highest`
  kConcurrency,  // auto, or a whole number
  kRate,         // a decimal above 0, at most `highest`
  kDuration,     // seconds, or with ms, s or m; `lowest` and `highest` are milliseconds
  kQuantity,     // money, exact
  kDelimiter,
  kColumn,  // ROLE=NAME
  kEncoding,
  kFilter,    // COLUMN=VALUE or COLUMN!=VALUE
  kLookup,    // ROLE=FILE:COLUMN
  kConstant,  // ROLE=VALUE
  kGrouping,
  kZero,          // refuse or skip
  kControlTotal,  // AMOUNT or CUR:AMOUNT
  kAdditional,    // N:AMOUNT or N:CUR:AMOUNT
  kInstallation,  // an installation SID
  kDecision,      // see read_decision
  kNote,          // words of a person for the record, at most `highest` bytes
  kFactor,        // above 1, up to 1000, at most three decimals
  kWarnings,      // names of kPlanWarnings, with commas between them
  kPeriod,
  kPlanDigest,  // as text_of(PlanDigest) writes it
  kBaseUrl,
  kProxy,
  kLogLevel,
};
// What waives a guard or names one run must be said each time: it may not stand in the environment or the file. A rule
// may stand anywhere, and what stands above it can add to it and take nothing away: a flag stays on, a list grows.
enum class Standing : std::uint8_t { kAnywhere, kCommandLineOnly, kRule };
enum class Occurrence : std::uint8_t { kOnce, kRepeatable };

struct Setting {
  std::string_view name;  // the flag without its dashes, and the key in the file
  ValueKind kind;
  CommandSet commands;
  std::string_view group;         // help's heading: "Input", "Sending"
  std::string_view value_name;    // "N", "FILE"; empty for a flag
  std::string_view default_text;  // as one would write it; empty: none
  std::string_view help;          // one sentence without its stop
  Standing standing = Standing::kAnywhere;
  Occurrence occurrence = Occurrence::kOnce;
  std::uint64_t lowest = 0;
  std::uint64_t highest = 0;
};
std::span<const Setting> setting_table();
// Whether it stands behind the command. `config` takes whatever may stand in the environment or the file, too: it shows
// what a value would be made of.
bool takes(CommandName command, const Setting& setting);
std::vector<std::string_view> commands_taking(const Setting& setting);
// The same in words, "upload, resume"; `every` where each command takes it.
std::string commands_in_words(const Setting& setting, std::string_view every);
const Setting* find_setting(std::string_view name);  // nullptr where there is none

std::string environment_name(const Setting& setting);  // USAGE_UPLOADER_MAX_WAIT
std::string options_table();                           // README's, in Markdown: flag, variable, key, default, commands
std::string default_config_text();  // config/usage-uploader.toml: every key that may stand there, commented out

}  // namespace usage

// What each command is asked to do: typed, checked, and complete. Made from flags, environment and configuration file
// by parse_command_line; nothing above this room knows where a value came from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "usage/base/decimal.h"
#include "usage/base/error.h"
#include "usage/cli/log.h"
#include "usage/intake/usage_intake.h"
#include "usage/marketplace/judge.h"
#include "usage/send/curl_transport.h"
#include "usage/send/schedule.h"

namespace usage {

enum class OutputForm : std::uint8_t { kText, kJson };
enum class InvalidRows : std::uint8_t { kRefuseAll, kSkip };  // kSkip: --skip-invalid
enum class NewPeriod : std::uint8_t { kRefuse, kOpen };       // kOpen: --new-period
enum class Confirmation : std::uint8_t { kAsk, kGiven };      // kGiven: --yes
enum class UploadMode : std::uint8_t { kSend, kDryRun };

struct CommonOptions {
  OutputForm output = OutputForm::kText;
  LogOptions log;
};

// --expect-total 12.50, or EUR:12.50 where the file names currencies.
struct ControlTotal {
  std::string currency;  // empty where none was given
  Amount amount;
  friend bool operator==(const ControlTotal&, const ControlTotal&) = default;
};

// What to read, and when to refuse it.
struct FileOptions {
  std::vector<std::string> files;  // one for now; "-": stdin
  IntakeOptions intake;
  unsigned max_items = 0;  // a request; 0: no limit
  InvalidRows invalid_rows = InvalidRows::kRefuseAll;
  std::optional<std::uint64_t> expect_rows;
  std::vector<ControlTotal> expect_totals;  // no currency twice
};

// How to send. `schedule.concurrency` and `curl.max_in_flight` are equal; `curl.wake_fd` is left for the run to set.
struct SendingOptions {
  std::filesystem::path ledger;
  std::optional<std::filesystem::path> credentials;  // else from the environment
  ScheduleOptions schedule;
  CurlOptions curl;
  On503 on_503 = On503::kUnknown;
  unsigned repost_unsubmitted = 0;
  unsigned max_unknown = 20;  // requests
  unsigned max_failures = 0;  // 0: no limit
};

struct InitOptions {
  std::filesystem::path ledger;
  std::vector<std::filesystem::path> from;  // reconciliations to seed it from
};
struct ValidateOptions {
  FileOptions file;
  std::optional<std::filesystem::path> out;
};
struct UploadOptions {
  FileOptions file;
  SendingOptions sending;
  std::optional<std::filesystem::path> out;
  std::string period;  // 1 to 64 of A-Za-z0-9._-
  NewPeriod new_period = NewPeriod::kRefuse;
  Confirmation confirmation = Confirmation::kAsk;
  UploadMode mode = UploadMode::kSend;
};
struct ResumeOptions {
  std::optional<std::string> run;  // else the open one
  SendingOptions sending;
  std::optional<std::filesystem::path> out;
};
struct ReconcileOptions {
  std::filesystem::path ledger;
  std::optional<std::string> run;  // exactly one of run and period is given
  std::optional<std::string> period;
  std::optional<std::filesystem::path> out;
};

// --help, --version, or no command at all: write the text (to stdout where the status is kOk, else to stderr) and end.
struct ShowText {
  std::string text;
  ExitStatus status = ExitStatus::kOk;
};

struct CommandLine {
  CommonOptions common;
  std::variant<ShowText, InitOptions, ValidateOptions, UploadOptions, ResumeOptions, ReconcileOptions> command;
};

using Environment = std::map<std::string, std::string>;
Environment environment_of(const char* const* environ_block);  // as main's environ

// `arguments` without the program's name. Reads the configuration file, too. Flags stand above the environment, the
// environment above the file, the file above the defaults. UsageError (exit 2) names the option, its value, where it
// came from and what is allowed. `version_text` is what --version shows.
CommandLine parse_command_line(const std::vector<std::string>& arguments, const Environment& environment,
                               std::string_view version_text);

// Whether --json is wanted, also where parse_command_line would fail or has failed: for printing its error.
OutputForm output_form(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace usage

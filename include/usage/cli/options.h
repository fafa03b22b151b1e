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

#include "usage/base/error.h"
#include "usage/cli/help_text.h"
#include "usage/cli/log.h"
#include "usage/intake/inspection.h"
#include "usage/intake/usage_intake.h"
#include "usage/ledger/ledger_file.h"
#include "usage/model/status.h"
#include "usage/plan/plan.h"
#include "usage/run/billing_run.h"
#include "usage/send/curl_transport.h"

namespace usage {

enum class Quiet : std::uint8_t { kNo, kYes };  // kYes: --quiet
enum class OutputForm : std::uint8_t { kText, kJson };
enum class NewPeriod : std::uint8_t { kRefuse, kOpen };   // kOpen: --new-period
enum class Confirmation : std::uint8_t { kAsk, kGiven };  // kGiven: --yes
enum class UploadMode : std::uint8_t { kSend, kDryRun };
enum class ApprovalRule : std::uint8_t { kOptional, kRequired };  // kRequired: --require-approval

struct CommonOptions {
  OutputForm output = OutputForm::kText;
  Quiet quiet = Quiet::kNo;
  LogOptions log;
  // What was said on the command line of how to get to the endpoint and the ledger, of the rules that hold (--config)
  // and of how to send, for a command to copy; begins with a blank.
  std::string sending_flags;
  std::string guard_flags;  // likewise of what no upload of these charges may pass over
};

// What to read, and when to refuse it.
struct FileOptions {
  std::vector<std::string> files;  // "-": stdin
  IntakeOptions intake;
  std::string flags;                 // as given on the command line, for a command to copy; begins with a blank
  std::vector<std::string> fail_on;  // names of kPlanWarnings
  PlanOptions plan;                  // --max-items, --skip-invalid, --expect-rows, --expect-total, --allow-additional
};

// How to send. The concurrency and the base URL stand in both `run` and `curl` and are equal there. Left for the
// caller: `run.seed` and `curl.wake_fd`.
struct SendingOptions {
  std::filesystem::path ledger;
  LedgerOptions ledger_options;
  std::optional<std::filesystem::path> credentials;  // else from the environment
  RunOptions run;
  CurlOptions curl;
};

struct InitOptions {
  std::filesystem::path ledger;
  LedgerOptions ledger_options;
  std::vector<std::filesystem::path> from;  // reconciliations to seed it from
  // Whose charges they are, for those without a summary.json beside them.
  std::optional<std::string> period;
  std::optional<std::string> base_url;
};
// What to look at, and what is known of it.
struct InspectOptions {
  std::string file;  // "-": stdin
  InspectionOptions known;
};
struct ValidateOptions {
  FileOptions file;
  std::optional<std::filesystem::path> out;
};
struct UploadOptions {
  FileOptions file;
  SendingOptions sending;
  std::optional<std::filesystem::path> out;
  bool has_typed_out = false;  // else it is every upload's
  std::string period;          // 1 to 64 of A-Za-z0-9._-
  NewPeriod new_period = NewPeriod::kRefuse;
  Confirmation confirmation = Confirmation::kAsk;
  UploadMode mode = UploadMode::kSend;
  ChangeFactor change_factor;
  std::optional<Approval> approval;
  ApprovalRule approval_rule = ApprovalRule::kOptional;
};
struct ResumeOptions {
  std::optional<std::string> run;  // else the open one
  SendingOptions sending;
  std::optional<std::filesystem::path> out;
  std::optional<std::string> base_url;  // where one was given; the run's own counts
};
struct RunsOptions {
  std::filesystem::path ledger;
  LedgerOptions ledger_options;
};
// A run, or a whole period of the one endpoint and account that it is meant of.
struct RunOrPeriod {
  std::optional<std::string> run;  // exactly one of run and period is given
  std::optional<std::string> period;
  std::optional<std::string> base_url;  // where several endpoints have the period
};
struct ShowOptions {
  std::filesystem::path ledger;
  LedgerOptions ledger_options;
  RunOrPeriod what;
  std::optional<std::uint32_t> request;  // of the run: what was sent and what came back
};
struct ReconcileOptions {
  std::filesystem::path ledger;
  LedgerOptions ledger_options;
  RunOrPeriod what;
  std::optional<std::filesystem::path> out;
};
// Which rows of the run are decided: those of `from`, else those named by installation or row.
struct SettleOptions {
  std::filesystem::path ledger;
  LedgerOptions ledger_options;
  std::string run;
  std::optional<RowStatus> decision;  // as read_decision has it; with `from`, what each decision there must be
  std::string settled_by;
  std::string note;
  std::vector<std::string> installations;
  std::vector<std::string> usage_rows;
  std::optional<std::filesystem::path> from;
};
struct AbandonOptions {
  std::filesystem::path ledger;
  LedgerOptions ledger_options;
  std::string run;
  std::optional<std::filesystem::path> out;
  Confirmation confirmation = Confirmation::kAsk;
};

struct CheckOptions {
  SendingOptions sending;
  std::optional<std::filesystem::path> out;
  std::vector<std::string> config_files;  // that were read
};
// A setting as it holds now.
struct PresentSetting {
  std::string name;
  std::string variable;             // of the environment; empty where it is for the command line only
  std::vector<std::string> values;  // as written, but for a login; none: not set
  std::string_view source;          // "default", "file", "environment", "command line", "not set"
  std::string place;                // "FILE:12", the variable; else empty
};
struct ConfigOptions {
  std::vector<PresentSetting> settings;   // in the table's order
  std::vector<std::string> config_files;  // that were read
};

// --help, --version, or no command at all: write the text (to stdout where the status is kOk, else to stderr) and end.
struct ShowText {
  std::string text;
  ExitStatus status = ExitStatus::kOk;
};

struct CommandLine {
  CommonOptions common;
  std::variant<ShowText, InitOptions, InspectOptions, ValidateOptions, UploadOptions, ResumeOptions, RunsOptions,
               ShowOptions, ReconcileOptions, SettleOptions, AbandonOptions, CheckOptions, ConfigOptions>
      command;
};

using Environment = std::map<std::string, std::string>;
Environment environment_of(const char* const* environ_block);  // as main's environ

// `arguments` without the program's name. Reads the configuration file, too. Flags stand above the environment, the
// environment above the file, the file above the defaults. UsageError (exit 2) names the option, its value, where it
// came from and what is allowed. `version_text` is what --version shows; --help is for so many columns.
CommandLine parse_command_line(const std::vector<std::string>& arguments, const Environment& environment,
                               std::string_view version_text, std::size_t help_columns = kAnyWidth);

// Whether --json is wanted, also where parse_command_line would fail or has failed: for printing its error.
OutputForm output_form(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace usage

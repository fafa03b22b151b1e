// From checked settings to each command's options.
#include "usage/cli/options.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <initializer_list>
#include <system_error>

#include "command_options.h"
#include "input_values.h"
#include "present_settings.h"
#include "setting_values.h"
#include "usage/base/text.h"
#include "usage/cli/help_text.h"

namespace usage {
namespace {

// A command may be copied in another folder.
std::string absolute_path(const std::string& path) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  return error ? path : whole.string();
}

std::string text_to_repeat(const SettingValue& value, const std::string& text) {
  if (value.setting->kind == ValueKind::kPath) return absolute_path(text);
  if (value.setting->kind != ValueKind::kLookup) return text;
  const std::size_t file = text.find('=') + 1;  // ROLE=FILE:COLUMN
  return text.substr(0, file) + absolute_path(text.substr(file));
}

std::string flags_of(const SettingValue& value) {
  std::string flags;
  for (const std::string& text : value.texts) {
    flags += " --" + std::string(value.setting->name);
    if (value.setting->kind != ValueKind::kFlag) flags += " " + shell_word(text_to_repeat(value, text));
  }
  return flags;
}

// What was said on the command line and holds for the next upload of the same files, too. The period, the endpoint and
// the ledger stand in every command to copy, and what is decided once is not repeated. No secret can be
// among them: a password is refused there.
std::string flags_to_repeat(const Settings& settings) {
  constexpr std::array<std::string_view, 12> kElsewhere = {"period",   "base-url",  "ledger",   "dry-run",
                                                           "yes",      "approve",   "by",       "out",
                                                           "log-file", "log-level", "log-json", "json"};
  std::string flags;
  for (const auto& [name, value] : settings)
    if (std::ranges::count(kElsewhere, name) == 0 && value.source == Source::kCommandLine) flags += flags_of(value);
  return flags;
}

std::string flags_among(const Settings& settings, std::initializer_list<std::string_view> names) {
  std::string flags;
  for (const std::string_view name : names) {
    const auto value = settings.find(name);
    if (value != settings.end() && value->second.source == Source::kCommandLine) flags += flags_of(value->second);
  }
  return flags;
}

// Of them, how every upload and resume gets there, and how it sends: the rest is this file's.
std::string flags_of_sending(const Settings& settings) {
  return flags_among(
      settings, {"config", "credentials", "proxy", "ca-file", "allow-network-ledger", "concurrency", "max-concurrency",
                 "rate", "timeout", "connect-timeout", "fresh-connections", "max-attempts", "max-wait", "retry-503",
                 "repost-unsubmitted", "max-unknown", "max-failures"});
}

// Control totals are not among them: they are this file's. Where a plan must be approved, the plan comes first.
std::string flags_of_guards(const Settings& settings) {
  return flags_among(settings, {"require-approval", "max-amount", "fail-on"}) +
         (is_on(settings, "require-approval") ? " --dry-run" : "");
}

FileOptions file_options(const Given& given, std::string_view command) {
  const std::string name(command);
  if (given.operands.empty()) {
    throw UsageError("file-missing", name + " needs a file", "usage-uploader " + name + " FILE (\"-\" reads stdin)");
  }
  if (std::ranges::count(given.operands, "-") > 1) {
    throw UsageError("argument-unexpected", name + ": \"-\" stands there twice, and stdin can be read once",
                     "give \"-\" once");
  }
  FileOptions file;
  file.files = given.operands;
  file.intake = intake_options(given.settings);
  file.flags = flags_to_repeat(given.settings);
  file.fail_on = warnings_in(given.settings, "fail-on");
  file.plan.max_items = count_in(given.settings, "max-items");
  if (is_on(given.settings, "skip-invalid")) file.plan.on_invalid = OnInvalid::kHoldBack;
  if (is_given(given.settings, "expect-rows")) file.plan.expected.rows = count_in(given.settings, "expect-rows");
  file.plan.expected.amounts = totals_in(given.settings, "expect-total");
  file.plan.allow_additional = additional_in(given.settings, "allow-additional");
  return file;
}

RunOptions run_options(const Settings& settings) {
  RunOptions run;
  const auto fixed = concurrency_in(settings, "concurrency");
  run.schedule.concurrency = fixed.value_or(small_count_in(settings, "max-concurrency"));
  run.schedule.concurrency_kind = fixed ? Concurrency::kFixed : Concurrency::kAdaptive;
  run.schedule.claims_ahead = ClaimsAhead::kAsManyAgain;
  run.schedule.rate = rate_in(settings, "rate");
  run.schedule.retry.max_attempts = small_count_in(settings, "max-attempts");
  run.schedule.retry.max_wait = duration_in(settings, "max-wait");
  if (is_on(settings, "retry-503")) run.on_503 = On503::kRetry;
  run.repost_unsubmitted = small_count_in(settings, "repost-unsubmitted");
  run.stops.max_unknown = count_in(settings, "max-unknown");
  run.stops.max_failures = count_in(settings, "max-failures");
  return run;
}

CurlOptions curl_options(const Settings& settings, const RunOptions& run) {
  CurlOptions curl;
  curl.base_url = base_url_in(settings, "base-url");
  curl.timeout = duration_in(settings, "timeout");
  curl.connect_timeout = duration_in(settings, "connect-timeout");
  curl.max_in_flight = run.schedule.concurrency;
  curl.fresh_connections = is_on(settings, "fresh-connections");
  curl.proxy = text_in(settings, "proxy");
  curl.ca_file = text_in(settings, "ca-file");
  return curl;
}

SendingOptions sending_options(const Given& given) {
  SendingOptions sending;
  sending.ledger = ledger_of(given);
  sending.ledger_options = ledger_options_of(given);
  sending.credentials = path_in(given.settings, "credentials");
  sending.run = run_options(given.settings);
  sending.curl = curl_options(given.settings, sending.run);
  return sending;
}

InspectOptions inspect_options(const Given& given) {
  if (given.operands.size() != 1) {
    const bool none = given.operands.empty();
    throw UsageError(none ? "file-missing" : "argument-unexpected",
                     none ? "inspect needs a file"
                          : "inspect takes one file, but \"" + clean_text(given.operands[1], 80) + "\" follows",
                     "usage-uploader inspect FILE (\"-\" reads stdin)");
  }
  const IntakeOptions known = intake_options(given.settings);
  return {given.operands.front(), {known.encoding, known.delimiter, known.header_line}};
}

ValidateOptions validate_options(const Given& given) {
  return {file_options(given, "validate"), typed_path_in(given.settings, "out")};
}

std::optional<Approval> approval_of(const Settings& settings) {
  const std::string digest = text_in(settings, "approve");
  const std::string by = text_in(settings, "by");
  if (digest.empty() && by.empty()) return std::nullopt;
  if (digest.empty())
    throw UsageError("approve-missing", "upload: --by says who approved, and --approve is missing",
                     "add --approve DIGEST, as `upload --dry-run` shows it, or leave --by out");
  if (by.empty())
    throw UsageError("by-missing", "upload: --approve is given, and not by whom", "add --by \"YOUR NAME\"");
  refuse_placeholder("by", by, "NAME");
  return Approval{digest, by};
}

UploadOptions upload_options(const Given& given) {
  UploadOptions upload;
  upload.file = file_options(given, "upload");
  upload.period = text_in(given.settings, "period");
  if (upload.period.empty()) {
    throw UsageError("period-missing", "upload needs the billing period; it is never guessed",
                     "usage-uploader upload " + shell_path(given.operands.front()) + " --period 2026-10 (for example)");
  }
  upload.sending = sending_options(given);
  upload.out = path_in(given.settings, "out");
  upload.has_typed_out = typed_path_in(given.settings, "out").has_value();
  if (is_on(given.settings, "new-period")) upload.new_period = NewPeriod::kOpen;
  if (is_on(given.settings, "yes")) upload.confirmation = Confirmation::kGiven;
  if (is_on(given.settings, "dry-run")) upload.mode = UploadMode::kDryRun;
  if (is_on(given.settings, "require-approval")) upload.approval_rule = ApprovalRule::kRequired;
  upload.change_factor = factor_in(given.settings, "change-factor");
  upload.approval = approval_of(given.settings);
  return upload;
}

ResumeOptions resume_options(const Given& given) {
  if (is_on(given.settings, "dry-run"))
    throw UsageError("dry-run-resume", given.settings.at("dry-run").place + " asks for a dry run, and a resume sends",
                     "look at what is left with: usage-uploader show RUN; to send it, take dry-run out there");
  ResumeOptions resume{run_operand(given, "resume"), sending_options(given), typed_path_in(given.settings, "out"),
                       std::nullopt};
  if (given.settings.at("base-url").source == Source::kCommandLine)
    resume.base_url = base_url_in(given.settings, "base-url");
  return resume;
}

CommonOptions common_options(const Settings& settings) {
  CommonOptions common;
  common.sending_flags = flags_of_sending(settings);
  common.guard_flags = flags_of_guards(settings);
  if (is_on(settings, "json")) common.output = OutputForm::kJson;
  common.log.level = log_level_in(settings, "log-level");
  if (is_on(settings, "quiet")) {
    common.quiet = Quiet::kYes;
    if (!is_given(settings, "log-file")) common.log.level = std::max(common.log.level, LogLevel::kWarning);
  }
  if (is_on(settings, "log-json")) common.log.form = LogForm::kJson;
  common.log.file = path_in(settings, "log-file");
  return common;
}

CommandLine options_of(CommandName command, const Given& given) {
  CommandLine line{common_options(given.settings), ShowText{}};
  switch (command) {
    case CommandName::kInit:
      line.command = init_options(given);
      break;
    case CommandName::kInspect:
      line.command = inspect_options(given);
      break;
    case CommandName::kValidate:
      line.command = validate_options(given);
      break;
    case CommandName::kUpload:
      line.command = upload_options(given);
      break;
    case CommandName::kResume:
      line.command = resume_options(given);
      break;
    case CommandName::kRuns:
      line.command = runs_options(given);
      break;
    case CommandName::kShow:
      line.command = show_options(given);
      break;
    case CommandName::kSettle:
      line.command = settle_options(given);
      break;
    case CommandName::kAbandon:
      line.command = abandon_options(given);
      break;
    case CommandName::kReconcile:
      line.command = reconcile_options(given);
      break;
    case CommandName::kCheck:
      refuse_operands(given, "check", "leave it out; usage-uploader validate FILE looks at a file");
      line.command = CheckOptions{sending_options(given), path_in(given.settings, "out"),
                                  read_config_files(given.settings, given.environment).files};
      break;
    case CommandName::kConfig:
      refuse_operands(given, "config", "leave it out; --config FILE names a configuration file");
      line.command = ConfigOptions{present_settings(given), read_config_files(given.settings, given.environment).files};
      break;
  }
  return line;
}

// Whatever is wrong with the file or the arguments must not hide the error that is to be printed.
bool file_wants_json(const std::vector<std::string>& arguments, const Environment& environment) {
  Settings flags;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string file;
    if (arguments[i] == "--config" && i + 1 < arguments.size()) file = arguments[i + 1];
    if (arguments[i].starts_with("--config=")) file = arguments[i].substr(9);
    if (file.empty()) continue;
    SettingValue& files = flags["config"];
    files.setting = find_setting("config");
    files.texts.push_back(file);
  }
  try {
    return is_on(read_config_files(flags, environment).values, "json");
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Environment environment_of(const char* const* environ_block) {
  Environment environment;
  for (; environ_block != nullptr && *environ_block != nullptr; ++environ_block) {
    const std::string_view entry = *environ_block;
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos) environment.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return environment;
}

CommandLine parse_command_line(const std::vector<std::string>& arguments, const Environment& environment,
                               std::string_view version_text, std::size_t help_columns) {
  const GivenFlags given = read_flags(arguments);
  if (given.wish == GivenFlags::Wish::kHelp)
    return {{}, ShowText{help_text(given.command, help_columns), ExitStatus::kOk}};
  if (given.wish == GivenFlags::Wish::kVersion) return {{}, ShowText{std::string(version_text), ExitStatus::kOk}};
  if (!given.command) return {{}, ShowText{help_text(std::nullopt, help_columns), ExitStatus::kUsage}};
  const Settings settings = gather_settings(given.values, environment);
  check_settings(settings);
  return options_of(*given.command, {given.operands, settings, environment});
}

OutputForm output_form(const std::vector<std::string>& arguments, const Environment& environment) {
  bool json = file_wants_json(arguments, environment);
  if (const auto found = environment.find("USAGE_UPLOADER_JSON"); found != environment.end()) {
    json = says_true(found->second);
  }
  for (const std::string& argument : arguments) {
    if (argument == "--") break;
    if (argument == "--json") json = true;
    if (argument.starts_with("--json=")) json = says_true(std::string_view(argument).substr(7));
  }
  return json ? OutputForm::kJson : OutputForm::kText;
}

}  // namespace usage

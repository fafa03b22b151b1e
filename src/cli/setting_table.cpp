#include "usage/cli/setting_table.h"

#include <algorithm>
#include <array>

#include "usage/base/ascii.h"
#include "usage/base/list_text.h"
#include "usage/marketplace/usage_api.h"

namespace usage {
namespace {

using enum CommandName;
using enum ValueKind;

constexpr CommandSet kReading = {kValidate, kUpload};
constexpr CommandSet kLooking = {kInspect, kValidate, kUpload};
constexpr CommandSet kSending = {kUpload, kResume, kCheck};
constexpr CommandSet kLedgerUsers = {kInit, kUpload, kResume, kRuns, kShow, kReconcile, kSettle, kAbandon, kCheck};
constexpr CommandSet kWithResults = {kValidate, kUpload, kResume, kReconcile, kAbandon, kCheck};
constexpr CommandSet kWithPeriod = {kInit, kUpload, kShow, kReconcile};
constexpr CommandSet kWithEndpoint = {kInit, kUpload, kResume, kShow, kReconcile, kCheck};
constexpr CommandSet kAll = {kInit, kInspect,   kValidate, kUpload,  kResume, kRuns,
                             kShow, kReconcile, kSettle,   kAbandon, kCheck,  kConfig};
constexpr auto kHereOnly = Standing::kCommandLineOnly;
constexpr auto kAnywhere = Standing::kAnywhere;
constexpr auto kRule = Standing::kRule;
constexpr auto kOnce = Occurrence::kOnce;
constexpr auto kRepeatable = Occurrence::kRepeatable;
constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::uint64_t kHour = 3'600'000;  // milliseconds

constexpr std::array kCommands = {
    CommandEntry{kInit, "init", "", "Before the run", "makes the ledger, once"},
    CommandEntry{kInspect, "inspect", "FILE", "Before the run", "looks at an export and writes a first profile for it"},
    CommandEntry{kValidate, "validate", "FILE...", "Before the run",
                 "reads and checks files: no network, credentials or ledger"},
    CommandEntry{kUpload, "upload", "FILE...", "The run", "the billing run: checks the files, plans, asks, sends"},
    CommandEntry{kResume, "resume", "[RUN]", "The run", "finishes an open run from the ledger alone"},
    CommandEntry{kRuns, "runs", "", "After the run", "lists the runs that the ledger holds"},
    CommandEntry{kShow, "show", "[RUN]", "After the run",
                 "shows a run, one of its requests, or a period with each charge once"},
    CommandEntry{kReconcile, "reconcile", "[RUN]", "After the run",
                 "writes the result files of a run or a period again"},
    CommandEntry{kSettle, "settle", "RUN", "After the run",
                 "records a person's decision on charges in doubt, or not to bill others"},
    CommandEntry{kAbandon, "abandon", "RUN", "After the run", "ends an open run; what was not sent stays not_sent"},
    CommandEntry{kCheck, "check", "", "This machine",
                 "whether a run could be sent from here: credentials, ledger, folder, endpoint, clock; bills nothing"},
    CommandEntry{kConfig, "config", "", "This machine", "shows each setting's present value, and where it comes from"},
};

// clang-format off
constexpr std::array kSettings = {
    Setting{"column", kColumn, kReading, "Input", "ROLE=NAME", "",
            "the column to read as installation, billing_sid, quantity, reference or currency",
            kAnywhere, kRepeatable},
    Setting{"delimiter", kDelimiter, kLooking, "Input", "CHAR", "",
            "comma, semicolon, tab, pipe or the character itself; found from the header where not given"},
    Setting{"encoding", kEncoding, kLooking, "Input", "NAME", "",
            "utf-8, utf-16le, utf-16be, windows-1252 or iso-8859-1; found where it is certain where not given"},
    Setting{"header-line", kCount, kLooking, "Input", "N", "",
            "the line of the header; the first one that holds the needed columns where not given",
            kAnywhere, kOnce, 1, kMillion},
    Setting{"decimal-comma", kFlag, kReading, "Input", "", "false", "a comma is the decimal sign"},
    Setting{"grouping", kGrouping, kReading, "Input", "SIGN", "",
            "comma, point, space or apostrophe: the sign between groups of three digits"},
    Setting{"lookup", kLookup, kReading, "Input", "ROLE=FILE:COLUMN", "",
            "take the installation or billing_sid from a table, by the key in this column",
            kAnywhere, kRepeatable},
    Setting{"constant", kConstant, kReading, "Input", "ROLE=VALUE", "",
            "the same installation, billing_sid or currency for all rows", kAnywhere, kRepeatable},
    Setting{"where", kFilter, kReading, "Input", "COLUMN=VALUE", "",
            "only rows where it holds count, or COLUMN!=VALUE; one of several = on a column is enough",
            kAnywhere, kRepeatable},
    Setting{"zero", kZero, kReading, "Input", "HOW", "refuse",
            "a row whose amount is 0: refuse it, or skip to leave it out"},
    Setting{"total-row", kFlag, kReading, "Input", "", "false",
            "the last row is the total of the others, and must agree with them"},
    Setting{"max-items", kCount, kReading, "Input", "N", "0",
            "items in one request at most; 0: no limit", kAnywhere, kOnce, 0, kMillion},

    Setting{"expect-rows", kCount, kReading, "Checks", "N", "",
            "control total: rows that count", kHereOnly, kOnce, 0, kMillion * kMillion},
    Setting{"expect-total", kControlTotal, kReading, "Checks", "[CUR:]AMOUNT", "",
            "control total: the sum of all rows that count, for each currency", kHereOnly, kRepeatable},
    Setting{"max-amount", kQuantity, kReading, "Checks", "AMOUNT", "",
            "a larger quantity is a problem of its row"},
    Setting{"skip-invalid", kFlag, kReading, "Checks", "", "false",
            "hold back installations with an invalid row, send the others", kHereOnly},
    Setting{"fail-on", kWarnings, kReading, "Checks", "NAME,...", "",
            "warnings that refuse the file or its plan, beside those configured; none sets those aside", kRule, kRepeatable},

    Setting{"period", kPeriod, kWithPeriod, "Plan", "PERIOD", "",
            "the billing period, never guessed: 1 to 64 of A-Za-z0-9._-", kHereOnly},
    Setting{"new-period", kFlag, {kUpload}, "Plan", "", "false",
            "open the period where the ledger lacks it", kHereOnly},
    Setting{"dry-run", kFlag, {kUpload}, "Plan", "", "false", "show the plan; send and record nothing"},
    Setting{"yes", kFlag, {kUpload, kAbandon}, "Plan", "", "false", "go on without asking", kHereOnly},
    Setting{"change-factor", kFactor, {kUpload}, "Plan", "N", "2",
            "warn of installations with more than N times the amount of the period before, or less than an Nth"},
    Setting{"allow-additional", kAdditional, {kUpload}, "Plan", "N:[CUR:]AMOUNT", "",
            "send additional charges, exactly so many with exactly this sum, for each currency",
            kHereOnly, kRepeatable},

    Setting{"approve", kPlanDigest, {kUpload}, "Decision", "DIGEST", "",
            "send just the plan with this digest, as --dry-run shows it; asks no more", kHereOnly},
    Setting{"require-approval", kFlag, {kUpload}, "Decision", "", "false",
            "send nothing without --approve", kRule},
    Setting{"as", kDecision, {kSettle}, "Decision", "HOW", "",
            "submitted or not-submitted: what the charges turned out to be; left-out: what was not billed is not to be (with "
            "--from: each that usage_settle decides)",
            kHereOnly},
    Setting{"by", kNote, {kUpload, kSettle}, "Decision", "NAME", "",
            "who approved or decided", kHereOnly, kOnce, 0, 200},
    Setting{"note", kNote, {kSettle}, "Decision", "TEXT", "",
            "why: what the decision rests on", kHereOnly, kOnce, 0, 1000},
    Setting{"installation", kInstallation, {kSettle}, "Decision", "SID", "",
            "all unknown rows of this installation in the run", kHereOnly, kRepeatable},
    Setting{"row", kNote, {kSettle}, "Decision", "ROW", "",
            "the row with this usage_row", kHereOnly, kRepeatable, 0, 256},

    Setting{"request", kCount, {kShow}, "Evidence", "N", "",
            "the request of the run with this number: what was sent and what came back",
            kHereOnly, kOnce, 1, 4'294'967'295},

    Setting{"concurrency", kConcurrency, kSending, "Sending", "N", "auto",
            "requests in flight: so many at most, or auto to find out what the endpoint allows",
            kAnywhere, kOnce, 1, 1000},
    Setting{"max-concurrency", kCount, kSending, "Sending", "N", "100",
            "requests in flight at most with --concurrency auto", kAnywhere, kOnce, 1, 1000},
    Setting{"rate", kRate, kSending, "Sending", "R", "",
            "requests a second at most; no limit where not given", kAnywhere, kOnce, 0, 100'000},
    Setting{"timeout", kDuration, kSending, "Sending", "TIME", "60s",
            "for a whole request and reply; a short one leaves charges in doubt", kAnywhere, kOnce, 100, kHour},
    Setting{"connect-timeout", kDuration, kSending, "Sending", "TIME", "10s",
            "for a connection", kAnywhere, kOnce, 100, kHour},
    Setting{"fresh-connections", kFlag, kSending, "Sending", "", "false", "a new connection for each request"},

    Setting{"max-attempts", kCount, kSending, "Retries and stops", "N", "5",
            "attempts of a request; those answered 429 do not count", kAnywhere, kOnce, 1, 1000},
    Setting{"max-wait", kDuration, kSending, "Retries and stops", "TIME", "15m",
            "how long a request is tried again after 429", kAnywhere, kOnce, 0, 24 * kHour},
    Setting{"retry-503", kFlag, kSending, "Retries and stops", "", "false",
            "take a 503 as proof that nothing was billed, and retry it"},
    Setting{"repost-unsubmitted", kCount, kSending, "Retries and stops", "N", "0",
            "post items again that were answered submitted: false", kAnywhere, kOnce, 0, 100},
    Setting{"max-unknown", kCount, kSending, "Retries and stops", "N", "20",
            "stop after so many requests newly in doubt", kAnywhere, kOnce, 1, kMillion},
    Setting{"max-failures", kCount, kSending, "Retries and stops", "N", "0",
            "stop after so many failed requests; 0: no limit", kAnywhere, kOnce, 0, kMillion},

    Setting{"base-url", kBaseUrl, kWithEndpoint, "Endpoint", "URL", kDefaultBaseUrl,
            "the endpoint: https, or http to this machine only"},
    Setting{"credentials", kPath, kSending, "Endpoint", "FILE", "",
            "KEY=VALUE lines with TWILIO_...; from the environment where not given"},
    Setting{"proxy", kProxy, kSending, "Endpoint", "URL", "",
            "an HTTP proxy; none where not given, whatever http_proxy says"},
    Setting{"ca-file", kPath, kSending, "Endpoint", "FILE", "",
            "certificates to trust instead of the system's"},

    Setting{"ledger", kPath, kLedgerUsers, "Files", "FILE", "",
            "usage-uploader/ledger.db under $XDG_STATE_HOME or ~/.local/state where not given"},
    Setting{"allow-network-ledger", kFlag, kLedgerUsers, "Files", "", "false",
            "use a ledger on a network drive, whose locks cannot be relied on"},
    Setting{"from", kPath, {kInit, kSettle}, "Files", "FILE", "",
            "init: a reconciliation.csv to seed the ledger from; settle: unknown.csv with usage_settle filled in",
            kHereOnly, kRepeatable},
    Setting{"out", kPath, kWithResults, "Files", "DIR", "",
            "the folder for the result files; where not given, the one that the run has, else usage-RUN (in the environment "
            "or configuration: of new runs only)"},
    Setting{"config", kPath, kAll, "Files", "FILE", "",
            "a configuration file or an export's profile, later ones above earlier ones; usage-uploader.toml under "
            "$XDG_CONFIG_HOME or ~/.config where not given", kHereOnly, kRepeatable},

    Setting{"quiet", kFlag, kAll, "Output", "", "false",
            "on stderr nothing but warnings, errors and questions"},
    Setting{"json", kFlag, kAll, "Output", "", "false", "one JSON object on stdout, also for an error"},
    Setting{"log-level", kLogLevel, kAll, "Output", "LEVEL", "info", "debug, info, warning, error or off"},
    Setting{"log-file", kPath, kAll, "Output", "FILE", "", "append the log to a file; stderr where not given"},
    Setting{"log-json", kFlag, kAll, "Output", "", "false", "each line of the log is a JSON object"},
};
// clang-format on

}  // namespace

std::span<const CommandEntry> command_table() {
  return kCommands;
}

std::optional<CommandName> find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &CommandEntry::name);
  return found == kCommands.end() ? std::nullopt : std::optional(found->command);
}

std::span<const Setting> setting_table() {
  return kSettings;
}

bool takes(CommandName command, const Setting& setting) {
  return setting.commands.has(command) || (command == CommandName::kConfig && setting.standing != kHereOnly);
}

std::vector<std::string_view> commands_taking(const Setting& setting) {
  std::vector<std::string_view> names;
  for (const CommandEntry& entry : kCommands)
    if (takes(entry.command, setting)) names.push_back(entry.name);
  return names;
}

std::string commands_in_words(const Setting& setting, std::string_view every) {
  const std::vector<std::string_view> names = commands_taking(setting);
  if (names.size() == kCommands.size()) return std::string(every);
  return list_text(names, ", ");
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(kSettings, name, &Setting::name);
  return found == kSettings.end() ? nullptr : &*found;
}

std::string environment_name(const Setting& setting) {
  std::string name = "USAGE_UPLOADER_";
  for (char c : setting.name) name += c == '-' ? '_' : ascii_upper(c);
  return name;
}

}  // namespace usage

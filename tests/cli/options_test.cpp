#include "usage/cli/options.h"

#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "command_line.h"
#include "support/temp_folder.h"
#include "usage/base/text.h"
#include "usage/cli/help_text.h"
#include "usage/cli/setting_table.h"

namespace usage::test {
namespace {

UploadOptions upload(Arguments more, const Environment& environment = {}) {
  more.insert(more.begin(), {"upload", "in.csv", "--period", "2026-10"});
  return parse_as<UploadOptions>(more, environment);
}

TEST_CASE("an upload without options has the documented defaults") {
  const UploadOptions options = upload({});
  CHECK(options.file.files == Arguments{"in.csv"});
  CHECK(options.file.intake.columns.empty());
  CHECK(!options.file.intake.delimiter);
  CHECK(options.file.intake.decimal_sign == DecimalSign::kPoint);
  CHECK(!options.file.intake.max_amount);
  CHECK(options.file.plan.max_items == 0);
  CHECK(options.file.plan.on_invalid == OnInvalid::kRefuse);
  CHECK(!options.file.plan.expected.rows);
  CHECK(options.file.plan.expected.amounts.empty());
  CHECK(options.period == "2026-10");
  CHECK(options.new_period == NewPeriod::kRefuse);
  CHECK(options.confirmation == Confirmation::kAsk);
  CHECK(options.mode == UploadMode::kSend);
  CHECK(!options.out);
  CHECK(options.sending.ledger == "/nowhere/home/.local/state/usage-uploader/ledger.db");
  CHECK(!options.sending.credentials);
}

TEST_CASE("sending without options has the documented defaults") {
  const SendingOptions sending = upload({}).sending;
  CHECK(sending.curl.base_url == "https://marketplace.twilio.com");
  CHECK(sending.run.schedule.concurrency == 100);
  CHECK(sending.run.schedule.concurrency_kind == Concurrency::kAdaptive);
  CHECK(sending.run.schedule.rate == 0);
  CHECK(sending.run.schedule.retry.max_attempts == 5);
  CHECK(sending.run.schedule.retry.max_wait == std::chrono::minutes(15));
  CHECK(sending.run.schedule.retry.backoff_base == std::chrono::milliseconds(500));
  CHECK(sending.run.schedule.retry.backoff_cap == std::chrono::seconds(30));
  CHECK(sending.run.on_503 == On503::kUnknown);
  CHECK(sending.run.repost_unsubmitted == 0);
  CHECK(sending.run.stops.max_unknown == 20);
  CHECK(sending.run.stops.max_failures == 0);
  CHECK(sending.curl.max_in_flight == 100);
  CHECK(sending.curl.timeout == std::chrono::seconds(60));
  CHECK(sending.curl.connect_timeout == std::chrono::seconds(10));
  CHECK(!sending.curl.fresh_connections);
  CHECK(sending.curl.proxy.empty());
  CHECK(sending.curl.ca_file.empty());
}

TEST_CASE("every option of reading arrives where it is used") {
  const UploadOptions options = upload({"--column",
                                        "quantity=Net amount",
                                        "--column",
                                        "billing_sid=Item, ID",
                                        "--delimiter",
                                        "semicolon",
                                        "--decimal-comma",
                                        "--max-amount",
                                        "99.95",
                                        "--max-items",
                                        "250",
                                        "--expect-rows",
                                        "812",
                                        "--expect-total",
                                        "EUR:12.50",
                                        "--expect-total",
                                        "USD:-3",
                                        "--skip-invalid",
                                        "--out",
                                        "results"});
  CHECK(options.file.intake.columns.at("quantity") == "Net amount");
  CHECK(options.file.intake.columns.at("billing_sid") == "Item, ID");
  CHECK(options.file.intake.delimiter == ';');
  CHECK(options.file.intake.decimal_sign == DecimalSign::kComma);
  CHECK(options.file.intake.max_amount->text() == "99.95");
  CHECK(options.file.plan.max_items == 250);
  CHECK(options.file.plan.expected.rows == 812);
  CHECK(options.file.plan.expected.amounts.at("EUR").text() == "12.50");
  CHECK(options.file.plan.expected.amounts.at("USD").text() == "-3.00");
  CHECK(options.file.plan.on_invalid == OnInvalid::kHoldBack);
  CHECK(options.out == "results");
}

TEST_CASE("every option of sending arrives where it is used") {
  const SendingOptions sending = upload({"--ledger",
                                         "l.db",
                                         "--base-url",
                                         "http://127.0.0.1:8080",
                                         "--credentials",
                                         "c.env",
                                         "--concurrency",
                                         "7",
                                         "--rate",
                                         "2.5",
                                         "--max-attempts",
                                         "3",
                                         "--max-wait",
                                         "4m",
                                         "--timeout",
                                         "90",
                                         "--connect-timeout",
                                         "1500ms",
                                         "--retry-503",
                                         "--repost-unsubmitted",
                                         "2",
                                         "--fresh-connections",
                                         "--proxy",
                                         "http://p:3128",
                                         "--ca-file",
                                         "ca.pem",
                                         "--max-unknown",
                                         "6",
                                         "--max-failures",
                                         "8"})
                                     .sending;
  CHECK(sending.ledger == "l.db");
  CHECK(sending.curl.base_url == "http://127.0.0.1:8080");
  CHECK(sending.credentials == "c.env");
  CHECK(sending.run.schedule.concurrency == 7);
  CHECK(sending.run.schedule.concurrency_kind == Concurrency::kFixed);
  CHECK(sending.curl.max_in_flight == 7);
  CHECK(sending.run.schedule.rate == 2.5);
  CHECK(sending.run.schedule.retry.max_attempts == 3);
  CHECK(sending.run.schedule.retry.max_wait == std::chrono::minutes(4));
  CHECK(sending.curl.timeout == std::chrono::seconds(90));
  CHECK(sending.curl.connect_timeout == std::chrono::milliseconds(1500));
  CHECK(sending.run.on_503 == On503::kRetry);
  CHECK(sending.run.repost_unsubmitted == 2);
  CHECK(sending.curl.fresh_connections);
  CHECK(sending.curl.proxy == "http://p:3128");
  CHECK(sending.curl.ca_file == "ca.pem");
  CHECK(sending.run.stops.max_unknown == 6);
  CHECK(sending.run.stops.max_failures == 8);
}

TEST_CASE("a control total names its currency in any form that a cell may have it") {
  const auto totals =
      parse_as<ValidateOptions>({"validate", "in.csv", "--expect-total", "usd:1.5", "--expect-total", " Eur:2.5"})
          .file.plan.expected.amounts;
  CHECK(totals.size() == 2);
  CHECK(totals.at("USD").text() == "1.50");
  CHECK(totals.at("EUR").text() == "2.50");
}

TEST_CASE("additional charges are allowed by number and sum, for each currency") {
  const auto allowed = [](const Arguments& more) { return upload(more).file.plan.allow_additional; };
  CHECK(allowed({}).empty());
  const auto one = allowed({"--allow-additional", "3:41.50"});
  CHECK(one.size() == 1);
  CHECK(one.at("").rows == 3);
  CHECK(one.at("").amount.text() == "41.50");
  const auto two = allowed({"--allow-additional", "2:EUR:1.5", "--allow-additional", "7:USD:0.001"});
  CHECK(two.at("EUR").rows == 2);
  CHECK(two.at("USD").rows == 7);
  CHECK(two.at("USD").amount.text() == "0.001");
  CHECK(allowed({"--allow-additional", "2: eur :1.5"}).at("EUR").rows == 2);
  for (const char* wrong : {"41.50", "3", "3:", "0:1", ":1", "x:1", "3:EUR:x", "3::1", "-1:5", "3:EUR:"}) {
    CAPTURE(wrong);
    CHECK(has(error_of({"upload", "in.csv", "--period", "p", "--allow-additional", wrong}), "option-value"));
  }
  CHECK(has(error_of({"upload", "in.csv", "--period", "p"}, {{"USAGE_UPLOADER_ALLOW_ADDITIONAL", "1:1"}}),
            "command line only"));
}

TEST_CASE("every command that opens a ledger can be allowed one on a network drive, and refuses it by default") {
  const auto drive = [](const auto& options) { return options.ledger_options.on_network_drive; };
  const std::string flag = "--allow-network-ledger";
  CHECK(drive(upload({}).sending) == OnNetworkDrive::kRefuse);
  CHECK(drive(upload({flag}).sending) == OnNetworkDrive::kAllow);
  CHECK(drive(parse_as<ResumeOptions>({"resume", flag}).sending) == OnNetworkDrive::kAllow);
  CHECK(drive(parse_as<InitOptions>({"init", flag})) == OnNetworkDrive::kAllow);
  CHECK(drive(parse_as<RunsOptions>({"runs", flag})) == OnNetworkDrive::kAllow);
  CHECK(drive(parse_as<ShowOptions>({"show", "last", flag})) == OnNetworkDrive::kAllow);
  CHECK(drive(parse_as<ReconcileOptions>({"reconcile", "last", flag})) == OnNetworkDrive::kAllow);
  CHECK(drive(parse_as<AbandonOptions>({"abandon", "last", flag})) == OnNetworkDrive::kAllow);
  CHECK(drive(parse_as<RunsOptions>({"runs"}, {{"USAGE_UPLOADER_ALLOW_NETWORK_LEDGER", "true"}})) ==
        OnNetworkDrive::kAllow);
}

TEST_CASE("show takes a run, a request of it, or a period of one endpoint") {
  CHECK(parse_as<ShowOptions>({"show", "2026-10-2"}).what.run == "2026-10-2");
  CHECK(!parse_as<ShowOptions>({"show", "last"}).request);
  CHECK(parse_as<ShowOptions>({"show", "last", "--request", "17"}).request == 17);
  const RunOrPeriod period = parse_as<ShowOptions>({"show", "--period", "2026-10"}).what;
  CHECK(period.period == "2026-10");
  CHECK(!period.base_url);  // the default is no choice
  CHECK(parse_as<ShowOptions>({"show", "--period", "p", "--base-url", "http://127.0.0.1:81"}).what.base_url ==
        "http://127.0.0.1:81");
  CHECK(parse_as<ShowOptions>({"show"}).what.run == "last");
  CHECK(has(error_of({"reconcile"}), "run-or-period"));
  CHECK(has(error_of({"show", "--period", "p", "--request", "1"}), "request-of-period"));
  CHECK(has(error_of({"show", "last", "--request", "0"}), "from 1 to"));
  CHECK(has(error_of({"runs", "last"}), "\"last\" stands alone"));
  CHECK(has(error_of({"check", "october.csv"}), "\"october.csv\" stands alone"));
  CHECK(has(error_of({"config", "own.toml"}), "\"own.toml\" stands alone"));
}

TEST_CASE("a settlement says which rows, what became of them, who says so and why") {
  const Arguments who = {"--by", "Ada", "--note", "ticket 7"};
  const auto settle = [&](Arguments more) {
    more.insert(more.begin(), {"settle", "2026-10-1"});
    more.insert(more.end(), who.begin(), who.end());
    return more;
  };
  const std::string sid = "XE0123456789abcdef0123456789ABCDEF";
  const auto named = parse_as<SettleOptions>(
      settle({"--as", "NOT-submitted", "--installation", sid, "--row", "R-1-2", "--row", "R-1-3"}));
  CHECK(named.run == "2026-10-1");
  CHECK(named.decision == RowStatus::kNotSubmitted);
  CHECK(named.settled_by == "Ada");
  CHECK(named.note == "ticket 7");
  CHECK(named.installations == Arguments{sid});
  CHECK(named.usage_rows == Arguments{"R-1-2", "R-1-3"});
  CHECK(parse_as<SettleOptions>(settle({"--as", "submitted", "--row", "R-1-2"})).decision == RowStatus::kSubmitted);
  const auto from = parse_as<SettleOptions>(settle({"--from", "unknown.csv"}));
  CHECK(from.from == "unknown.csv");
  CHECK(!from.decision);
  const auto agreed = parse_as<SettleOptions>(settle({"--from", "a.csv", "--as", "submitted"}));
  CHECK((agreed.from == "a.csv" && agreed.decision == RowStatus::kSubmitted));
  CHECK(has(error_of(settle({"--from", "a.csv", "--row", "R-1-2"})), "settle-from"));
  CHECK(has(error_of(settle({"--from", "a.csv", "--from", "b.csv"})), "option-repeated"));
  CHECK(has(error_of(settle({"--as", "submitted"})), "settle-what"));
  CHECK(has(error_of(settle({"--row", "R-1-2"})), "settle-as"));
  CHECK(has(error_of(settle({"--row", "R-1-2", "--as", "billed"})), "is not submitted, not-submitted or left-out"));
  CHECK(has(error_of(settle({"--installation", "XE1", "--as", "submitted"})), "is not an installation SID"));
  CHECK(has(error_of({"settle", "last", "--row", "R-1-2", "--as", "submitted"}), "settle-who"));
  CHECK(has(error_of({"settle", "last", "--row", "R", "--as", "submitted", "--by", "Ada"}), "settle-who"));
  CHECK(has(error_of({"settle", "--row", "R-1-2"}), "run-missing"));
}

TEST_CASE("what a person writes for the record is one clean line of bounded length") {
  const auto error = [](const std::string& by, const std::string& note) {
    return error_of({"settle", "last", "--row", "R-1-2", "--as", "submitted", "--by", by, "--note", note});
  };
  CHECK(error("J\xC3\xBCrgen", std::string(1000, 'n')) == "accepted");
  CHECK(has(error(std::string(201, 'A'), "n"), "longer than 200 bytes"));
  CHECK(has(error("Ada", std::string(1001, 'n')), "longer than 1000 bytes"));
  CHECK(has(error("Ada\x1b[1A", "n"), "control characters"));
  CHECK(has(error("Ada", "two\nlines"), "control characters"));
  CHECK(has(error("Ada", "\xFF"), "UTF-8"));
  CHECK(has(error("  ", "n"), "is empty"));
}

TEST_CASE("abandon names its run, and asks unless told") {
  CHECK(parse_as<AbandonOptions>({"abandon", "2026-10-1"}).confirmation == Confirmation::kAsk);
  CHECK(parse_as<AbandonOptions>({"abandon", "2026-10-1", "--yes"}).confirmation == Confirmation::kGiven);
  CHECK(parse_as<AbandonOptions>({"abandon", "last", "--out", "o"}).out == "o");
  CHECK(has(error_of({"abandon"}), "run-missing"));
}

TEST_CASE("the guards of an upload are waived by their flags only") {
  CHECK(upload({"--new-period"}).new_period == NewPeriod::kOpen);
  CHECK(upload({"--yes"}).confirmation == Confirmation::kGiven);
  CHECK(upload({"--dry-run"}).mode == UploadMode::kDryRun);
  CHECK(upload({"--yes=false"}).confirmation == Confirmation::kAsk);
}

TEST_CASE("the log and the form of the output are common to all commands") {
  const CommonOptions common =
      parse({"init", "--json", "--log-level", "debug", "--log-file", "x.log", "--log-json"}).common;
  CHECK(common.output == OutputForm::kJson);
  CHECK(common.log.level == LogLevel::kDebug);
  CHECK(common.log.file == "x.log");
  CHECK(common.log.form == LogForm::kJson);
}

TEST_CASE("each command takes its operands") {
  CHECK(parse_as<ValidateOptions>({"validate", "-"}).file.files == Arguments{"-"});
  CHECK(parse_as<ValidateOptions>({"validate", "[a,b]"}).file.files == Arguments{"[a,b]"});
  CHECK(parse_as<ValidateOptions>({"validate", "--json", "--", "--odd.csv"}).file.files == Arguments{"--odd.csv"});
  CHECK(!parse_as<ResumeOptions>({"resume"}).run);
  CHECK(parse_as<ResumeOptions>({"resume", "2026-10-2"}).run == "2026-10-2");
  CHECK(parse_as<ReconcileOptions>({"reconcile", "last", "--out", "o"}).what.run == "last");
  CHECK(parse_as<ReconcileOptions>({"reconcile", "--period", "2026-10"}).what.period == "2026-10");
  const InitOptions init = parse_as<InitOptions>({"init", "--from", "a.csv", "b.csv", "--ledger", "l.db"});
  CHECK(init.ledger == "l.db");
  CHECK(init.from == std::vector<std::filesystem::path>{"a.csv", "b.csv"});
}

TEST_CASE("a file or a value may have the name of a command") {
  const UploadOptions options = parse_as<UploadOptions>({"upload", "resume", "--period", "init", "--out", "validate"});
  CHECK(options.file.files == Arguments{"resume"});
  CHECK(options.period == "init");
  CHECK(options.out == "validate");
}

TEST_CASE("operands that are missing, too many or malformed are told") {
  CHECK(has(error_of({"validate"}), "validate needs a file"));
  CHECK(has(error_of({"validate", "-", "a.csv", "-"}), "stdin can be read once"));
  CHECK(has(error_of({"upload", "in.csv"}), "period-missing"));
  CHECK(has(error_of({"resume", "one", "two"}), "not \"two\""));
  CHECK(has(error_of({"resume", "a b"}), "not \"a b\""));
  CHECK(has(error_of({"reconcile"}), "run-or-period"));
  CHECK(has(error_of({"reconcile", "last", "--period", "2026-10"}), "run-or-period"));
  CHECK(has(error_of({"init", "alone.csv"}), "\"alone.csv\" stands alone"));
}

TEST_CASE("a forgotten value is not taken from the next option") {
  CHECK(has(error_of({"upload", "in.csv", "--period", "--yes"}), "--period needs a value, but --yes follows"));
  CHECK(has(error_of({"upload", "in.csv", "--period="}), "--period= has no value"));
  CHECK(has(error_of({"upload", "in.csv", "--period"}), "value-missing: --period needs a value"));
  CHECK(has(error_of({"upload", "in.csv", "--period", "--", "x"}), "value-missing: --period needs a value"));
}

TEST_CASE("an option that counts once is not given twice") {
  CHECK(has(error_of({"upload", "in.csv", "--period", "2026-10", "--period", "2026-11"}), "--period is given 2 times"));
}

TEST_CASE("unknown options and commands are answered with the nearest name") {
  CHECK(has(error_of({"uplaod", "in.csv"}), "unknown command uplaod; did you mean upload?"));
  CHECK(has(error_of({"upload", "in.csv", "--perod", "2026-10"}), "unknown option --perod; did you mean --period?"));
  CHECK(has(error_of({"validate", "in.csv", "--delimeter=;"}), "did you mean --delimiter?"));
  CHECK(has(error_of({"validate", "in.csv", "-x"}), "unknown option -x"));
  const std::string far = error_of({"validate", "in.csv", "--frobnicate"});
  CHECK(has(far, "unknown option --frobnicate"));
  CHECK(!has(far, "did you mean"));
}

TEST_CASE("an option of another command, or before the command, is told where it belongs") {
  CHECK(has(error_of({"validate", "in.csv", "--rate", "5"}),
            "validate does not take --rate | it belongs to upload, resume"));
  CHECK(has(error_of({"--json", "validate", "in.csv"}), "--json stands before the command"));
}

TEST_CASE("what stands behind an unknown option's = is not shown") {
  const std::string error = error_of({"upload", "in.csv", "--auth-token=5ecre7"});
  CHECK(has(error, "--auth-token"));
  CHECK(!has(error, "5ecre7"));
}

TEST_CASE("help and version end the program well, and no command ends it with help and status 2") {
  const auto shown = [](const Arguments& arguments) { return parse_as<ShowText>(arguments); };
  CHECK(shown({"--help"}).status == ExitStatus::kOk);
  CHECK(has(shown({"--help"}).text, "reconcile"));
  CHECK(shown({"upload", "--help"}).status == ExitStatus::kOk);
  CHECK(has(shown({"upload", "-h"}).text, "--max-unknown N"));
  CHECK(!has(shown({"validate", "--help"}).text, "--max-unknown"));
  CHECK(shown({"--version"}).text == "version 1");
  CHECK(shown({"--version"}).status == ExitStatus::kOk);
  CHECK(shown({}).status == ExitStatus::kUsage);
  CHECK(has(shown({}).text, "Before the run:"));
}

TEST_CASE("init without files to seed from takes no period: it would open none") {
  CHECK(has(error_of({"init", "--period", "2026-10"}), "upload FILE --period 2026-10 --new-period"));
  CHECK(error_of({"init", "--period", "2026-10", "--from", "reconciliation.csv"}) == "accepted");
}

TEST_CASE("the command to repeat an upload has every flag that holds for it, and none that stands elsewhere") {
  const auto upload =
      parse_as<UploadOptions>({"upload", "in.csv", "--period", "2026-10", "--zero", "skip", "--new-period", "--dry-run",
                               "--expect-total", "USD:5", "--json", "--out", "dir", "--yes"},
                              {{"USAGE_UPLOADER_RATE", "5"}});
  CHECK(upload.file.flags == " --expect-total USD:5 --new-period --zero skip");
}

TEST_CASE("a command to copy names each file so that it is found from another folder, too") {
  const CommandLine line = parse({"upload", "in.csv", "--period", "2026-10", "--credentials", "my keys.env",
                                  "--ca-file", "/etc/ca.pem", "--lookup", "installation=customers.csv:Name"});
  const std::string here = std::filesystem::current_path().string();
  CHECK(line.common.sending_flags == " --credentials " + shell_word(here + "/my keys.env") + " --ca-file /etc/ca.pem");
  CHECK(has(std::get<UploadOptions>(line.command).file.flags,
            " --lookup " + shell_word("installation=" + here + "/customers.csv:Name")));
}

TEST_CASE("the command to resume gets there and sends as the upload did, as far as its flags said") {
  const auto flags_of = [](const Arguments& arguments) {
    return parse(arguments, {{"USAGE_UPLOADER_MAX_WAIT", "5s"}}).common.sending_flags;
  };
  const Arguments upload = {"upload",        "in.csv", "--period", "2026-10",    "--zero",    "skip",
                            "--max-items",   "5",      "--rate",   "5",          "--timeout", "2m",
                            "--concurrency", "4",      "--proxy",  "http://p:1", "--yes"};
  CHECK(flags_of(upload) == " --proxy http://p:1 --concurrency 4 --rate 5 --timeout 2m");
  CHECK(flags_of({"resume", "--max-unknown", "1", "--retry-503"}) == " --retry-503 --max-unknown 1");
  CHECK(flags_of({"resume"}).empty());
}

TEST_CASE("a resume sends, so it is refused where a dry run is asked for") {
  CHECK(has(error_of({"resume"}, {{"USAGE_UPLOADER_DRY_RUN", "true"}}), "dry-run-resume: the environment variable"));
  CHECK(error_of({"resume", "--ledger", "l"}, {{"USAGE_UPLOADER_DRY_RUN", "false"}}) == "accepted");
}

TEST_CASE("resume knows an endpoint that was given on the command line, to refuse another one than the run's") {
  CHECK(parse_as<ResumeOptions>({"resume", "--base-url", "https://other.test"}).base_url == "https://other.test");
  CHECK(!parse_as<ResumeOptions>({"resume"}).base_url);
}

// As a shell splits them: blanks, and single quotes around what keeps its blanks.
Arguments words_of(std::string_view line, const std::filesystem::path& profile) {
  Arguments words = {""};
  bool quoted = false;
  for (const char c : line) {
    if (c == '\'')
      quoted = !quoted;
    else if (c == ' ' && !quoted)
      words.emplace_back();
    else
      words.back() += c;
  }
  for (std::string& word : words)
    if (word.ends_with(".toml")) word = profile.string();
  return words;
}

TEST_CASE("every command's help has examples, and each of them is accepted") {
  const TempFolder folder;
  const std::filesystem::path profile = folder.path() / "x.toml";
  std::ofstream(profile) << "decimal-comma = true\n";
  for (const CommandEntry& entry : command_table()) {
    const std::string help = parse_as<ShowText>({std::string(entry.name), "--help"}).text;
    std::size_t found = 0;
    const std::string lead = "\n  usage-uploader ";
    for (std::size_t at = help.find(lead); at != std::string::npos; at = help.find(lead, at + 1)) {
      const std::size_t begin = at + lead.size();
      const std::string line = help.substr(begin, help.find('\n', begin) - begin);
      CAPTURE(line);
      CHECK(line.starts_with(entry.name));
      CHECK_NOTHROW(parse(words_of(line, profile), {{"HOME", "/home/clerk"}}));
      ++found;
    }
    CHECK(found > 0);
  }
}

TEST_CASE("help breaks no line but between words, however narrow the terminal, and says the same at each width") {
  const auto words = [](const std::string& text) {
    std::set<std::string> found;
    std::istringstream in(text);
    for (std::string word; in >> word;) found.insert(word);
    found.erase("\\");
    return found;
  };
  std::vector<std::optional<CommandName>> pages = {std::nullopt};
  for (const CommandEntry& entry : command_table()) pages.emplace_back(entry.command);
  for (const auto& page : pages) {
    const std::string wide = help_text(page, kAnyWidth);
    std::size_t longest_word = 0;
    for (const std::string& word : words(wide)) longest_word = std::max(longest_word, word.size());
    for (const std::size_t columns : {40U, 60U, 70U, 80U, 99U, 100U, 110U, 120U}) {
      const std::string text = help_text(page, columns);
      CHECK(words(text) == words(wide));
      std::istringstream in(text);
      for (std::string line; std::getline(in, line);) {
        const bool is_one_word = line.find_first_of(' ', line.find_first_not_of(' ')) == std::string::npos ||
                                 (line.ends_with(" \\") && line.size() <= longest_word + 8);
        CHECK_MESSAGE((line.size() <= columns || is_one_word), line << " at " << columns);
      }
    }
  }
}

TEST_CASE("a command that a narrow terminal breaks is one that a shell takes") {
  const std::string text = help_text(CommandName::kUpload, 60);
  CHECK(has(text, "  usage-uploader upload october.csv --period 2026-10 \\\n      --new-period --dry-run\n"));
  CHECK(has(text, "  --max-amount AMOUNT\n      "));
  CHECK(has(help_text(CommandName::kUpload, 110),
            "  usage-uploader upload october.csv --period 2026-10 --new-period --yes "));
  CHECK(has(help_text(std::nullopt, 60), "  # once: makes the ledger\n  usage-uploader init\n"));
  CHECK(has(help_text(std::nullopt, kAnyWidth), "  usage-uploader init                                             "));
}

TEST_CASE("help as a command shows the same as --help") {
  const auto shown = [](const Arguments& arguments) { return parse_as<ShowText>(arguments); };
  CHECK(shown({"help"}).text == shown({"--help"}).text);
  CHECK(shown({"help", "upload"}).text == shown({"upload", "--help"}).text);
  CHECK(shown({"help", "upload"}).status == ExitStatus::kOk);
  CHECK(has(error_of({"help", "uplaod"}), "upload"));
}

TEST_CASE("help needs no valid environment") {
  CHECK(parse_as<ShowText>({"upload", "--help"}, {{"USAGE_UPLOADER_RATE", "fast"}}).status == ExitStatus::kOk);
}

TEST_CASE("the wish for JSON is known wherever it stands and whatever else is wrong") {
  CHECK(output_form({"upload", "--nonsense", "--json"}, {}) == OutputForm::kJson);
  CHECK(output_form({"uplaod", "--json=true"}, {}) == OutputForm::kJson);
  CHECK(output_form({"validate", "--", "--json"}, {}) == OutputForm::kText);
  CHECK(output_form({"validate"}, {}) == OutputForm::kText);
  CHECK(output_form({"validate"}, {{"USAGE_UPLOADER_JSON", "true"}}) == OutputForm::kJson);
  CHECK(output_form({"validate", "--json=false"}, {{"USAGE_UPLOADER_JSON", "true"}}) == OutputForm::kText);
  const ConfigFile good("json = true");
  CHECK(output_form({"validate", "--rate", "--config", good.path()}, {}) == OutputForm::kJson);
  const ConfigFile bad("json = ");
  CHECK(output_form({"validate", "--config=" + bad.path()}, {}) == OutputForm::kText);
}

TEST_CASE("the ledger's place follows XDG and is asked for where there is none") {
  const auto place = [](const Environment& environment) {
    return std::get<InitOptions>(parse_command_line({"init"}, environment, "").command).ledger;
  };
  CHECK(place({{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}}) == "/s/usage-uploader/ledger.db");
  CHECK(place({{"HOME", "/h"}, {"XDG_STATE_HOME", "relative"}}) == "/h/.local/state/usage-uploader/ledger.db");
  CHECK_THROWS_AS(place({}), UsageError);
  CHECK_NOTHROW(parse_command_line({"validate", "in.csv"}, {}, ""));
}

TEST_CASE("the environment is taken over name by name") {
  const char* const block[] = {"A=1", "B=x=y", "EMPTY=", "nonsense", nullptr};
  const Environment expected = {{"A", "1"}, {"B", "x=y"}, {"EMPTY", ""}};
  CHECK(environment_of(block) == expected);
}

}  // namespace
}  // namespace usage::test

// The four sources of a value: flag, environment, file, default.
#include <algorithm>
#include <sstream>

#include "command_line.h"
#include "usage/cli/setting_table.h"

namespace usage::test {
namespace {

// Two good values that differ from the default and from each other, and a bad one.
struct Sample {
  std::string_view name;
  std::string_view one;
  std::string_view other;
  std::string_view bad;
};
constexpr Sample kSamples[] = {
    {"column", "quantity=Net", "quantity=Gross", "price=Net"},
    {"delimiter", "tab", "pipe", "comma,"},
    {"encoding", "windows-1252", "utf-16le", "latin"},
    {"header-line", "4", "5", "0"},
    {"decimal-comma", "true", "false", "yes"},
    {"grouping", "comma", "space", "dot"},
    {"lookup", "installation=a.csv:No", "installation=C:/b.csv:No", "installation=a.csv"},
    {"constant", "currency=USD", "currency=EUR", "billing_sid=B I"},
    {"where", "Status=Paid", "Status!=Draft", "Status"},
    {"zero", "skip", "refuse", "keep"},
    {"total-row", "true", "false", "last"},
    {"max-items", "11", "12", "1000001"},
    {"max-amount", "99.95", "12", "1,000"},
    {"expect-rows", "13", "14", "-1"},
    {"expect-total", "EUR:1.50", "2.50", "EUR:ten"},
    {"skip-invalid", "true", "false", "on"},
    {"allow-additional", "3:41.50", "2:EUR:1", "3"},
    {"period", "2026-09", "Sept.2026_x", "2026/09"},
    {"new-period", "true", "false", "open"},
    {"yes", "true", "false", "y"},
    {"dry-run", "true", "false", "maybe"},
    {"as", "submitted", "not-submitted", "billed"},
    {"approve", "00000001-00000002-00000003-00000004-00000000000000000000000000000005",
     "00000001-00000002-00000003-00000004-00000000000000000000000000000006", "12345678"},
    {"by", "Ada", "Grace", "  "},
    {"note", "ticket 7", "ticket 8", " "},
    {"installation", "XE00000000000000000000000000000001", "XE00000000000000000000000000000002", "XE1"},
    {"row", "R-1-2", "R-1-3", ""},
    {"request", "9", "10", "0"},
    {"change-factor", "1.5", "3", "1"},
    {"fail-on", "equal-rows,amounts-changed", "same-total-earlier", "equal-row"},
    {"require-approval", "true", "false", "always"},
    {"max-unknown", "15", "16", "0"},
    {"max-failures", "17", "18", "many"},
    {"concurrency", "19", "21", "1001"},
    {"max-concurrency", "20", "30", "0"},
    {"rate", "2.5", "3", "0"},
    {"max-attempts", "22", "23", "0"},
    {"max-wait", "24s", "25m", "25h"},
    {"timeout", "26s", "1500ms", "99ms"},
    {"connect-timeout", "27s", "1600ms", "-1"},
    {"retry-503", "true", "false", "503"},
    {"repost-unsubmitted", "28", "29", "1.5"},
    {"fresh-connections", "true", "false", "fresh"},
    {"base-url", "https://one.example", "https://other.example", "http://far.example"},
    {"credentials", "one.env", "other.env", ""},
    {"proxy", "http://one:1", "http://other:2", "one:1"},
    {"ca-file", "one.pem", "other.pem", ""},
    {"ledger", "one.db", "other.db", ""},
    {"allow-network-ledger", "true", "false", "nfs"},
    {"from", "one.csv", "other.csv", ""},
    {"out", "one", "other", ""},
    {"quiet", "true", "false", "quiet"},
    {"json", "true", "false", "json"},
    {"log-level", "warning", "error", "loud"},
    {"log-file", "one.log", "other.log", ""},
    {"log-json", "true", "false", "2"},
};

Arguments command_with(const Setting& setting) {
  if (setting.commands.has(CommandName::kUpload) && setting.name != "by") {
    Arguments arguments = {"upload", "in.csv"};
    if (setting.name == "approve") arguments.insert(arguments.end(), {"--by", "Nobody"});
    if (setting.name != "period") arguments.insert(arguments.end(), {"--period", "2026-10"});
    return arguments;
  }
  if (setting.commands.has(CommandName::kInit)) return {"init"};
  if (setting.commands.has(CommandName::kShow)) return {"show", "last"};
  Arguments arguments = {"settle", "last"};
  const std::vector<std::pair<std::string, std::string>> needed = {
      {"as", "submitted"}, {"by", "Nobody"}, {"note", "none"}, {"row", "R-9-9"}};
  for (const auto& [name, value] : needed)
    if (setting.name != name) arguments.insert(arguments.end(), {"--" + name, value});
  return arguments;
}

void print_file(std::ostream& out, const FileOptions& file) {
  for (const auto& [role, name] : file.intake.columns) out << role << '=' << name << ' ';
  out << static_cast<int>(file.intake.delimiter.value_or('0')) << ' ' << static_cast<int>(file.intake.decimal_sign);
  out << ' ' << static_cast<int>(file.intake.encoding.value_or(Encoding::kUtf8)) << file.intake.header_line.value_or(0)
      << static_cast<int>(file.intake.grouping) << static_cast<int>(file.intake.zero)
      << static_cast<int>(file.intake.total_row) << ' ';
  for (const auto& [role, lookup] : file.intake.lookups)
    out << role << '@' << lookup.file << '|' << lookup.column << ' ';
  for (const auto& [role, text] : file.intake.constants) out << role << '#' << text << ' ';
  for (const RowFilter& filter : file.intake.where)
    out << filter.column << static_cast<int>(filter.test) << filter.value << ' ';
  for (const std::string& name : file.fail_on) out << name << ' ';
  out << ' ' << (file.intake.max_amount ? file.intake.max_amount->text() : "none") << ' ' << file.plan.max_items << ' ';
  out << static_cast<int>(file.plan.on_invalid) << ' ' << file.plan.expected.rows.value_or(0) << ' ';
  for (const auto& [currency, amount] : file.plan.expected.amounts) out << currency << ':' << amount.text() << ' ';
  for (const auto& [currency, sum] : file.plan.allow_additional)
    out << sum.rows << ':' << currency << ':' << sum.amount.text() << ' ';
}

void print_sending(std::ostream& out, const SendingOptions& sending) {
  const RunOptions& run = sending.run;
  const RetryOptions& retry = run.schedule.retry;
  out << static_cast<int>(sending.ledger_options.on_network_drive) << sending.ledger << sending.credentials.value_or("")
      << sending.curl.base_url << ' ' << run.schedule.concurrency << ' ' << run.schedule.rate << ' '
      << retry.max_attempts << ' ' << retry.max_wait.count() << ' ' << static_cast<int>(run.on_503) << ' '
      << run.repost_unsubmitted << ' ' << run.stops.max_unknown << ' ' << run.stops.max_failures << ' '
      << sending.curl.timeout.count() << ' ' << sending.curl.connect_timeout.count() << ' '
      << sending.curl.fresh_connections << sending.curl.proxy << ' ' << sending.curl.ca_file << ' ';
}

// Everything that was understood, as one text.
std::string shown(const CommandLine& line) {
  std::ostringstream out;
  out << static_cast<int>(line.common.output) << ' ' << static_cast<int>(line.common.log.level) << ' '
      << static_cast<int>(line.common.quiet) << static_cast<int>(line.common.log.form) << ' '
      << line.common.log.file.value_or("") << ' ';
  if (const auto* upload = std::get_if<UploadOptions>(&line.command)) {
    print_file(out, upload->file);
    print_sending(out, upload->sending);
    out << upload->out.value_or("") << upload->period << static_cast<int>(upload->new_period)
        << static_cast<int>(upload->confirmation) << static_cast<int>(upload->mode)
        << static_cast<int>(upload->approval_rule) << upload->change_factor.text()
        << (upload->approval ? upload->approval->plan_digest : "");
  }
  if (const auto* init = std::get_if<InitOptions>(&line.command)) {
    out << init->ledger;
    for (const auto& file : init->from) out << file;
  }
  if (const auto* show = std::get_if<ShowOptions>(&line.command)) out << show->request.value_or(0);
  if (const auto* settle = std::get_if<SettleOptions>(&line.command)) {
    out << name_of(settle->decision.value_or(RowStatus::kUnknown)) << settle->settled_by << settle->note;
    for (const auto& sid : settle->installations) out << sid;
    for (const auto& row : settle->usage_rows) out << row;
  }
  return out.str();
}

// A number or a truth in TOML, and no text.
bool is_typed(const Setting& setting) {
  return setting.kind == ValueKind::kFlag || setting.kind == ValueKind::kCount ||
         setting.kind == ValueKind::kConcurrency;
}

// One sample's value by any set of sources.
struct Given {
  std::string_view flag;
  std::string_view variable;
  std::string_view key;
};

std::string toml_of(const Setting& setting, std::string_view value) {
  const bool bare = is_typed(setting);
  const std::string quote = bare ? "" : "\"";
  return std::string(setting.name) + " = " + quote + std::string(value) + quote + "\n";
}

std::string understood(const Setting& setting, const Given& given) {
  Arguments arguments = command_with(setting);
  if (!given.flag.empty() && setting.kind == ValueKind::kFlag) {
    arguments.push_back("--" + std::string(setting.name) + "=" + std::string(given.flag));
  } else if (!given.flag.empty()) {
    arguments.insert(arguments.end(), {"--" + std::string(setting.name), std::string(given.flag)});
  }
  Environment environment;
  if (!given.variable.empty()) environment[environment_name(setting)] = given.variable;
  const ConfigFile file(given.key.empty() ? "" : toml_of(setting, given.key));
  arguments.insert(arguments.end(), {"--config", file.path()});
  return shown(parse(arguments, environment));
}

TEST_CASE("there is a sample for every setting but --config") {
  for (const Setting& setting : setting_table()) {
    CAPTURE(setting.name);
    const auto count = std::ranges::count(kSamples, setting.name, &Sample::name);
    CHECK(count == (setting.name == "config" ? 0 : 1));
  }
}

TEST_CASE("flags stand above the environment, that above the file, and that above the defaults") {
  for (const Sample& sample : kSamples) {
    const Setting& setting = *find_setting(sample.name);
    if (setting.standing != Standing::kAnywhere) continue;
    CAPTURE(sample.name);
    const std::string one = understood(setting, {sample.one, "", ""});
    const std::string other = understood(setting, {sample.other, "", ""});
    CHECK(one != other);
    CHECK(one != understood(setting, {}));
    CHECK(understood(setting, {"", sample.one, ""}) == one);
    CHECK(understood(setting, {"", "", sample.one}) == one);
    CHECK(understood(setting, {sample.one, sample.other, sample.other}) == one);
    CHECK(understood(setting, {sample.one, sample.other, ""}) == one);
    CHECK(understood(setting, {sample.one, "", sample.other}) == one);
    CHECK(understood(setting, {"", sample.one, sample.other}) == one);
    CHECK(understood(setting, {sample.other, sample.one, sample.one}) == other);
    CHECK(understood(setting, {"", sample.other, sample.one}) == other);
  }
}

TEST_CASE("what waives a guard or names one run is taken from the command line only") {
  std::vector<std::string_view> found;
  for (const Sample& sample : kSamples) {
    const Setting& setting = *find_setting(sample.name);
    if (setting.standing != Standing::kCommandLineOnly) continue;
    CAPTURE(sample.name);
    found.push_back(sample.name);
    CHECK(understood(setting, {sample.one, "", ""}) != understood(setting, {sample.other, "", ""}));
    const std::string variable = environment_name(setting);
    const std::string by_environment = error_of({"validate", "in.csv"}, {{variable, std::string(sample.one)}});
    CHECK(has(by_environment, variable + ": " + std::string(sample.name) + " is taken from the command line only"));
    const std::string by_file = error_in_file(toml_of(setting, sample.one));
    CHECK(has(by_file, "usage-uploader.toml:1: " + std::string(sample.name) + " is taken from the command line only"));
  }
  CHECK(found == std::vector<std::string_view>{"expect-rows", "expect-total", "skip-invalid", "allow-additional",
                                               "period", "new-period", "yes", "as", "approve", "by", "note",
                                               "installation", "row", "request", "from"});
  CHECK(has(error_of({"validate", "in.csv"}, {{"USAGE_UPLOADER_CONFIG", "x"}}), "command-line-only"));
  CHECK(has(error_in_file("config = \"x\""), "command-line-only"));
}

TEST_CASE("a bad value is told with its option, itself and its place") {
  for (const Sample& sample : kSamples) {
    const Setting& setting = *find_setting(sample.name);
    CAPTURE(sample.name);
    const std::string flag = "--" + std::string(setting.name);
    const std::string bad(sample.bad);
    Arguments arguments = command_with(setting);
    if (setting.kind == ValueKind::kFlag) {
      arguments.push_back(flag + "=" + bad);
    } else {
      arguments.insert(arguments.end(), {flag, bad});
    }
    const std::string by_flag = error_of(arguments);
    CHECK(has(by_flag, "option-value: " + flag));
    CHECK(has(by_flag, "\"" + bad + "\""));
    CHECK(has(by_flag, "the command line"));
    if (setting.standing == Standing::kCommandLineOnly) continue;

    // A mistake is found whichever command runs.
    const std::string variable = environment_name(setting);
    const std::string by_environment = error_of({"init"}, {{variable, bad}});
    CHECK(has(by_environment, "option-value: " + flag));
    CHECK(has(by_environment, "the environment variable " + variable));
    const std::string by_file = error_in_file("\n" + std::string(sample.name) + " = \"" + bad + "\"");
    CHECK(has(by_file, is_typed(setting) ? "value-type: " : "option-value: " + flag));
    CHECK(has(by_file, "usage-uploader.toml:2"));
  }
}

TEST_CASE("bounds are kept at both ends") {
  const auto error = [](std::string_view flag, std::string_view value) {
    return error_of({"upload", "in.csv", "--period", "p", std::string(flag), std::string(value)});
  };
  CHECK(error("--concurrency", "1") == "accepted");
  CHECK(error("--concurrency", "1000") == "accepted");
  CHECK(has(error("--concurrency", "0"), "is neither auto nor a whole number from 1 to 1000"));
  CHECK(error("--concurrency", "+1") != "accepted");
  CHECK(error("--concurrency", "1e1") != "accepted");
  CHECK(error("--concurrency", "automatic") != "accepted");
  CHECK(error("--concurrency", "auto") == "accepted");
  CHECK(error("--concurrency", "99999999999999999999999") != "accepted");
  CHECK(error("--rate", "100000") == "accepted");
  CHECK(error("--rate", "0.000278") == "accepted");
  CHECK(has(error("--rate", "0.0002"), "is not a number from 0.000278 (one an hour) to 100000"));
  for (const char* rate : {"100000.5", "-1", "nan", "inf", "1e3", "", "5/s"})
    CHECK(error("--rate", rate) != "accepted");
  CHECK(error("--timeout", "0.1") == "accepted");
  CHECK(error("--timeout", "60m") == "accepted");
  CHECK(has(error("--timeout", "61m"), "is not a time from 100 ms to"));
  CHECK(error("--max-wait", "0") == "accepted");
  CHECK(error("--period", std::string(64, 'p')) == "option-repeated: --period is given 2 times | give it once");
}

TEST_CASE("a period has 1 to 64 characters of its form") {
  const auto error = [](std::string_view period) { return error_of({"upload", "f", "--period", std::string(period)}); };
  CHECK(error(std::string(64, 'p')) == "accepted");
  CHECK(error(std::string(65, 'p')) != "accepted");
  CHECK(error("A-z.0_9") == "accepted");
  for (const char* period : {"", "a b", "a/b", "\xC3\xA4", "a\n"}) CHECK(error(period) != "accepted");
}

TEST_CASE("columns and control totals are refused where they are ambiguous") {
  const auto error = [](Arguments more) {
    more.insert(more.begin(), {"validate", "in.csv"});
    return error_of(more);
  };
  CHECK(has(error({"--column", "quanttiy=Net"}), "did you mean quantity?"));
  CHECK(has(error({"--column", "quantity"}), "ROLE=NAME"));
  CHECK(has(error({"--column", "quantity= "}), "says nothing behind the ="));
  CHECK(has(error({"--column", "quantity=a", "--column", "quantity=b"}), "maps quantity a second time"));
  CHECK(has(error({"--expect-total", "1", "--expect-total", "2"}), "second total"));
  CHECK(has(error({"--expect-total", "EUR:1", "--expect-total", "EUR:2"}), "second total for EUR"));
  CHECK(error({"--expect-total", "EUR:1", "--expect-total", "2"}) == "accepted");
  CHECK(has(error({"--expect-total", "EUR:1", "--expect-total", "eur :2"}), "second total for EUR"));
  CHECK(has(error({"--expect-total", ":2"}), "names no currency"));
  CHECK(has(error({"--expect-total", " \t:2"}), "names no currency"));
}

TEST_CASE("each spelling of a delimiter is understood") {
  const auto delimiter = [](const std::string& text) {
    return parse_as<ValidateOptions>({"validate", "f", "--delimiter", text}).file.intake.delimiter;
  };
  CHECK(delimiter("comma") == ',');
  CHECK(delimiter(",") == ',');
  CHECK(delimiter("semicolon") == ';');
  CHECK(delimiter(";") == ';');
  CHECK(delimiter("tab") == '\t');
  CHECK(delimiter("\t") == '\t');
  CHECK(delimiter("pipe") == '|');
  CHECK(delimiter("|") == '|');
}

TEST_CASE("a repeatable setting takes a list in the file and lines in the environment, each role replaced by itself") {
  const ConfigFile file("column = [\"quantity=Net\", \"currency=Cur\"]");
  const auto columns = [&](const Arguments& more, const Environment& environment) {
    Arguments arguments = {"validate", "in.csv", "--config", file.path()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return parse_as<ValidateOptions>(arguments, environment).file.intake.columns;
  };
  using Columns = std::map<std::string, std::string>;
  const Environment lines = {{"USAGE_UPLOADER_COLUMN", "reference=Line\ninstallation=a,b;c\n"}};
  CHECK(columns({}, {}) == Columns{{"quantity", "Net"}, {"currency", "Cur"}});
  CHECK(columns({}, lines) ==
        Columns{{"quantity", "Net"}, {"currency", "Cur"}, {"reference", "Line"}, {"installation", "a,b;c"}});
  CHECK(columns({"--column", "quantity=Sum"}, {}) == Columns{{"quantity", "Sum"}, {"currency", "Cur"}});
  CHECK(columns({"--column", "reference=Other", "--column", "currency=C"}, lines) ==
        Columns{{"quantity", "Net"}, {"currency", "C"}, {"reference", "Other"}, {"installation", "a,b;c"}});
}

TEST_CASE("a look-up's file and column may hold colons: the longest name of a file that is there is the file") {
  const TempFolder folder;
  const std::string table = (folder.path() / "a:b.csv").string();
  std::ofstream{table};
  const auto lookup_of = [](const std::string& text) {
    const auto lookups = parse_as<ValidateOptions>({"validate", "in.csv", "--lookup", text}).file.intake.lookups;
    return lookups.begin()->second.file + " | " + lookups.begin()->second.column;
  };
  CHECK(lookup_of("installation=" + table + ":Customer:Job") == table + " | Customer:Job");
  CHECK(lookup_of("installation=" + table + ":No") == table + " | No");
  CHECK(lookup_of("installation=missing.csv:No") == "missing.csv | No");
}

TEST_CASE("a filter given above stands instead of those on its column, and beside those on others") {
  const ConfigFile file("where = [\"Status=Paid\", \"Type!=Credit\", \"status=Sent\"]");
  const auto filters = [&](const std::vector<std::string>& given) {
    Arguments arguments = {"validate", "in.csv", "--config", file.path()};
    for (const std::string& filter : given) arguments.insert(arguments.end(), {"--where", filter});
    std::string text;
    for (const RowFilter& filter : parse_as<ValidateOptions>(arguments).file.intake.where)
      text += filter.column + (filter.test == RowFilter::Test::kEquals ? "=" : "!=") + filter.value + ";";
    return text;
  };
  CHECK(filters({}) == "Status=Paid;Type!=Credit;status=Sent;");
  CHECK(filters({"Region=North"}) == "Status=Paid;Type!=Credit;status=Sent;Region=North;");
  CHECK(filters({"Status != Draft"}) == "Type!=Credit;Status!=Draft;");
  CHECK(filters({"type=Fee", "STATUS=Open"}) == "type=Fee;STATUS=Open;");
  CHECK(filters({"sta_tus=Open"}) == "Type!=Credit;sta_tus=Open;");  // the same column, as names compare
}

TEST_CASE("unknown keys and variables are errors with the nearest name") {
  CHECK(has(error_in_file("rate = 1\nconcurency = 5"),
            "usage-uploader.toml:2: unknown key \"concurency\"; did you mean concurrency?"));
  CHECK(has(error_in_file("[send]\nrate = 1"), "unknown key \"send\""));
  CHECK(has(error_of({"init"}, {{"USAGE_UPLOADER_MAXWAIT", "5"}}), "did you mean USAGE_UPLOADER_MAX_WAIT?"));
  CHECK(!has(error_of({"init"}, {{"USAGE_UPLOADER_PERIOT", "5"}}), "USAGE_UPLOADER_PERIOD"));  // it would be refused
  CHECK(!has(error_in_file("periot = \"2026-10\""), "mean period?"));
  CHECK(error_of({"init"}, {{"USAGE_UPLOADERS", "5"}, {"ZZZ", "1"}}) == "accepted");
}

TEST_CASE("a secret in the file is an error that does not show it") {
  for (const char* key : {"TWILIO_AUTH_TOKEN", "auth-token", "api_key", "password", "account_sid"}) {
    CAPTURE(key);
    const std::string error = error_in_file(std::string(key) + " = \"5ecre7\"");
    CHECK(has(error, "secret-in-configuration"));
    CHECK(!has(error, "5ecre7"));
  }
}

TEST_CASE("a proxy's password may stand in the environment only, and is never shown") {
  const std::string url = "http://me:5ecre7@proxy:3128";
  CHECK(error_of({"init"}, {{"USAGE_UPLOADER_PROXY", url}}) == "accepted");
  const std::string errors[] = {error_of({"resume", "--proxy", url}), error_in_file("proxy = \"" + url + "\""),
                                error_of({"init"}, {{"USAGE_UPLOADER_PROXY", "ftp://me:5ecre7@proxy"}}),
                                error_of({"resume", "--base-url", "https://me:5ecre7@host"})};
  for (const std::string& error : errors) {
    CHECK(has(error, "option-value"));
    CHECK(!has(error, "5ecre7"));
  }
}

TEST_CASE("an empty proxy in a higher place takes back the file's") {
  const ConfigFile file("proxy = \"http://p:1\"");
  const auto proxy = [&](const Environment& environment) {
    return parse_as<ResumeOptions>({"resume", "--config", file.path()}, environment).sending.curl.proxy;
  };
  CHECK(proxy({}) == "http://p:1");
  CHECK(proxy({{"USAGE_UPLOADER_PROXY", ""}}).empty());
}

TEST_CASE("money in the file is exact: a text or a whole number, never a TOML float") {
  CHECK(has(error_in_file("max-amount = 99.95"), "a TOML float is not exact"));
  const ConfigFile file("max-amount = 99\nrate = 0.5\ntimeout = 2.5\nmax-wait = 90");
  const UploadOptions options = parse_as<UploadOptions>({"upload", "f", "--period", "p", "--config", file.path()});
  CHECK(options.file.intake.max_amount->text() == "99");
  CHECK(options.sending.run.schedule.rate == 0.5);
  CHECK(options.sending.curl.timeout == std::chrono::milliseconds(2500));
  CHECK(options.sending.run.schedule.retry.max_wait == std::chrono::seconds(90));
}

TEST_CASE("a TOML number is the number that it says, however small or large it is") {
  const auto rate = [](const std::string& text) {
    const ConfigFile file("rate = " + text);
    return parse_as<ResumeOptions>({"resume", "--config", file.path()}).sending.run.schedule.rate;
  };
  CHECK(rate("0.0005") == 0.0005);
  CHECK(rate("5e-4") == 0.0005);
  CHECK(rate("100000.0") == 100000);
  CHECK(rate("1e5") == 100000);
  for (const char* text : {"rate = 1e300", "rate = -1.7976931348623157e308", "rate = 4.9406564584124654e-324"}) {
    CAPTURE(text);
    CHECK(has(error_in_file(text), "is not a number from 0.000278"));
  }
}

TEST_CASE("a value of another TOML type is refused") {
  for (const char* text : {"concurrency = \"5\"", "max-items = \"5\"", "concurrency = 5.0", "retry-503 = 1",
                           "retry-503 = \"true\"", "ledger = 5", "ledger = [\"a\"]", "rate = true", "rate = nan",
                           "column = [[\"quantity=a\"]]", "out = 2026-10-01", "column = {quantity = \"a\"}"}) {
    CAPTURE(text);
    CHECK(has(error_in_file(text), "value-type: "));
  }
}

std::string text_of_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST_CASE("the table of options names every command that takes the option, and no other") {
  std::istringstream lines(options_table());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `--")) continue;
    CAPTURE(line);
    const Setting* setting = find_setting(line.substr(5, line.find_first_of(" `", 5) - 5));
    REQUIRE(setting != nullptr);
    const std::size_t commands = line.rfind("| ", line.size() - 3);
    for (const CommandEntry& entry : command_table()) {
      CAPTURE(entry.name);
      const bool is_named = has(line.substr(commands), entry.name) || has(line.substr(commands), "| all |");
      CHECK(is_named == takes(entry.command, *setting));
    }
  }
}

TEST_CASE("README's table of options is what the table says") {
  const std::filesystem::path root = USAGE_SOURCE_DIR;
  CHECK(has(text_of_file(root / "README.md"), "\n\n" + options_table() + "\n"));
}

TEST_CASE("config/usage-uploader.toml is what the table says") {
  const std::filesystem::path root = USAGE_SOURCE_DIR;
  CHECK(text_of_file(root / "config/usage-uploader.toml") == default_config_text());
}

TEST_CASE("with every default uncommented, the shown file changes nothing") {
  std::istringstream lines(default_config_text());
  std::string uncommented;
  std::ptrdiff_t keys = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 2 || line[0] != '#' || line[1] == ' ' || line[1] == '#') continue;
    ++keys;
    const Setting* setting = find_setting(line.substr(1, line.find(' ') - 1));
    REQUIRE(setting != nullptr);
    if (!setting->default_text.empty()) uncommented += line.substr(1) + "\n";
  }
  const auto elsewhere = std::ranges::count(setting_table(), Standing::kCommandLineOnly, &Setting::standing);
  CHECK(keys == static_cast<std::ptrdiff_t>(setting_table().size()) - elsewhere);
  const ConfigFile file(uncommented);
  const Arguments upload = {"upload", "in.csv", "--period", "p"};
  Arguments configured = upload;
  configured.insert(configured.end(), {"--config", file.path()});
  CHECK(shown(parse(configured)) == shown(parse(upload)));
}

}  // namespace
TEST_CASE("options of input that contradict each other are refused") {
  const auto error = [](Arguments more) {
    more.insert(more.begin(), {"validate", "in.csv"});
    return error_of(more);
  };
  CHECK(
      has(error({"--column", "installation=A", "--lookup", "installation=t.csv:B"}), "--column and --lookup both say"));
  CHECK(has(error({"--constant", "currency=EUR", "--column", "currency=Cur"}), "--column and --constant both say"));
  CHECK(has(error({"--grouping", "point"}), "the point cannot be the decimal sign and group digits"));
  CHECK(has(error({"--grouping", "comma", "--decimal-comma"}), "the comma cannot group digits"));
  CHECK(error({"--grouping", "point", "--decimal-comma"}) == "accepted");
  CHECK(has(error({"--lookup", "quantity=t.csv:B"}), "installation or billing_sid"));
  CHECK(has(error({"--constant", "installation=XE1"}), "is no installation that a row could have"));
  CHECK(error({"--constant", "currency=ééééééééé"}) == "accepted");
  CHECK(error({"--constant", "currency=0123456789abcdef"}) == "accepted");
  CHECK(has(error({"--constant", "currency=0123456789abcdefg"}), "is no currency that a row could have"));
  CHECK(has(error({"--where", "=Paid"}), "COLUMN=VALUE or COLUMN!=VALUE"));
  CHECK(has(error({"--where", "!=Paid"}), "COLUMN=VALUE or COLUMN!=VALUE"));
  CHECK(has(error({"--encoding", "utf8"}), "did you mean utf-8?"));
}

TEST_CASE("several files are one upload") {
  const CommandLine line = parse({"upload", "a.csv", "b.csv", "--period", "p"}, {});
  CHECK(std::get<UploadOptions>(line.command).file.files == Arguments{"a.csv", "b.csv"});
}

}  // namespace usage::test

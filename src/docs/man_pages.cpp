#include "man_pages.h"

#include <array>

#include "roff.h"
#include "sandbox/options.h"
#include "usage/cli/help_examples.h"
#include "usage/cli/help_text.h"
#include "usage/cli/setting_table.h"

namespace usage::docs {
namespace {

constexpr const char* kSource = "usage-uploader " USAGE_VERSION;

struct Named {
  std::string_view name;
  std::string_view text;
};

// A test holds it against README's table.
constexpr std::array kExitStatuses = {
    Named{"0", "every row is submitted (or was left out by choice); validate: the file is valid"},
    Named{"1", "finished; some rows proven not billed: see failed.csv"},
    Named{"2",
          "wrong arguments, configuration, credentials file or output folder; nothing was sent (or: a finished run's "
          "result files could not be written; reconcile writes them elsewhere)"},
    Named{"3",
          "the input or the plan is refused: invalid rows, control totals, additional charges, unknown period, another "
          "run is open; nothing was sent"},
    Named{"4", "the ledger is missing, in use, damaged or cannot be written, or totals do not close; sending stopped"},
    Named{"5", "the endpoint refused the credentials; sending stopped"},
    Named{"6", "some charges are unknown: settle them, do not send them again blindly"},
    Named{"7", "stopped before its end with nothing to correct: resume"},
    Named{"130, 143", "interrupted (SIGINT; SIGTERM, SIGHUP): resume"},
};

constexpr std::array kEnvironment = {
    Named{"TWILIO_ACCOUNT_SID", "the account whose charges these are; needed to send"},
    Named{"TWILIO_API_KEY, TWILIO_API_SECRET", "an API key and its secret"},
    Named{"TWILIO_AUTH_TOKEN", "the account's token, where there is no API key"},
    Named{"USAGE_UPLOADER_...", "any option that may stand in the configuration file: USAGE_UPLOADER_MAX_WAIT"},
    Named{"NO_COLOR", "where it is set, progress has no colours"},
    Named{"XDG_CONFIG_HOME, XDG_STATE_HOME, HOME", "where configuration and ledger are looked for"},
};

constexpr std::array kFiles = {
    Named{"$XDG_CONFIG_HOME/usage-uploader.toml", "the configuration; ~/.config where the variable is not set"},
    Named{"$XDG_STATE_HOME/usage-uploader/ledger.db",
          "the ledger; ~/.local/state where the variable is not set. Without it nothing keeps a charge from being "
          "billed twice: back it up, never delete it"},
    Named{"usage-RUN/", "a run's result files: reconciliation.csv, failed.csv, unknown.csv, report.html, summary.json"},
};

template <std::size_t count>
void add_terms(ManPage& page, const std::array<Named, count>& terms) {
  for (const Named& term : terms) page.term(term.name, "", term.text);
}

void add_commands(ManPage& page) {
  for (const CommandEntry& entry : command_table()) page.term(entry.name, entry.operand, entry.summary);
}

void add_options(ManPage& page) {
  std::string_view group;
  for (const Setting& setting : setting_table()) {
    if (setting.group != group) page.subsection(setting.group);
    group = setting.group;
    const std::string elsewhere =
        setting.standing == Standing::kCommandLineOnly
            ? "on the command line only."
            : "in the environment " + environment_name(setting) + ", in the file " + std::string(setting.name) + ".";
    page.term("--" + std::string(setting.name), setting.value_name,
              words_of(setting) + ". For " + commands_in_words(setting, "all commands") + "; " + elsewhere);
  }
}

void add_examples(ManPage& page) {
  for (const CommandEntry& entry : command_table()) {
    for (const Example& example : examples_of(entry.command)) {
      page.paragraph(std::string(entry.name) + ": " + std::string(example.purpose));
      page.command("usage-uploader " + std::string(example.arguments));
    }
  }
}

}  // namespace

std::string uploader_page(std::string_view date) {
  ManPage page("USAGE-UPLOADER", date, kSource);
  page.section("NAME");
  page.name_line("usage-uploader", "uploads usage charges to the Twilio Marketplace, each at most once");
  page.section("SYNOPSIS");
  page.term("usage-uploader", "COMMAND [OPERANDS] [OPTIONS]", "does one of the commands below.");
  page.term("usage-uploader", "[COMMAND] --help", "shows a command's options and examples.");
  page.term("usage-uploader", "--version", "shows the versions of the program, of libcurl and of SQLite.");
  page.section("DESCRIPTION");
  page.paragraph(
      "Reads the CSV that an accounting system exports (one row a charge), posts one request for each installation, "
      "retries what may be retried, and writes a reconciliation of what was submitted and what was not.");
  page.paragraph(
      "With the ledger intact, no item is ever sent again once it may have been billed; no item is lost; whatever "
      "cannot be known is listed as unknown and waits for a person; rows and amounts add up to the input.");
  page.section("COMMANDS");
  add_commands(page);
  page.section("OPTIONS");
  page.paragraph(
      "Flags stand above environment variables, these above the configuration file, and that above the defaults; of "
      "--column, --lookup, --constant and --where each role or column by itself. Times are seconds, or carry ms, s or "
      "m.");
  add_options(page);
  page.section("EXIT STATUS");
  page.paragraph("Where several hold, the first in the order 4, 6, 5, 130/143, 7, 1.");
  add_terms(page, kExitStatuses);
  page.section("ENVIRONMENT");
  add_terms(page, kEnvironment);
  page.section("FILES");
  add_terms(page, kFiles);
  page.section("EXAMPLES");
  add_examples(page);
  page.section("SEE ALSO");
  page.paragraph("usage-sandbox(1), and README.md beside the program's other files.");
  return page.text();
}

std::string sandbox_page(std::string_view date) {
  const sandbox::ProgramText program = sandbox::describe_program();
  ManPage page("USAGE-SANDBOX", date, kSource);
  page.section("NAME");
  page.name_line("usage-sandbox", "a local stand-in for the Twilio Marketplace's usage endpoint");
  page.section("SYNOPSIS");
  page.term("usage-sandbox", "--port N [OPTIONS]", "serves until SIGINT or SIGTERM.");
  page.section("DESCRIPTION");
  page.command(program.about);
  page.section("OPTIONS");
  for (const sandbox::OptionText& option : program.options) page.term(option.flag, option.value_name, option.help);
  page.section("SCENARIOS");
  page.command(program.footer);
  page.section("SEE ALSO");
  page.paragraph("usage-uploader(1)");
  return page.text();
}

}  // namespace usage::docs

#include "options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <vector>

#include "fault.h"
#include "scenario.h"
#include "usage/base/error.h"

namespace usage::sandbox {
namespace {

constexpr const char* kAbout =
    "Stands in for the Twilio Marketplace's usage endpoint on 127.0.0.1, checks requests, and makes faults on demand.\n"
    "Prints one line, \"usage-sandbox listening on URL\", and serves until SIGINT or SIGTERM.";
constexpr const char* kFooter =
    "Environment: with USAGE_SANDBOX_USER and USAGE_SANDBOX_SECRET, any other credentials get a 401;\n"
    "without them, every Basic user that begins with AC or SK is let in.\n"
    "A scenario, for example:\n"
    "  {\"installations\": {\"XE...\": {\"faults\": [\"429\", {\"fault\":\"503\",\"retry_after\":\"2\"}, \"ok\"]}},\n"
    "   \"default\": {\"faults\": [\"slow\"]}, \"chance\": "
    "[{\"fault\":\"close_after_billing\",\"probability\":\"0.02\"}],\n"
    "   \"concurrency_limit\": 20, \"latency_ms\": 5}\n"
    "A named installation gets its faults in turn, one a request, then ok (or the last again: \"repeat_last\": true).\n"
    "Others get those of default in turn, then by chance, drawn from the seed. --list-faults shows all faults.";

struct Texts {  // the options as given
  std::string journal;
  std::string scenario;
  std::vector<std::string> tls;
  bool list_faults = false;
};

std::optional<BasicCredentials> credentials_from_environment() {
  const char* user = std::getenv("USAGE_SANDBOX_USER");
  const char* secret = std::getenv("USAGE_SANDBOX_SECRET");
  if (user == nullptr || secret == nullptr) return std::nullopt;
  return BasicCredentials{user, secret};
}

void add_options(CLI::App& app, ServerOptions& options, Texts& texts) {
  app.add_option("--port", options.port, "the port to listen on; 0: any that is free (needed)");
  app.add_option("--journal", texts.journal, "append one JSON line a request to this file");
  app.add_option("--scenario", texts.scenario, "which requests meet which faults (JSON)");
  app.add_option("--seed", options.endpoint.seed, "for faults by chance and for request ids")->capture_default_str();
  app.add_option("--tls", texts.tls, "serve https with this certificate and key (PEM)")
      ->expected(2)
      ->type_name("CERT KEY");
  app.add_flag("--list-faults", texts.list_faults, "print every fault a scenario may name");
  app.set_version_flag("--version", USAGE_VERSION);
  app.footer(kFooter);
}

void take_files(const Texts& texts, ServerOptions& options) {
  if (!texts.journal.empty()) options.journal = texts.journal;
  if (!texts.scenario.empty()) options.endpoint.scenario = read_scenario(texts.scenario);
  if (!texts.tls.empty()) options.tls = TlsFiles{texts.tls[0], texts.tls[1]};
  options.endpoint.credentials = credentials_from_environment();
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv) {
  CLI::App app(kAbout, "usage-sandbox");
  CommandLine command;
  Texts texts;
  add_options(app, command.options, texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {{}, app.help()};
  } catch (const CLI::CallForVersion&) {
    return {{}, std::string("usage-sandbox ") + USAGE_VERSION + "\n"};
  } catch (const CLI::ParseError& error) {
    throw UsageError("arguments", error.what(), "see usage-sandbox --help");
  }
  if (texts.list_faults) return {{}, fault_list()};
  if (app.count("--port") == 0)
    throw UsageError("arguments", "--port is missing", "give --port 0 for any that is free");
  take_files(texts, command.options);
  return command;
}

ProgramText describe_program() {
  CLI::App app(kAbout, "usage-sandbox");
  ServerOptions options;
  Texts texts;
  add_options(app, options, texts);
  ProgramText program{kAbout, {}, kFooter};
  for (const CLI::Option* option : app.get_options()) {
    const bool takes_value = option->get_items_expected_max() > 0;
    const std::string preset = option->get_default_str();
    program.options.push_back({"--" + option->get_lnames().front(), takes_value ? option->get_type_name() : "",
                               option->get_description() + (preset.empty() ? "" : " (default " + preset + ")")});
  }
  return program;
}

}  // namespace usage::sandbox

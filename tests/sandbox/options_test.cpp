#include "sandbox/options.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "sandbox_folder.h"
#include "usage/base/error.h"

using namespace usage::sandbox;

namespace {

CommandLine parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "usage-sandbox");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

}  // namespace

TEST_CASE("all options are taken") {
  const SandboxFolder folder;
  const std::string scenario = folder.file("s.json").string();
  std::ofstream(scenario) << R"({"concurrency_limit":3})";
  const CommandLine command = parse({"--port", "8081", "--journal", "j.jsonl", "--scenario", scenario.c_str(), "--seed",
                                     "42", "--tls", "c.pem", "k.pem"});
  CHECK_FALSE(command.to_print);
  CHECK(command.options.port == 8081);
  CHECK(command.options.journal == "j.jsonl");
  CHECK(command.options.endpoint.scenario.concurrency_limit == 3);
  CHECK(command.options.endpoint.seed == 42);
  CHECK(command.options.tls->certificate == "c.pem");
  CHECK(command.options.tls->key == "k.pem");
}

TEST_CASE("help, version and the list of faults need nothing else") {
  CHECK(parse({"--help"}).to_print->find("--scenario") != std::string::npos);
  CHECK(parse({"--version"}).to_print->starts_with("usage-sandbox "));
  CHECK(parse({"--list-faults"}).to_print->find("close_after_billing (billed)") != std::string::npos);
}

TEST_CASE("wrong arguments end with status 2") {
  CHECK_THROWS_AS(parse({}), usage::UsageError);
  CHECK_THROWS_AS(parse({"--port", "x"}), usage::UsageError);
  CHECK_THROWS_AS(parse({"--port", "70000"}), usage::UsageError);
  CHECK_THROWS_AS(parse({"--port", "0", "--sed", "1"}), usage::UsageError);
  CHECK_THROWS_AS(parse({"--port", "0", "--tls", "c.pem"}), usage::UsageError);
  CHECK_THROWS_AS(parse({"--port", "0", "--scenario", "/nonexistent.json"}), usage::UsageError);
}

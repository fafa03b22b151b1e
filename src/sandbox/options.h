// The command line of usage-sandbox.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server.h"

namespace usage::sandbox {

struct CommandLine {
  ServerOptions options;
  std::optional<std::string> to_print;  // --help, --version, --list-faults: print this and end
};

// UsageError for what it cannot understand, and for a scenario that is none. Reads the credentials that requests must
// have from USAGE_SANDBOX_USER and USAGE_SANDBOX_SECRET, where both are set.
CommandLine parse_command_line(int argc, const char* const* argv);

// What --help says, in parts: for the manual page.
struct OptionText {
  std::string flag;
  std::string value_name;
  std::string help;
};
struct ProgramText {
  std::string about;
  std::vector<OptionText> options;
  std::string footer;
};
ProgramText describe_program();

}  // namespace usage::sandbox

// Command lines as tests write them.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/temp_folder.h"
#include "usage/cli/options.h"

namespace usage::test {

using Arguments = std::vector<std::string>;

inline CommandLine parse(const Arguments& arguments, Environment environment = {}) {
  environment.emplace("HOME", "/nowhere/home");
  return parse_command_line(arguments, environment, "version 1");
}

template <class Options>
Options parse_as(const Arguments& arguments, const Environment& environment = {}) {
  const CommandLine line = parse(arguments, environment);
  REQUIRE(std::holds_alternative<Options>(line.command));
  return std::get<Options>(line.command);
}

// "NAME: MESSAGE | REMEDY" of the error; "accepted" where there is none.
inline std::string error_of(const Arguments& arguments, const Environment& environment = {}) {
  try {
    parse(arguments, environment);
  } catch (const UsageError& error) {
    CHECK(error.status() == ExitStatus::kUsage);
    CHECK(std::string_view(error.what()).find('\n') == std::string_view::npos);
    return error.name() + ": " + error.what() + " | " + error.remedy();
  }
  return "accepted";
}

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// A configuration file of the test's own.
class ConfigFile {
 public:
  explicit ConfigFile(std::string_view text) { std::ofstream(path_) << text; }
  std::string path() const { return path_.string(); }

 private:
  TempFolder folder_;
  std::filesystem::path path_ = folder_.path() / "usage-uploader.toml";
};

inline std::string error_in_file(std::string_view text) {
  const ConfigFile file(text);
  return error_of({"validate", "in.csv", "--config", file.path()});
}

}  // namespace usage::test

#include <doctest/doctest.h>

#include "command_line.h"

using namespace usage;
using namespace usage::test;

TEST_CASE("inspect takes one file, and what is known of it") {
  const auto bare = parse_as<InspectOptions>({"inspect", "october.csv"});
  CHECK(bare.file == "october.csv");
  CHECK_FALSE(bare.known.encoding);
  CHECK_FALSE(bare.known.delimiter);
  CHECK_FALSE(bare.known.header_line);
  const auto known = parse_as<InspectOptions>(
      {"inspect", "-", "--encoding", "windows-1252", "--delimiter", "semicolon", "--header-line", "5"});
  CHECK(known.file == "-");
  CHECK(known.known.encoding == Encoding::kWindows1252);
  CHECK(known.known.delimiter == ';');
  CHECK(known.known.header_line == 5);
}

TEST_CASE("inspect without a file, with two, or with an option of the reading is refused") {
  CHECK(has(error_of({"inspect"}), "file-missing: inspect needs a file"));
  CHECK(has(error_of({"inspect", "a.csv", "b.csv"}),
            "argument-unexpected: inspect takes one file, but \"b.csv\" follows"));
  CHECK(has(error_of({"inspect", "a.csv", "--decimal-comma"}), "decimal-comma"));
}

TEST_CASE("a configuration file for other commands does not disturb inspect") {
  const ConfigFile file("column = [\"quantity=Net\"]\nconcurrency = 3\ndelimiter = \"pipe\"\n");
  const auto options = parse_as<InspectOptions>({"inspect", "a.csv", "--config", file.path()});
  CHECK(options.known.delimiter == '|');
}

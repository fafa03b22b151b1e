#include "usage/csv/record_reader.h"

#include <doctest/doctest.h>

#include <fstream>
#include <system_error>

#include "support/temp_folder.h"
#include "usage/base/digest.h"

using namespace usage;
using namespace usage::test;

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

InputFile described(const std::filesystem::path& path, const std::string& text) {
  write(path, text);
  Sha256 digest;
  digest.add(text);
  InputFile file;
  file.name = file.spool = path.string();
  file.bytes = text.size();
  file.digest = digest.hex();
  return file;
}

}  // namespace

TEST_CASE("records are read again byte for byte, in any order and of any size") {
  TempFolder folder;
  const std::string large(200'000, 'x');
  const std::string text = "a;b\r\n1;\"2\r\n3\"\r\n" + large + ";4\n5;6";
  auto reader = RecordReader::open_unchanged(described(folder.path() / "in.csv", text));
  REQUIRE(reader);
  CHECK(reader->record({text.size() - 3, 3, 5}) == "5;6");
  CHECK(reader->record({5, 8, 2}) == "1;\"2\r\n3\"");
  CHECK(reader->record({15, 200'002, 4}) == large + ";4");
  CHECK(reader->record({5, 0, 2}) == "");
}

TEST_CASE("a file that is gone, longer, shorter or of other content is not read again") {
  TempFolder folder;
  const auto path = folder.path() / "in.csv";
  const InputFile file = described(path, "a;b\n1;2\n");
  CHECK(RecordReader::open_unchanged(file));
  for (const char* other : {"a;b\n1;2\n3;4\n", "a;b\n", "a;b\n1;3\n"}) {
    CAPTURE(other);
    write(path, other);
    CHECK_FALSE(RecordReader::open_unchanged(file));
  }
  std::filesystem::remove(path);
  CHECK_FALSE(RecordReader::open_unchanged(file));
}

TEST_CASE("a file cut off while it is read again is an error, not a shorter record") {
  TempFolder folder;
  const auto path = folder.path() / "in.csv";
  auto reader = RecordReader::open_unchanged(described(path, "a;b\n1;2\n"));
  REQUIRE(reader);
  std::filesystem::resize_file(path, 5);
  CHECK_THROWS_AS(reader->record({4, 3, 2}), std::system_error);
}

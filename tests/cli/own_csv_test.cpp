#include "usage/cli/own_csv.h"

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include "support/temp_folder.h"
#include "usage/base/error.h"
#include "usage/intake/decision.h"

namespace usage::test {
namespace {

constexpr std::array<std::string_view, 3> kColumns = {"usage_row", "usage_settle", "odd"};

// "LINE:ROW|SETTLE|ODD" for each row; the refusal's words where it is refused.
std::vector<std::string> read(const std::string& text) {
  const TempFolder folder;
  const std::filesystem::path path = folder.path() / "unknown.csv";
  std::ofstream(path, std::ios::binary) << text;
  std::vector<std::string> rows;
  try {
    read_own_csv(path, kColumns, 1, [&](const OwnRow& row) {
      rows.push_back(std::to_string(row.line) + ":" + std::string(row.cells[0]) + "|" + std::string(row.cells[1]) +
                     "|" + std::string(row.cells[2]));
    });
  } catch (const RefusedError& error) {
    return {error.what()};
  }
  return rows;
}

bool has(const std::vector<std::string>& rows, std::string_view part) {
  return !rows.empty() && rows.front().find(part) != std::string::npos;
}

TEST_CASE("a result file is read by its column names, whatever delimiter and BOM a spreadsheet gave it") {
  const std::vector<std::string> expected = {"2:R-1|submitted|", "3:R-2||"};
  CHECK(read("usage_row,a,usage_settle\nR-1,x,submitted\nR-2,\"y,z\",\n") == expected);
  CHECK(read("\xEF\xBB\xBFusage_row;a;usage_settle\r\nR-1;x;submitted\r\nR-2;\"y;z\";\r\n") == expected);
  CHECK(read("usage_settle\tusage_row\nsubmitted\tR-1\n\tR-2\n") == expected);
  CHECK(read("usage_row,usage_settle,odd\nR-1,submitted,1\n") == std::vector<std::string>{"2:R-1|submitted|1"});
}

TEST_CASE("a file without its columns, with one of them twice, or with a row out of shape is refused") {
  CHECK(has(read("usage_row,a\nR-1,x\n"), "column usage_settle is missing"));
  CHECK(has(read("usage_row,usage_settle,usage_row\nR-1,x,y\n"), "column usage_row stands there twice"));
  CHECK(has(read("usage_row,usage_settle,odd,odd\nR-1,x,y,z\n"), "column odd stands there twice"));
  CHECK(has(read("usage_row,usage_settle\nR-1,x\nR-2\n"), ":3: the row has 1 column, the header 2"));
  CHECK_THROWS_AS(read_own_csv("/nowhere/at/all.csv", kColumns, 1, [](const OwnRow&) {}), RefusedError);
}

TEST_CASE("of a result file in another encoding it is said how to save it, and no option that there is none of") {
  const TempFolder folder;
  const std::filesystem::path path = folder.path() / "unknown.csv";
  for (const std::string& cell : {std::string("\xE9"), std::string("a\0b\0c\0d\0", 8)}) {
    std::ofstream(path, std::ios::binary) << "usage_row,usage_settle,odd\nR-1,," << cell << "\n";
    try {
      read_own_csv(path, kColumns, 1, [](const OwnRow&) {});
      FAIL("it was read");
    } catch (const RefusedError& error) {
      CHECK(error.remedy().starts_with("save it as UTF-8 CSV"));
    }
  }
}

TEST_CASE("a decision is one of two words, in any letter case") {
  CHECK(read_decision(" Submitted ") == RowStatus::kSubmitted);
  CHECK(read_decision("not-submitted") == RowStatus::kNotSubmitted);
  CHECK(read_decision("NOT_SUBMITTED") == RowStatus::kNotSubmitted);
  for (const char* other : {"", "yes", "notsubmitted", "not submitted", "submitted!", "failed"})
    CHECK(!read_decision(other));
}

}  // namespace
}  // namespace usage::test

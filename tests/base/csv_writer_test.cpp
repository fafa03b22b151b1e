#include "usage/base/csv_writer.h"

#include <doctest/doctest.h>

#include <functional>

#include "support/temp_folder.h"

namespace {

std::string written(char delimiter, const std::function<void(usage::CsvWriter&)>& write) {
  const usage::test::TempFolder folder;
  usage::AtomicFile file(folder.path() / "rows.csv");
  usage::CsvWriter writer(file, delimiter);
  write(writer);
  file.commit();
  return usage::read_file(folder.path() / "rows.csv", 10'000);
}

std::string one_cell(std::string_view text, char delimiter = ',') {
  return written(delimiter, [&](usage::CsvWriter& csv) { csv.cell(text).end_row(); });
}

}  // namespace

TEST_CASE("rows end with LF and cells are parted by the delimiter") {
  CHECK(written(';', [](usage::CsvWriter& csv) {
          csv.cell("line").cell("").cell("reason").end_row();
          csv.cell("7").cell("a,b").cell("").end_row();
        }) == "line;;reason\n7;a,b;\n");
}

TEST_CASE("cells are quoted where they would be read differently otherwise") {
  CHECK(one_cell("a,b") == "\"a,b\"\n");
  CHECK(one_cell("a;b") == "a;b\n");
  CHECK(one_cell("a;b", ';') == "\"a;b\"\n");
  CHECK(one_cell("a\tb", '\t') == "\"a\tb\"\n");
  CHECK(one_cell("a|b", '|') == "\"a|b\"\n");
  CHECK(one_cell("say \"hi\"") == "\"say \"\"hi\"\"\"\n");
  CHECK(one_cell("two\nlines") == "\"two\nlines\"\n");
  CHECK(one_cell("cr\rhere") == "\"cr\rhere\"\n");
  CHECK(one_cell(" before") == "\" before\"\n");
  CHECK(one_cell("after\t") == "\"after\t\"\n");
  CHECK(one_cell("in side") == "in side\n");
  CHECK(one_cell("\"") == "\"\"\"\"\n");
}

TEST_CASE("cells that are CSV already are written as they are, beside new ones") {
  CHECK(written(',', [](usage::CsvWriter& csv) {
          csv.cell("1-2").cell("not sent, yet").verbatim("XE1, \"quoted \"\"cell\"\"\",3.50").end_row();
          csv.verbatim("x,y").cell("z").end_row();
        }) == "1-2,\"not sent, yet\",XE1, \"quoted \"\"cell\"\"\",3.50\nx,y,z\n");
}

#include "../../src/intake/row_shape.h"

#include <doctest/doctest.h>

#include "intake_case.h"
#include "usage/intake/inspection.h"

using namespace usage;
using namespace usage::test;

namespace {

const std::string kHeader = "InstallationSid;BillingSid;Amount;Memo\n";
const std::string kRow = sid("XE", 1) + ";" + sid("BI", 1) + ";1;x\n";

}  // namespace

TEST_CASE("a row that a spreadsheet left empty is passed over, in whatever way it is read") {
  const IntakeCase files;
  const std::string text = kHeader + ";;;\n" + kRow + "; \"\";;\n\"\";\"\";\"\";\"\"\n" + kRow + " ;;\t;\n;;;";
  for (const RowLanes lanes : {RowLanes::kPlainAndExact, RowLanes::kExact}) {
    const UsageInput input = read_usage({files.file(text)}, {}, {}, {.lanes = lanes});
    CHECK(problems_of(input).empty());
    CHECK(quantities_of(input) == "1 1");
    CHECK(input.row_count() == 2);
    CHECK(input.rows.at(1).place.line == 6);
  }
  CHECK(inspect(files.file(text), {}).rows == 2);
  CHECK(files.refusal(kHeader + ";;;\n;;;\n") == "input-no-rows");
  IntakeOptions options;
  options.total_row = TotalRow::kLast;
  CHECK(quantities_of(files.read(kHeader + kRow + "Total;;1;\n;;;\n", options)) == "1");
}

TEST_CASE("an empty row of another shape, or that may be a charge cut off before its amount, is one problem") {
  const IntakeCase files;
  CHECK(problems_of(files.read(kHeader + kRow + ";;\n;;;;\n;\"\"\n")) == "3:row-empty 4:row-empty 5:row-empty");
  CHECK(problems_of(files.read(kHeader + kRow + ";;;x\n")).starts_with("3:installation-"));
  IntakeOptions options;
  options.constants = {{"installation", sid("XE", 1)}, {"billing_sid", sid("BI", 1)}};
  CHECK(problems_of(files.read("Memo,Amount\nx,1\n,", options)) == "3:row-empty");
}

// A usage_row in a row with another content than the charge that it names.
#include <doctest/doctest.h>

#include "plan_case.h"
#include "usage/plan/meeting.h"
#include "usage/plan/period_warnings.h"

namespace usage {

using namespace test;

TEST_CASE("a usage_row in a row that has nothing of its charge was moved against it, or counted up") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed).charge(2, 1, "20.00", kFailed, 1, "L2");
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-2").input, known) == Fates{"invalid usage-row-mixed-up 2"});
  CHECK(fates(FileCase().row(2, 1, "20.00", "L2", "R-1").row(1, 1, "5.00", "", "R-2").input, known) ==
        Fates{"invalid usage-row-mixed-up 1", "invalid usage-row-mixed-up 2"});
  CHECK(fates(FileCase().row(1, 2, "4.00", "L9", "R-2").input, known) == Fates{"invalid usage-row-mixed-up 2"});
  // A correction of SIDs, of the amount, or to what is no charge's.
  CHECK(fates(FileCase().row(1, 1, "20.00", "", "R-2").input, known) == Fates{"takes 2"});
  CHECK(fates(FileCase().row(1, 2, "4.00", "L2", "R-2").input, known) == Fates{"takes 2"});
  CHECK(fates(FileCase().row(2, 1, "5.00", "", "R-2").input, known) == Fates{"takes 2"});
  CHECK(fates(FileCase().row(1, 1, "6.00", "", "R-2").input, known) == Fates{"takes 2"});
}

// As with --decimal-comma typed for a file of ours that lost our columns: the option is not for it.
TEST_CASE(
    "an amount with the digits of its charge and the decimal sign elsewhere is refused where nothing says what stood "
    "there") {
  KnownCase known;
  known.charge(1, 1, "1234", kFailed).charge(1, 2, "12.50", kFailed).charge(1, 3, "7.00", kSubmitted);
  const auto cut = [](unsigned item, std::string_view amount, std::string_view usage_row) {
    return FileCase().of_ours().row(1, item, amount, "", usage_row).input;
  };
  CHECK(fates(cut(1, "1.234", "R-1"), known) == Fates{"invalid quantity-converted 1"});
  CHECK(fates(cut(2, "1250", "R-2"), known) == Fates{"invalid quantity-converted 2"});
  CHECK(fates(cut(2, "12.5", "R-2"), known) == Fates{"takes 2"});
  CHECK(fates(cut(2, "13.50", "R-2"), known) == Fates{"takes 2"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "1.234", "", "R-1").confirmed().input, known) == Fates{"takes 1"});
}

TEST_CASE("rows that meet a charge where only one of the two has a reference are told, with the first of them") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L1").charge(2, 1, "6.00", kUnknown).charge(3, 1, "7.00", kSubmitted);
  const auto met = [&](FileCase file) { return meet_ledger(file.input, known.view()).met_by_content; };
  CHECK(met(FileCase().row(4, 1, "5.00").row(2, 1, "6.00", "L2").row(1, 1, "5.00").row(3, 1, "7.00")) ==
        MetByContent{2, 1, true, "run 2026-10-1, line 3"});
  CHECK(met(FileCase().row(1, 1, "5.00", "L1").row(3, 1, "7.00").row(1, 1, "5.01")).rows == 0);
  CHECK(met(FileCase().row(1, 1, "5.00", "", "R-1")).rows == 0);  // it names the charge
  UsageInput input = FileCase().row(1, 1, "5.00").input;
  const std::vector<Warning> warnings = warnings_of_meeting(input, meet_ledger(input, known.view()));
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].name == "met-without-reference");
  CHECK(warnings[0].text.find("the first at line 2 (run 2026-10-1, line 2)") != std::string::npos);
  CHECK(warnings[0].text.ends_with("Then give each a reference of its own"));
  UsageInput other = FileCase().row(3, 1, "7.00", "L9").input;
  CHECK(warnings_of_meeting(other, meet_ledger(other, known.view()))[0].text.ends_with(
      "upload them together with the file that was billed, so that of equal lines the second is asked about"));
}

TEST_CASE("a row with another content than the charge in doubt that it names says what is in doubt") {
  KnownCase known;
  known.charge(1, 1, "5.00", kUnknown);
  const auto reason = [&](unsigned installation, std::string_view amount) {
    FileCase file;
    file.row(installation, 1, amount, "", "R-1");
    return meet_ledger(file.input, known.view()).rows.at(0).reason;
  };
  CHECK(reason(1, "5.0") == "in doubt since run 2026-10-1, line 2; settle it first");
  const std::string other =
      "in doubt, as 5.00 for " + bi(1) + " of " + xe(1) + ", since run 2026-10-1, line 2; settle it first";
  CHECK(reason(9, "5.00") == other);
  CHECK(reason(1, "99.00") == other);
}

}  // namespace usage

// A usage_row in a row with another content than the charge that it names.
#include <doctest/doctest.h>

#include "plan_case.h"
#include "usage/plan/meeting.h"

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

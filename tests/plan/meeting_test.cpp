// Rows that meet charges by their content.
#include "usage/plan/meeting.h"

#include <doctest/doctest.h>

#include "plan_case.h"
#include "usage/plan/overview.h"

namespace usage {

using namespace test;

TEST_CASE("against an empty period every row is a new charge, equal ones too") {
  FileCase file;
  file.row(1, 1, "5.00").row(1, 1, "5.00").row(2, 1, "7.50", "L9");
  CHECK(fates(file.input, KnownCase()) == Fates{"new", "new", "new"});
}

TEST_CASE("the nth equal row meets the nth equal charge, and one more is additional") {
  FileCase file;
  file.row(1, 1, "5.00").row(1, 1, "5").row(1, 1, "5.000");
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted).charge(1, 1, "5.00", kSubmitted);
  CHECK(fates(file.input, known) == Fates{"duplicate 1", "duplicate 2", "new +"});
}

TEST_CASE("equal rows use up submitted charges first, then those in doubt, then unbilled ones") {
  FileCase file;
  for (int i = 0; i < 4; ++i) file.row(1, 1, "5.00");
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed).charge(1, 1, "5.00", kUnknown).charge(1, 1, "5.00", kSubmitted);
  CHECK(fates(file.input, known) == Fates{"duplicate 3", "unknown 2", "takes 1", "new +"});
}

TEST_CASE("every kind of unbilled charge is sent in its place") {
  for (const RowStatus status : {kFailed, RowStatus::kNotSubmitted, RowStatus::kNotSent}) {
    FileCase file;
    file.row(1, 1, "5.00");
    KnownCase known;
    known.charge(1, 1, "5.00", status);
    CHECK(fates(file.input, known) == Fates{"takes 1"});
  }
}

TEST_CASE("a charge that a person left out is met after all others, and not sent") {
  KnownCase known;
  known.charge(1, 1, "5.00", kLeftOut).charge(1, 1, "5.00", kFailed);
  CHECK(fates(FileCase().row(1, 1, "5.00").row(1, 1, "5.00").row(1, 1, "5.00").input, known) ==
        Fates{"takes 2", "left_out 1", "new +"});
  CHECK(fates(FileCase().row(1, 1, "5.00").input, KnownCase().charge(1, 1, "5.00", kLeftOut)) == Fates{"left_out 1"});
}

TEST_CASE("a row that says something else of a charge that was left out waits for that to be taken back") {
  KnownCase known;
  known.charge(1, 1, "5.00", kLeftOut, 1, "L1");
  CHECK(fates(FileCase().row(1, 1, "6.00", "L1").input, known) == Fates{"invalid reference-left-out 1"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "L1", "R-1").input, known) == Fates{"left_out 1"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "6.00", "L1", "R-1").input, known) ==
        Fates{"invalid usage-row-left-out 1"});
  CHECK(fates(FileCase().of_ours().row(2, 1, "5.00", "L1", "R-1").input, known) ==
        Fates{"invalid usage-row-left-out 1"});
  CHECK(fates(FileCase().row(1, 1, "6.00", "L2").row(1, 2, "5.00", "L3").input, known) == Fates{"new +", "new"});
}

TEST_CASE("an unbilled charge is asked about beside one that is left out, but for two lines of one upload") {
  const auto fate_of_named = [](std::string_view amount, std::string_view reference, const KnownCase& known) {
    return fates(FileCase().of_ours().row(1, 1, amount, reference, "R-1").input, known);
  };
  KnownCase lines;
  lines.charge(1, 1, "2.00", kFailed, 1, "A").charge(1, 1, "3.00", kLeftOut, 2, "B").made_in(1);
  CHECK(fate_of_named("2.00", "A", lines) == Fates{"takes 1"});
  KnownCase edited;
  edited.charge(1, 1, "2.00", kFailed).charge(1, 1, "2.50", kLeftOut, 2);
  CHECK(fate_of_named("2.00", "", edited) == Fates{"takes 1 +"});
  KnownCase corrected;
  corrected.charge(9, 1, "2.00", kFailed, 1, "L2").charge(1, 1, "2.00", kLeftOut, 2, "L2");
  CHECK(fate_of_named("2.00", "L2", corrected) == Fates{"takes 1 +"});
}

TEST_CASE("control totals count what was left out by a decision, and the plan tells it from what is held back") {
  KnownCase known;
  known.charge(1, 1, "5.00", kLeftOut);
  FileCase file;
  file.row(1, 1, "5.00").row(1, 2, "7.00");
  PlanOptions options;
  options.expected.rows = 2;
  options.expected.amounts[""] = sum("12.00");
  Meeting meeting = meet_ledger(file.input, known.view());
  const Plan plan = make_plan(file.input, std::move(meeting), options);
  CHECK(plan.refusals.empty());
  CHECK(plan.totals == totals_of_planned_rows(file.input, plan));
  const PlanOverview overview = overview_of(file.input, plan);
  CHECK(overview.left_out == 1);
  CHECK(overview.held_back == 0);
  CHECK(overview.items == 1);
  REQUIRE(overview.left_out_by.size() == 1);
  CHECK(overview.left_out_by[0].sum.amount == sum("5.00"));
}

TEST_CASE("the letter case of hex digits makes no other charge") {
  FileCase file;
  file.row(10, 1, "5.00");
  file.input.installations[0] = "XE" + std::string(30, '0') + "AB";
  KnownCase known;
  LedgerView view = known.view();
  KnownCharge charge = KnownCase().charge(1, 1, "5.00", kSubmitted).view().charges_of(xe(1)).at(0);
  charge.installation = "XE" + std::string(30, '0') + "ab";
  view.charges_of = [&](std::string_view sid) {
    CHECK(sid_key(sid) == sid_key(charge.installation));
    return std::vector<KnownCharge>{charge};
  };
  const Meeting meeting = meet_ledger(file.input, view);
  CHECK(meeting.rows.at(0).status == RowStatus::kDuplicate);
}

TEST_CASE("equal rows with two references are two charges, with one reference or none they are equal") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L1").charge(1, 2, "6.00", kSubmitted);
  FileCase other_reference;
  other_reference.row(1, 1, "5.00", "L2");
  CHECK(fates(other_reference.input, known) == Fates{"new +"});
  FileCase same_reference;
  same_reference.row(1, 1, "5.00", "L1").row(1, 2, "6.00", "L7");
  CHECK(fates(same_reference.input, known) == Fates{"duplicate 1", "duplicate 2"});
  FileCase no_reference;
  no_reference.row(1, 1, "5.00");
  CHECK(fates(no_reference.input, known) == Fates{"duplicate 1"});
}

TEST_CASE("a row without a reference leaves the charge to the row that has it") {
  FileCase file;
  file.row(1, 1, "5.00").row(1, 1, "5.00", "L2").row(1, 1, "5.00", "L3");
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L2")
      .charge(1, 1, "5.00", kSubmitted)
      .charge(1, 1, "5.00", kSubmitted, 1, "L1");
  CHECK(fates(file.input, known) == Fates{"duplicate 3", "duplicate 1", "duplicate 2"});
}

TEST_CASE("a row meets the charge of its reference in whatever state, before one without a reference that was billed") {
  for (const RowStatus status : {kFailed, kUnknown}) {
    const std::string own = status == kFailed ? "takes 2" : "unknown 2";
    KnownCase known;
    known.charge(1, 1, "5.00", kSubmitted).charge(1, 1, "5.00", status, 1, "L1");
    CHECK(fates(FileCase().row(1, 1, "5.00", "L1").input, known) == Fates{own});
    CHECK(fates(FileCase().row(1, 1, "5.00").row(1, 1, "5.00", "L1").input, known) == Fates{"duplicate 1", own});
    CHECK(fates(FileCase().row(1, 1, "5.00", "L2").row(1, 1, "5.00", "L1").input, known) == Fates{"duplicate 1", own});
    CHECK(fates(FileCase().row(1, 1, "5.00").input, known) == Fates{"duplicate 1"});
  }
  KnownCase known;
  known.charge(1, 1, "5.00", kUnknown).charge(1, 1, "5.00", kFailed, 1, "L1");
  CHECK(fates(FileCase().row(1, 1, "5.00", "L1").row(1, 1, "5.00").input, known) == Fates{"takes 2", "unknown 1"});
}

TEST_CASE("the same reference with another amount conflicts with what was sent, and replaces what was not") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L1")
      .charge(1, 2, "6.00", kUnknown, 1, "L2")
      .charge(1, 3, "7.00", kFailed, 1, "L3");
  FileCase file;
  file.row(1, 1, "5.01", "L1").row(1, 2, "6.01", "L2").row(1, 3, "7.01", "L3").row(1, 1, "5.00", "L9");
  CHECK(fates(file.input, known) ==
        Fates{"takes 3", "new +", "invalid reference-submitted 1", "invalid reference-submitted 2"});
}

TEST_CASE("a charge that is sent with another amount is named with what it was, in input order") {
  KnownCase known;
  known.charge(1, 1, "10.279", kFailed, 1, "L1").charge(2, 1, "6.00", kFailed, 1, "L2").charge(3, 1, "7", kFailed);
  known.charge(1, 9, "3.00", kSubmitted, 1, "L9");
  FileCase file;
  file.row(1, 9, "3.01", "L9").row(2, 1, "6.50", "L2").row(3, 1, "7.00").row(1, 1, "12.50", "L1");
  const Meeting meeting = meet_ledger(file.input, known.view());
  CHECK(meeting.corrected == std::vector<CorrectedRow>{{0, money("6.00"), "", "", "run 2026-10-1, line 3"},
                                                       {2, money("10.279"), "", "", "run 2026-10-1, line 2"}});
  const Plan plan = make_plan(file.input, meeting, {});
  std::vector<std::string> reasons;
  each_planned_row(file.input, plan, [&](const NewRow& row) { reasons.emplace_back(row.reason); });
  CHECK(reasons.at(1) == "in place of 6.00, run 2026-10-1, line 3");
  CHECK(reasons.at(2).empty());
  CHECK(reasons.at(3) == "in place of 10.279, run 2026-10-1, line 2");
}

TEST_CASE("a charge that is sent to another installation or item is named with where it was") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed).charge(2, 2, "6.00", kFailed).charge(3, 3, "7.00", kFailed);
  FileCase file;
  file.row(9, 1, "5.00", "", "R-1").row(2, 8, "6.50", "", "R-2").row(3, 3, "7.00", "", "R-3");
  const Meeting meeting = meet_ledger(file.input, known.view());
  CHECK(meeting.corrected ==
        std::vector<CorrectedRow>{{0, money("5.00"), "", xe(1) + ", " + bi(1), "run 2026-10-1, line 2"},
                                  {1, money("6.00"), "", xe(2) + ", " + bi(2), "run 2026-10-1, line 3"}});
  const Plan plan = make_plan(file.input, meeting, {});
  std::vector<std::string> reasons;
  each_planned_row(file.input, plan, [&](const NewRow& row) { reasons.emplace_back(row.reason); });
  CHECK(reasons == std::vector<std::string>{"in place of 5.00 of " + xe(1) + ", " + bi(1) + ", run 2026-10-1, line 2",
                                            "in place of 6.00 of " + xe(2) + ", " + bi(2) + ", run 2026-10-1, line 3",
                                            ""});
}

TEST_CASE("a reference is the installation's and the billing item's own") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L1");
  FileCase file;
  file.row(2, 1, "5.01", "L1").row(1, 2, "5.01", "L1");
  CHECK(fates(file.input, known) == Fates{"new", "new"});
}

TEST_CASE("a reference that another period has billed is refused, also in the place of an unbilled charge") {
  const Scope september{kOctober.endpoint, kOctober.account, "2026-09"};
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L1", september).charge(1, 1, "8.00", kFailed, 2, "L1");
  FileCase file;
  file.row(1, 1, "8.00", "L1");
  CHECK(fates(file.input, known) == Fates{"invalid reference-in-other-period 2"});
  FileCase fresh;
  fresh.row(1, 1, "9.00", "L1").row(1, 1, "9.00", "L2");
  CHECK(fates(fresh.input, known) == Fates{"new", "invalid reference-in-other-period 2"});
}

TEST_CASE("a reference that another period's open run will send is refused, and the reason names that run") {
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kNotSent, 2, "L1", {kOctober.endpoint, kOctober.account, "2026-09"});
  FileCase file;
  file.row(1, 1, "8.00", "L1");
  CHECK(fates(file.input, known) == Fates{"invalid reference-in-other-period 0"});
  meet_ledger(file.input, known.view());
  const RowProblem& problem = file.input.invalid.front().problems.front();
  CHECK(problem.reason == "period 2026-09 has this reference planned and not sent (run 2026-09-2, line 2)");
  CHECK(problem.remedy.find("`usage-uploader resume 2026-09-2`, or `abandon 2026-09-2`") != std::string::npos);
}

TEST_CASE("a row on a billing item that was billed before is additional, on another one it is new") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted).charge(1, 2, "6.00", kUnknown).charge(1, 3, "7.00", kFailed);
  FileCase file;
  file.row(1, 1, "5.50").row(1, 2, "6.50").row(1, 3, "7.50").row(1, 4, "8.50").row(2, 1, "5.50");
  CHECK(fates(file.input, known) == Fates{"new +", "new +", "new", "new", "new"});
}

TEST_CASE("an unbilled charge is additional where a later run billed its item, and not where an earlier one did") {
  FileCase file;
  file.row(1, 1, "5.00");
  KnownCase later;
  later.charge(1, 1, "5.00", kFailed, 1).charge(1, 1, "4.00", kSubmitted, 2);
  CHECK(fates(file.input, later) == Fates{"takes 1 +"});
  KnownCase same;
  same.charge(1, 1, "5.00", kFailed, 2).charge(1, 1, "4.00", kSubmitted, 2);
  CHECK(fates(file.input, same) == Fates{"takes 1"});
  KnownCase earlier;
  earlier.charge(1, 1, "5.00", kFailed, 2).charge(1, 1, "4.00", kUnknown, 1);
  CHECK(fates(file.input, earlier) == Fates{"takes 1"});
}

// That both are owed was agreed to when the charge was last sent, for the amount that it had then.
TEST_CASE("an unbilled charge with another amount is additional again where a younger one on its item was billed") {
  const auto with = [](RunId younger_made_in, RunId younger_billed_in, std::string_view amount) {
    KnownCase known;
    known.charge(1, 1, "5.00", kFailed, 3).made_in(1);
    known.charge(1, 1, "4.00", kSubmitted, younger_billed_in).made_in(younger_made_in);
    return fates(FileCase().row(1, 1, amount, "", "R-1").input, known);
  };
  CHECK(with(2, 2, "6.00") == Fates{"takes 1 +"});
  CHECK(with(2, 2, "5.00") == Fates{"takes 1"});
  CHECK(with(1, 1, "6.00") == Fates{"takes 1"});  // an item that has several charges from the beginning
  CHECK(with(1, 2, "6.00") == Fates{"takes 1"});
  CHECK(with(2, 4, "5.00") == Fates{"takes 1 +"});
}

TEST_CASE("rows keep their fates when rows before them are rejected") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L1").charge(1, 2, "6.00", kSubmitted);
  FileCase file;
  file.row(1, 1, "5.55", "L1").row(1, 2, "6.00").row(1, 2, "6.66");
  CHECK(fates(file.input, known) == Fates{"duplicate 2", "new +", "invalid reference-submitted 1"});
}

TEST_CASE("the reason of a duplicate names the run, the line and the time of the first") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 3);
  FileCase file;
  file.row(1, 1, "5.00");
  LedgerView view = known.view();
  const auto charges_of = view.charges_of;
  view.charges_of = [&](std::string_view installation) {
    std::vector<KnownCharge> charges = charges_of(installation);
    charges[0].sent_at = std::chrono::sys_days(std::chrono::year(2026) / 10 / 31) + std::chrono::hours(5);
    return charges;
  };
  const Meeting meeting = meet_ledger(file.input, view);
  CHECK(meeting.rows.at(0).reason == "already submitted: run 2026-10-3, line 2, sent 2026-10-31T05:00:00.000Z");
}

TEST_CASE("thousands of equal rows of one installation meet thousands of charges") {
  constexpr unsigned kMany = 3000;
  FileCase file;
  KnownCase known;
  for (unsigned i = 0; i < kMany; ++i) {
    file.row(1, 1, "9.99", "L" + std::to_string(i));
    known.charge(1, 1, "9.99", i % 2 == 0 ? kSubmitted : kFailed, 1, "L" + std::to_string(kMany - 1 - i));
  }
  const Meeting meeting = meet_ledger(file.input, known.view());
  CHECK(meeting.rows.size() == kMany);
  CHECK(meeting.rows.at(0) == MetRow{RowStatus::kNotSent, kMany, ""});
  CHECK(meeting.rows.at(1).status == RowStatus::kDuplicate);
  CHECK(meeting.rows.at(1).charge == kMany - 1);
}

}  // namespace usage

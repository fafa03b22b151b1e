// Rows that name their charge by a usage_row: corrections, and what is additional beside them.
#include <doctest/doctest.h>

#include "plan_case.h"
#include "usage/plan/meeting.h"

namespace usage {

using namespace test;

TEST_CASE("a usage_row names its charge: submitted, in doubt, or to be sent in its place") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted).charge(1, 2, "6.00", kUnknown).charge(1, 3, "7.00", kFailed);
  FileCase file;
  file.row(1, 1, "5.0", "", "R-1").row(1, 2, "6.66", "", "R-2").row(1, 3, "7.77", "", "R-3");
  CHECK(fates(file.input, known) == Fates{"duplicate 1", "unknown 2", "takes 3"});
}

TEST_CASE("a usage_row of a submitted charge with anything else in the row is invalid") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L1");
  const Fates refused{"invalid usage-row-submitted 1"};
  CHECK(fates(FileCase().row(1, 1, "5.01", "L1", "R-1").input, known) == refused);
  CHECK(fates(FileCase().row(1, 2, "5.00", "L1", "R-1").input, known) == refused);
  CHECK(fates(FileCase().row(2, 1, "5.00", "L1", "R-1").input, known) == refused);
  CHECK(fates(FileCase().row(1, 1, "5.00", "L2", "R-1").input, known) == refused);
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-1").input, known) == Fates{"duplicate 1"});
}

TEST_CASE("a row that names its charge meets no other, and its charge is met by no other row") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed).charge(1, 1, "5.00", kSubmitted);
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-1").input, known) == Fates{"takes 1"});
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-1").row(1, 1, "5.00").input, known) ==
        Fates{"takes 1", "duplicate 2"});
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-2").row(1, 1, "5.00").input, known) ==
        Fates{"duplicate 2", "takes 1"});
}

TEST_CASE("an export beside the correction of its failed row is additional: both may be the same charge") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed, 1, "L1");
  CHECK(fates(FileCase().row(1, 1, "6.00", "L1", "R-1").row(1, 1, "5.00", "L1").input, known) ==
        Fates{"takes 1", "new +"});
  CHECK(fates(FileCase().row(2, 1, "5.00", "L1", "R-1").row(1, 1, "5.00", "L1").input, known) ==
        Fates{"takes 1", "new +"});
  CHECK(fates(FileCase().row(1, 1, "6.00", "L1", "R-1").row(1, 2, "5.00", "L2").input, known) ==
        Fates{"takes 1", "new"});
}

TEST_CASE("an invalid row keeps the charge that it names, and no other row takes that meanwhile") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed, 1, "L1").charge(1, 2, "6.00", kSubmitted);
  CHECK(fates(FileCase().invalid_row(9, "R-1").row(1, 1, "5.00", "L1").input, known) ==
        Fates{"new +", "invalid quantity-form 1"});
  CHECK(fates(FileCase().invalid_row(9).row(1, 1, "5.00", "L1").input, known) ==
        Fates{"takes 1", "invalid quantity-form 0"});
  // What was billed waits for nobody: the export's row is it.
  CHECK(fates(FileCase().invalid_row(9, "R-2").row(1, 2, "6.00").input, known) ==
        Fates{"duplicate 2", "invalid quantity-form 2"});
  CHECK(fates(FileCase().invalid_row(9, "R-77").input, known) == Fates{"invalid quantity-form 0"});
}

TEST_CASE("every row keeps the name that it came with, and says which charge it met") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed).charge(1, 2, "6.00", kSubmitted).charge(3, 1, "7.00", kFailed);
  known.charge(5, 5, "8.00", kFailed);
  FileCase file;
  file.row(1, 1, "5.00", "", "R-1").row(1, 2, "9.00", "", "R-2").row(3, 1, "7.00").row(4, 4, "1").invalid_row(8, "R-4");
  Meeting meeting = meet_ledger(file.input, known.view());
  const Plan plan = make_plan(file.input, std::move(meeting), {});
  std::vector<std::string> names;
  each_planned_row(file.input, plan, [&](const NewRow& row) {
    names.push_back(std::string(row.usage_row) + ">" + std::to_string(row.met));
  });
  CHECK(names == std::vector<std::string>{"R-1>1", "R-2>2", ">3", ">0", "R-4>4"});
}

TEST_CASE("two charges of different runs that may be one are asked about, where one upload sends both") {
  const auto known = [](RunId second, RunId again = 0) {
    KnownCase both;
    both.charge(1, 1, "5.00", kFailed, again == 0 ? 1 : again, "L1").made_in(1);
    both.charge(2, 2, "6.00", kFailed, second, "L2");
    return both;
  };
  const auto one_item = [](std::string_view reference) {
    KnownCase both;
    both.charge(1, 1, "5.00", kFailed, 1).charge(1, 1, "4.50", kFailed, 2, reference);
    return both;
  };
  // On one item, by what is named and by what is met.
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-1").row(1, 1, "4.50", "", "R-2").input, one_item("")) ==
        Fates{"takes 1 +", "takes 2"});
  CHECK(fates(FileCase().row(1, 1, "5.00").row(1, 1, "4.50").input, one_item("")) == Fates{"takes 1 +", "takes 2"});
  // Where a correction brings one to the other's item.
  CHECK(fates(FileCase().row(2, 2, "5.00", "", "R-1").row(2, 2, "6.00", "L2").input, known(2)) ==
        Fates{"takes 1 +", "takes 2"});
  // By a reference, the charge's or the row's.
  KnownCase moved;
  moved.charge(1, 1, "5.00", kFailed, 1, "L1").charge(2, 2, "5.00", kFailed, 2, "L1");
  CHECK(fates(FileCase().row(1, 1, "5.00", "L1").row(2, 2, "5.00", "L1").input, moved) ==
        Fates{"takes 1 +", "takes 2"});
  CHECK(fates(FileCase().row(1, 1, "5.00", "L2", "R-1").row(2, 2, "6.00", "L2", "R-2").input, known(2)) ==
        Fates{"takes 1 +", "takes 2"});
  // Nothing in common; made by one run; or there together once.
  CHECK(fates(FileCase().row(1, 1, "5.00", "L1").row(2, 2, "6.00", "L2").input, known(2)) ==
        Fates{"takes 1", "takes 2"});
  CHECK(fates(FileCase().row(2, 2, "5.00", "", "R-1").row(2, 2, "6.00", "L2").input, known(1)) ==
        Fates{"takes 1", "takes 2"});
  CHECK(fates(FileCase().row(2, 2, "5.00", "", "R-1").row(2, 2, "6.00", "L2").input, known(2, 2)) ==
        Fates{"takes 1", "takes 2"});
}

TEST_CASE("what another period billed under a charge's reference is asked about where its row has another one now") {
  const Scope november{kOctober.endpoint, kOctober.account, "2026-11"};
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed, 1, "L1").charge(1, 1, "5.00", kSubmitted, 2, "L1", november);
  const Fates refused{"invalid reference-in-other-period 1"};
  CHECK(fates(FileCase().row(1, 1, "5.00", "L1", "R-1").input, known) == refused);
  const Fates asked{"takes 1 +"};
  CHECK(fates(FileCase().row(1, 1, "5.00", "1", "R-1").input, known) == asked);
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-1").input, known) == asked);
  CHECK(fates(FileCase().row(2, 1, "5.00", "1", "R-1").input, known) == asked);
  FileCase file;
  file.row(1, 1, "5.00", "1", "R-1");
  CHECK(meet_ledger(file.input, known.view()).additional.at(0).beside ==
        "5.00 with the reference L1, for " + bi(1) + " of " + xe(1) +
            ", submitted by run 2026-11-2, line 3, in period 2026-11");
}

TEST_CASE("a charge is known by the references of its earlier rows where another row takes its place") {
  const auto known = [](const char* billed_reference) {
    KnownCase two_rows;
    two_rows.charge(1, 1, "5.00", kFailed, 2, "1").made_in(1).had_reference("L1");
    two_rows.charge(2, 1, "5.00", kSubmitted, 3, billed_reference);
    return two_rows;
  };
  CHECK(fates(FileCase().row(1, 1, "5.00", "1", "R-1").input, known("L1")) == Fates{"takes 1 +"});
  CHECK(fates(FileCase().row(1, 1, "5.00", "1", "R-1").input, known("L2")) == Fates{"takes 1"});
  CHECK(fates(FileCase().row(1, 1, "5.00", "1", "R-1").row(3, 1, "5.00", "L1").input, known("L2")) ==
        Fates{"takes 1", "new +"});
}

TEST_CASE("beside a correction, asked about by itself or not, an export's row with its reference is asked about too") {
  for (const RunId made_in : {1U, 2U}) {
    KnownCase known;
    known.charge(1, 1, "5.00", kFailed, 1, "L1").charge(3, 1, "7.00", kSubmitted, made_in);
    CHECK(fates(FileCase().row(3, 1, "5.00", "L1", "R-1").row(2, 1, "5.00", "L1").input, known) ==
          Fates{made_in == 1 ? "takes 1" : "takes 1 +", "new +"});
  }
}

TEST_CASE("an export beside a correction of SIDs is additional on the item that the charge goes to, too") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed).charge(4, 1, "5.00", kSubmitted);
  CHECK(fates(FileCase().row(2, 1, "5.00", "", "R-1").row(2, 1, "5.00").input, known) == Fates{"takes 1", "new +"});
  CHECK(fates(FileCase().row(2, 1, "5.00").row(2, 1, "5.00", "", "R-1").input, known) == Fates{"new +", "takes 1"});
  CHECK(fates(FileCase().row(1, 2, "5.00", "", "R-1").row(1, 2, "5.00").input, known) == Fates{"takes 1", "new +"});
  CHECK(fates(FileCase().row(2, 1, "5.00", "", "R-1").row(2, 2, "5.00").row(3, 1, "5.00").input, known) ==
        Fates{"takes 1", "new", "new"});
  CHECK(fates(FileCase().row(4, 1, "5.00", "", "R-2").row(2, 1, "5.00").input, known) == Fates{"duplicate 2", "new"});
}

TEST_CASE("an export beside a correction is additional where its row has the charge's reference under other SIDs") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed, 1, "L1");
  for (const char* reference : {"L1", "L2", ""})
    CHECK(fates(FileCase().row(1, 1, "6.00", reference, "R-1").row(2, 1, "5.00", "L1").input, known) ==
          Fates{"takes 1", "new +"});
  CHECK(fates(FileCase().row(1, 1, "6.00", "L2", "R-1").row(2, 2, "5.00", "L2").input, known) ==
        Fates{"takes 1", "new +"});
  CHECK(fates(FileCase().row(1, 1, "6.00", "L1", "R-1").row(2, 1, "5.00", "L3").row(3, 1, "5.00").input, known) ==
        Fates{"takes 1", "new", "new"});
  // A whole export says of itself what belongs to whom.
  CHECK(fates(FileCase().row(1, 1, "5.00", "L1").row(2, 1, "5.00", "L1").input, known) == Fates{"takes 1", "new"});
}

TEST_CASE("a correction cannot take the reference of what was sent on its item, nor keeps it from what shares it") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L1").charge(1, 1, "7.00", kFailed, 1, "L2");
  CHECK(fates(FileCase().row(1, 1, "5.00", "L1", "R-2").input, known) == Fates{"invalid reference-submitted 2"});
  CHECK(fates(FileCase().row(1, 1, "7.50", "L1", "R-2").input, known) == Fates{"invalid reference-submitted 2"});
  CHECK(fates(FileCase().row(1, 1, "7.50", "L2", "R-2").input, known) == Fates{"takes 2"});
  CHECK(fates(FileCase().row(1, 1, "7.50", "L3", "R-2").input, known) == Fates{"takes 2"});
  CHECK(fates(FileCase().row(1, 2, "7.50", "L1", "R-2").input, known) == Fates{"takes 2"});
  known.charge(1, 1, "8.00", kFailed, 1, "L1");  // as an older ledger may have it
  CHECK(fates(FileCase().row(1, 1, "8.00", "L1", "R-3").input, known) == Fates{"takes 3"});
}

TEST_CASE("an old correction is additional where a later run billed its reference on another item or installation") {
  const auto fate_beside = [](RowStatus status, unsigned installation, unsigned item, const FileCase& file,
                              RunId run = 2) {
    KnownCase known;
    known.charge(1, 1, "5.00", kFailed, 1, "L1").charge(installation, item, "7.00", status, run, "L1");
    return fates(file.input, known);
  };
  for (const auto& place : {std::pair{1U, 2U}, {2U, 1U}, {2U, 2U}}) {
    const unsigned installation = place.first;
    const unsigned item = place.second;
    CAPTURE(installation);
    CAPTURE(item);
    for (const RowStatus status : {kSubmitted, kUnknown}) {
      CHECK(fate_beside(status, installation, item, FileCase().row(1, 1, "5.00", "L1", "R-1")) == Fates{"takes 1 +"});
      CHECK(fate_beside(status, installation, item, FileCase().row(1, 1, "5.00", "L1")) == Fates{"takes 1 +"});
      CHECK(fate_beside(status, installation, item, FileCase().row(1, 1, "5.00", "", "R-1")) == Fates{"takes 1 +"});
      CHECK(fate_beside(status, installation, item, FileCase().row(3, 1, "5.00", "", "R-1")) == Fates{"takes 1 +"});
      CHECK(fate_beside(status, installation, item, FileCase().row(1, 1, "5.00", "L1", "R-1"), 1) == Fates{"takes 1"});
    }
    CHECK(fate_beside(kFailed, installation, item, FileCase().row(1, 1, "5.00", "L1", "R-1")) == Fates{"takes 1"});
  }
  KnownCase of_the_row;
  of_the_row.charge(1, 1, "5.00", kFailed, 1, "L1").charge(2, 1, "7.00", kSubmitted, 2, "L9");
  CHECK(fates(FileCase().row(1, 1, "5.00", "L9", "R-1").input, of_the_row) == Fates{"takes 1 +"});
  CHECK(fates(FileCase().row(1, 1, "5.00", "L8", "R-1").input, of_the_row) == Fates{"takes 1"});
}

TEST_CASE("a row beside a charge of its reference says whose that is") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed, 1, "L1").charge(2, 3, "7.00", kSubmitted, 2, "L1");
  FileCase file;
  file.row(1, 1, "5.00", "L1", "R-1");
  const Meeting meeting = meet_ledger(file.input, known.view());
  REQUIRE(meeting.additional.size() == 1);
  CHECK(meeting.additional[0].beside ==
        "7.00 with the reference L1, for " + bi(3) + " of " + xe(2) + ", submitted by run 2026-10-2, line 3");
}

TEST_CASE("a row beside what another row of the upload corrects says that this was not billed") {
  for (const auto& [status, words] :
       {std::pair(kFailed, "not billed by run"), {RowStatus::kNotSent, "planned and not sent"}}) {
    KnownCase known;
    known.charge(1, 1, "5.00", status, 1, "L1");
    FileCase file;
    file.row(1, 1, "5.00", "L1", "R-1").row(1, 1, "5.00", "L1");
    const Meeting meeting = meet_ledger(file.input, known.view());
    REQUIRE(meeting.additional.size() == 1);
    CHECK(meeting.additional[0].beside.find(words) != std::string::npos);
  }
}

TEST_CASE("a corrected installation or item takes the charge along, and is additional where that item was billed") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed, 2).charge(3, 1, "9.00", kSubmitted, 1);
  CHECK(fates(FileCase().row(2, 1, "5.00", "", "R-1").input, known) == Fates{"takes 1"});
  CHECK(fates(FileCase().row(1, 2, "5.00", "", "R-1").input, known) == Fates{"takes 1"});
  CHECK(fates(FileCase().row(3, 1, "5.00", "", "R-1").input, known) == Fates{"takes 1 +"});
}

// A mistyped SID, put right where the customer's other line of that upload was billed.
TEST_CASE("what the same upload billed with another amount or reference is another line, and no question") {
  const auto with = [](RunId made_in, const char* amount, const char* reference, RunId billed_in) {
    KnownCase known;
    known.charge(1, 1, "5.00", kFailed, 1, "L1").charge(2, 1, amount, kSubmitted, billed_in, reference);
    known.made_in(made_in);
    return fates(FileCase().row(2, 1, "5.00", "L1", "R-1").input, known);
  };
  CHECK(with(1, "9.00", "L2", 1) == Fates{"takes 1"});
  CHECK(with(1, "5.00", "L2", 1) == Fates{"takes 1"});
  CHECK(with(1, "9.00", "", 1) == Fates{"takes 1"});
  CHECK(with(1, "9.00", "L2", 3) == Fates{"takes 1 +"});  // by a later one: it may have been corrected to hold both
  CHECK(with(1, "5.00", "", 1) == Fates{"takes 1 +"});    // may be the same
  CHECK(with(2, "9.00", "L2", 2) == Fates{"takes 1 +"});  // of a later export

  const auto stays = [](RunId made_in, const char* amount) {
    KnownCase known;
    known.charge(1, 1, "5.00", kFailed, 1).charge(1, 1, amount, kSubmitted, 2).made_in(made_in);
    return fates(FileCase().row(1, 1, "5.00", "", "R-1").input, known);
  };
  CHECK(stays(1, "9.00") == Fates{"takes 1 +"});
  CHECK(stays(1, "5.00") == Fates{"takes 1 +"});
  CHECK(stays(2, "9.00") == Fates{"takes 1 +"});
}

TEST_CASE("of several charges on the item, the one that may be the row's is found behind those that are not") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed, 1).charge(1, 1, "8.00", kSubmitted, 3).charge(1, 1, "9.00", kSubmitted, 4);
  known.made_in(1);
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-1").input, known) == Fates{"takes 1 +"});
}

TEST_CASE(
    "a row on an item from which a correction moved a charge is additional, as it may be that charge's old form") {
  for (const RowStatus status : {kSubmitted, kUnknown, kFailed}) {
    KnownCase known;
    known.charge(2, 7, "5.00", status, 2).moved_from(1, 1, 1);
    CHECK(fates(FileCase().row(1, 1, "5.00").row(1, 2, "5.00").input, known) == Fates{"new +", "new"});
    CHECK(fates(FileCase().row(1, 1, "6.00").input, known) == Fates{"new +"});  // edited, too
  }
  KnownCase known;
  known.charge(2, 7, "5.00", kSubmitted, 2).moved_from(1, 1, 1);
  const Meeting meeting = meet_ledger(FileCase().row(1, 1, "5.00").input, known.view());
  CHECK(meeting.additional.at(0).beside ==
        "5.00, which a correction moved to " + bi(7) + " of " + xe(2) + ", submitted by run 2026-10-2, line 2");
}

TEST_CASE("an unbilled charge is additional where one moved away from its item and a later run billed that") {
  const auto with = [](RowStatus moved_is, RunId in_run) {
    KnownCase known;
    known.charge(1, 1, "5.00", kFailed, 2).charge(2, 1, "5.00", moved_is, in_run).moved_from(2, 1, 1);
    return fates(FileCase().row(1, 1, "5.00").row(1, 1, "5.00").input, known);
  };
  CHECK(with(kSubmitted, 3) == Fates{"takes 1 +", "new +"});
  CHECK(with(kUnknown, 3) == Fates{"takes 1 +", "new +"});
  CHECK(with(kFailed, 3) == Fates{"takes 1", "new +"});
  CHECK(with(kSubmitted, 2) == Fates{"takes 1", "new +"});
  CHECK(with(kSubmitted, 1) == Fates{"takes 1", "new +"});
}

TEST_CASE("a charge that moved away and was billed is not hidden by one that moved away and was not") {
  for (const auto& [third, fourth] : {std::pair{kFailed, kSubmitted}, {kSubmitted, kFailed}, {kUnknown, kFailed}})
    for (const RunId run_of_third : {3U, 4U}) {
      KnownCase known;
      known.charge(1, 1, "11.00", kFailed, 2);
      known.charge(3, 1, "20.00", third, run_of_third).moved_from(2, 1, 1);
      known.charge(4, 1, "10.00", fourth, 3).moved_from(3, 1, 1);
      CHECK(fates(FileCase().row(1, 1, "11.00", "", "R-1").input, known) == Fates{"takes 1 +"});
      CHECK(fates(FileCase().row(5, 1, "11.00", "", "R-1").input, known) == Fates{"takes 1 +"});
      CHECK(fates(FileCase().row(1, 1, "12.00").input, known) == Fates{"new +"});
    }
}

TEST_CASE("a charge that is moved is additional where a later run billed the item that it leaves") {
  const auto moved = [](RowStatus status, RunId in_run) {
    KnownCase known;
    known.charge(1, 1, "5.00", kFailed, 2).charge(1, 1, "6.00", status, in_run);
    return fates(FileCase().row(2, 1, "5.00", "", "R-1").row(1, 3, "7.00").input, known);
  };
  CHECK(moved(kSubmitted, 3) == Fates{"takes 1 +", "new"});
  CHECK(moved(kUnknown, 3) == Fates{"takes 1 +", "new"});
  CHECK(moved(kFailed, 3) == Fates{"takes 1", "new"});
  CHECK(moved(kSubmitted, 2) == Fates{"takes 1", "new"});
}

TEST_CASE("an unbilled charge is additional where a later run billed an item that an earlier correction left") {
  const auto left = [](RowStatus other, RunId run) {
    KnownCase known;  // R-1 failed in run 2 and was corrected in run 3, which failed too
    known.charge(2, 1, "5.00", kFailed, 3).moved_from(1, 1, 3).charge(1, 3, "5.00", other, run);
    return fates(FileCase().row(2, 1, "5.00", "", "R-1").row(1, 4, "7.00").input, known);
  };
  CHECK(left(kSubmitted, 4) == Fates{"takes 1 +", "new"});
  CHECK(left(kUnknown, 3) == Fates{"takes 1 +", "new"});
  CHECK(left(kFailed, 4) == Fates{"takes 1", "new"});
  CHECK(left(kSubmitted, 2) == Fates{"takes 1", "new"});
}

TEST_CASE("two rows that name one charge, no charge, or one of another period are invalid") {
  const Scope september{kOctober.endpoint, kOctober.account, "2026-09"};
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed).charge(1, 1, "6.00", kFailed, 1, "", september);
  FileCase file;
  file.row(1, 1, "5.00", "", "R-1")
      .row(1, 2, "1.00", "", "R-9")
      .row(1, 3, "2.00", "", "R-2")
      .row(1, 1, "5.00", "", "R-1")
      .row(4, 4, "4.00");
  CHECK(fates(file.input, known) == Fates{"new", "invalid usage-row-repeated 1", "invalid usage-row-unknown 0",
                                          "invalid usage-row-other-period 0", "invalid usage-row-repeated 1"});
}

TEST_CASE("the charge that two rows name waits for their correction: no other row takes it") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed, 1, "L1").charge(1, 2, "6.00", kSubmitted);
  const FileCase two = FileCase().row(8, 1, "5.00", "L1", "R-1").row(9, 1, "5.00", "L1", "R-1");
  CHECK(fates(FileCase(two).row(1, 1, "5.00", "L1").input, known) ==
        Fates{"new +", "invalid usage-row-repeated 1", "invalid usage-row-repeated 1"});
  // One of the two may be invalid for another reason.
  CHECK(fates(FileCase().row(8, 1, "5.00", "", "R-1").invalid_row(9, "R-1").row(1, 1, "5.00", "L1").input, known) ==
        Fates{"new +", "invalid usage-row-repeated 1", "invalid quantity-form 1"});
  // What was billed waits for nobody.
  CHECK(fates(FileCase().row(1, 2, "6.00", "", "R-2").invalid_row(9, "R-2").row(1, 2, "6.00").input, known) ==
        Fates{"duplicate 2", "new +", "invalid quantity-form 2"});
}

// An invalid row that a row names: what that one's own file had beside it are other lines.

TEST_CASE("a corrected invalid row is another line than each that its file billed, left unbilled, or names still") {
  for (const RowStatus status : {kSubmitted, kUnknown, kFailed, kLeftOut}) {
    CAPTURE(name_of(status));
    KnownCase known;
    known.charge(1, 1, "5.00", status).charge(1, 2, "5.00", status, 1, "INV");
    known.invalid_row(90, 1, 1, "", 1, {1, 2}).invalid_row(91, 1, 3, "", 1, {}, "INV");
    // With the other line's amount, with its own, and beside another line of its invoice.
    CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "", "I-90").input, known) == Fates{"corrects 90"});
    CHECK(fates(FileCase().of_ours().row(1, 1, "6.00", "", "I-90").input, known) == Fates{"corrects 90"});
    CHECK(fates(FileCase().of_ours().row(1, 3, "5.00", "INV", "I-91").input, known) == Fates{"corrects 91"});
  }
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed, 1, "INV").invalid_row(90, 1, 1, "", 1, {1}, "L2");
  CHECK(fates(FileCase().of_ours().row(1, 1, "6.00", "L2", "I-90").row(1, 1, "5.50", "INV", "R-1").input, known) ==
        Fates{"corrects 90", "takes 1"});
  // The row that goes to its item, as well.
  CHECK(fates(FileCase().of_ours().row(2, 2, "6.00", "L2", "I-90").row(2, 2, "5.00", "INV", "R-1").input, known) ==
        Fates{"corrects 90", "takes 1"});
}

TEST_CASE("a reference stands once on an item of a file: a corrected row that has another line's is that line") {
  const auto fates_of = [](RowStatus status, bool only_met, std::string_view amount) {
    KnownCase known;
    known.charge(1, 1, "5.00", status, only_met ? 1 : 2, "INV");
    known.invalid_row(90, 1, 1, "", 2, only_met ? std::vector<RowId>() : std::vector<RowId>{1}, "INV");
    if (only_met) known.met_in(2, 1);
    return fates(FileCase().of_ours().row(1, 1, amount, "INV", "I-90").input, known);
  };
  for (const bool only_met : {false, true}) {
    CHECK(fates_of(kSubmitted, only_met, "5.00") == Fates{"duplicate 1"});
    CHECK(fates_of(kUnknown, only_met, "5.00") == Fates{"unknown 1"});
    CHECK(fates_of(kLeftOut, only_met, "5.00") == Fates{"left_out 1"});
    CHECK(fates_of(kSubmitted, only_met, "6.00") == Fates{"invalid reference-submitted 90"});
  }
}

TEST_CASE("a corrected row that is equal to what its file only met is one more, as it would have been there") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted).invalid_row(90, 1, 1, "", 2, {}).met_in(2, 1);
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "", "I-90").input, known) == Fates{"corrects 90 +"});
}

TEST_CASE("a corrected row that moves to where its file has such a one is asked about: names may have been moved") {
  const auto fates_from = [](unsigned installation, std::string_view amount) {
    KnownCase known;
    known.charge(2, 1, "5.00", kSubmitted).invalid_row(90, installation, 1, "", 1, {1});
    return fates(FileCase().of_ours().row(2, 1, amount, "", "I-90").input, known);
  };
  CHECK(fates_from(1, "5.00") == Fates{"corrects 90 +"});
  CHECK(fates_from(1, "6.00") == Fates{"corrects 90"});
  CHECK(fates_from(2, "5.00") == Fates{"corrects 90"});
}

TEST_CASE("an export's row beside a correction of an invalid row is additional: both may be one line") {
  KnownCase known;
  known.charge(9, 9, "1.00", kSubmitted).invalid_row(90, 1, 1, "", 1, {1}, "L1").invalid_row(91, 5, 1, "", 2, {});
  const FileCase corrected = FileCase().of_ours().row(2, 2, "5.00", "L1", "I-90");
  CHECK(fates(FileCase(corrected).row(2, 2, "5.50").input, known) == Fates{"corrects 90", "new +"});
  CHECK(fates(FileCase(corrected).row(1, 1, "5.50").input, known) == Fates{"corrects 90", "new +"});
  CHECK(fates(FileCase(corrected).row(3, 3, "5.50", "L1").input, known) == Fates{"corrects 90", "new +"});
  CHECK(fates(FileCase(corrected).row(3, 3, "5.50", "L3").input, known) == Fates{"corrects 90", "new"});
  // And so are two of two files.
  CHECK(fates(FileCase(corrected).row(2, 2, "5.00", "", "I-91").input, known) ==
        Fates{"corrects 90 +", "corrects 91 +"});
}

TEST_CASE("an invalid row of an export that comes again has the name that it had, where its reference tells it") {
  KnownCase known;
  known.invalid_row(90, 1, 1, "", 1, {}, "L1").invalid_line("I-90", 1, "L1").invalid_row(91, 1, 1, "", 2, {});
  known.invalid_line("I-91", 1, "").invalid_line("I-92", 1, "L2").invalid_line("I-93", 1, "L2");
  const auto named = [&](const std::vector<std::string>& references, bool is_ours, bool is_corrected_beside = false) {
    FileCase file;
    for (const std::string& reference : references) {
      file.invalid_row(1);
      file.input.invalid.back().installation = xe(1);
      file.input.invalid.back().billing_sid = bi(1);
      file.input.invalid.back().reference = reference;
    }
    if (is_ours) file.of_ours();
    if (is_corrected_beside) file.next_file("failed.csv").of_ours().row(1, 1, "5.00", "L1", "I-90");
    return fates(file.input, known);
  };
  CHECK(named({"L1"}, false) == Fates{"invalid quantity-form 90"});
  CHECK(named({"L1"}, true) == Fates{"invalid quantity-form 0"});
  CHECK(named({"L1", "L1"}, false) == Fates(2, "invalid quantity-form 0"));
  CHECK(named({"", "L2", "L3"}, false) == Fates(3, "invalid quantity-form 0"));
  CHECK(named({"L1"}, false, true) == Fates{"corrects 90", "invalid quantity-form 0"});
}

TEST_CASE("a corrected invalid row meets, or is asked about beside, what its file did not have") {
  const auto fates_beside = [](RowStatus status, std::string_view amount, std::string_view reference) {
    KnownCase known;
    known.charge(1, 1, "5.00", kSubmitted).charge(1, 1, "6.00", status, 2, reference);
    known.invalid_row(90, 1, 1, "", 1, {1}, reference);
    return fates(FileCase().of_ours().row(1, 1, amount, reference, "I-90").input, known);
  };
  CHECK(fates_beside(kSubmitted, "6.00", "") == Fates{"duplicate 2"});
  CHECK(fates_beside(kUnknown, "6.00", "") == Fates{"unknown 2"});
  CHECK(fates_beside(kFailed, "6.00", "") == Fates{"takes 2"});
  CHECK(fates_beside(kSubmitted, "7.00", "") == Fates{"corrects 90 +"});
  CHECK(fates_beside(kUnknown, "7.00", "") == Fates{"corrects 90 +"});
  CHECK(fates_beside(kSubmitted, "7.00", "L1") == Fates{"invalid reference-submitted 90"});
  // Billed under other SIDs since: its reference tells.
  KnownCase known;
  known.charge(3, 3, "6.00", kSubmitted, 2, "L1").invalid_row(90, 1, 1, "", 1, {}, "L1");
  CHECK(fates(FileCase().of_ours().row(1, 1, "7.00", "L1", "I-90").input, known) == Fates{"corrects 90 +"});
}

TEST_CASE("a corrected invalid row that moved is asked about beside what was billed since where it stood") {
  const auto fates_of = [](RunId billed_by, std::vector<RowId> others) {
    KnownCase known;
    known.charge(1, 1, "5.00", kSubmitted, billed_by).invalid_row(90, 1, 1, "", 1, std::move(others));
    return fates(FileCase().of_ours().row(2, 2, "5.00", "", "I-90").input, known);
  };
  CHECK(fates_of(2, {}) == Fates{"corrects 90 +"});
  CHECK(fates_of(2, {1}) == Fates{"corrects 90"});
  CHECK(fates_of(1, {1}) == Fates{"corrects 90"});
}

TEST_CASE("a row that names no charge has what is left by those that correct an invalid row") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 2).invalid_row(90, 1, 1, "", 1, {});
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00").row(1, 1, "5.00", "", "I-90").input, known) ==
        Fates{"new +", "duplicate 1"});
}

TEST_CASE("two rows that correct one invalid row, or one of another period, are invalid") {
  const Scope september{kOctober.endpoint, kOctober.account, "2026-09"};
  KnownCase known;
  known.invalid_row(90, 1, 1, "", 1, {}).invalid_row(91, 1, 1, "", 2, {}, "", september);
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "", "I-90").row(1, 2, "6.00", "", "I-90").input, known) ==
        Fates{"invalid usage-row-repeated 90", "invalid usage-row-repeated 90"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "", "I-90").invalid_row(9, "I-90").input, known) ==
        Fates{"invalid usage-row-repeated 90", "invalid quantity-form 90"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "", "I-91").invalid_row(9, "I-91").input, known) ==
        Fates{"invalid usage-row-other-period 0", "invalid quantity-form 0"});
}

TEST_CASE("a row with nothing of the invalid row that it names, or with its digits only, is invalid") {
  KnownCase known;
  known.invalid_row(90, 1, 1, "12.50", 1, {}, "L1").invalid_row(91, 1, 1, "", 1, {}, "L1");
  // Of an amount that nobody could read, the rest must say it.
  CHECK(fates(FileCase().of_ours().row(2, 1, "7.00", "L2", "I-91").input, known) ==
        Fates{"invalid usage-row-mixed-up 91"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "7.00", "L2", "I-91").input, known) == Fates{"corrects 91"});
  CHECK(fates(FileCase().of_ours().row(2, 1, "7.00", "L2", "I-90").input, known) ==
        Fates{"invalid usage-row-mixed-up 90"});
  CHECK(fates(FileCase().of_ours().row(2, 1, "7.00", "L1", "I-90").input, known) == Fates{"corrects 90"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "1250", "L1", "I-90").input, known) ==
        Fates{"invalid quantity-converted 90"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "13.50", "L1", "I-90").input, known) == Fates{"corrects 90"});
}

TEST_CASE("the plan says which invalid row each row corrects, also where it is held back unasked") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 2).invalid_row(90, 1, 1, "", 1, {}).invalid_row(91, 2, 1, "", 1, {});
  FileCase file;
  file.of_ours().row(1, 1, "6.00", "", "I-90").row(2, 1, "7.00", "", "I-91").invalid_row(1).invalid_row(2);
  Meeting meeting = meet_ledger(file.input, known.view());
  PlanOptions options;
  options.on_invalid = OnInvalid::kHoldBack;
  const Plan plan = make_plan(file.input, std::move(meeting), options);
  std::vector<std::string> roles;
  each_planned_row(file.input, plan, [&](const NewRow& row) {
    roles.push_back(std::to_string(static_cast<int>(row.role)) + " " + std::to_string(row.charge));
  });
  const auto as = [](ChargeRole role, int charge) {
    return std::to_string(static_cast<int>(role)) + " " + std::to_string(charge);
  };
  CHECK(roles == std::vector<std::string>{as(ChargeRole::kMeets, 90), as(ChargeRole::kNew, 91),
                                          as(ChargeRole::kNone, 0), as(ChargeRole::kNone, 0)});
}

}  // namespace usage

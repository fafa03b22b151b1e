// One charge that comes under another installation or name, and is known by its reference alone.
#include <doctest/doctest.h>

#include "plan_case.h"
#include "usage/plan/meeting.h"

namespace usage {

using namespace test;

namespace {

const Scope kSeptember{kOctober.endpoint, kOctober.account, "2026-09"};

}  // namespace

TEST_CASE("a row that another period billed is that charge, so that it stays it when somebody changes the reference") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "00123", kSeptember);
  CHECK(fates(FileCase().row(1, 1, "5.00", "00123").input, known) == Fates{"invalid reference-in-other-period 1"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "123", "R-1").input, known) ==
        Fates{"invalid usage-row-other-period 0"});
}

TEST_CASE(
    "a refused row is not the unbilled charge that happens to be like it, and is nobody's while a run may end yet") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "00123", kSeptember).charge(1, 1, "5.00", kFailed, 2);
  CHECK(fates(FileCase().row(1, 1, "5.00", "00123").input, known) == Fates{"invalid reference-in-other-period 1"});
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "00123", "R-2").input, known) ==
        Fates{"invalid reference-in-other-period 2"});
  KnownCase planned;
  planned.charge(1, 1, "5.00", RowStatus::kNotSent, 1, "L1", kSeptember);
  CHECK(fates(FileCase().row(1, 1, "5.00", "L1").input, planned) == Fates{"invalid reference-in-other-period 0"});
}

TEST_CASE("a reference that only a duplicate had in another period is asked about on its item") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "", kSeptember).met_with("L1");
  CHECK(fates(FileCase().row(1, 1, "5.00", "L1").input, known) == Fates{"new +"});
  CHECK(fates(FileCase().row(1, 1, "5.00", "L2").row(1, 2, "5.00", "L1").input, known) == Fates{"new", "new"});
}

TEST_CASE("a new row with reference and amount of a charge that the upload has no more may be that charge elsewhere") {
  for (const RowStatus status : {kSubmitted, kUnknown, kLeftOut}) {
    KnownCase known;
    known.charge(9, 2, "5.00", status, 1, "L1").in_currency("EUR").charge(9, 2, "6.00", kSubmitted, 1, "L2");
    CHECK(fates(FileCase().row(1, 2, "5.00", "L1").input, known) == Fates{"new +"});
    CHECK(fates(FileCase().row(9, 1, "5.00", "L1").input, known) == Fates{"new +"});
    // Its line is still there: the number is another customer's, too.
    const std::string met = status == kSubmitted ? "duplicate 1" : std::string(name_of(status)) + " 1";
    CHECK(fates(FileCase().row(1, 2, "5.00", "L1").row(9, 2, "5.00", "L1").input, known) == Fates{"new", met});
    CHECK(fates(FileCase().row(1, 2, "5.01", "L1").row(1, 2, "5.00", "L3").input, known) == Fates{"new", "new"});
  }
  KnownCase shared;  // a plan's number
  shared.charge(8, 2, "5.00", kSubmitted, 1, "L1").charge(9, 2, "5.00", kSubmitted, 1, "L1");
  CHECK(fates(FileCase().row(1, 2, "5.00", "L1").input, shared) == Fates{"new"});
  KnownCase invoice;  // its lines have one number
  invoice.charge(9, 1, "5.00", kSubmitted, 1, "INV").charge(9, 2, "6.00", kSubmitted, 1, "INV");
  invoice.charge(9, 2, "6.00", kSubmitted, 1, "INV");
  CHECK(fates(FileCase().row(1, 1, "5.00", "INV").row(1, 2, "6.00", "INV").row(1, 2, "7.00", "INV").input, invoice) ==
        Fates{"new +", "new +", "new"});
  KnownCase failed;
  failed.charge(9, 2, "5.00", kFailed, 1, "L1");
  CHECK(fates(FileCase().row(1, 2, "5.00", "L1").input, failed) == Fates{"new"});
}

// A person allows what she is shown: another line of the item would look like no reason to wait.
TEST_CASE("a row that is asked about because of its item is still told of where its own line was billed") {
  KnownCase known;  // line L1 failed on installation 9, another line was billed there, and then L1 on installation 5
  known.charge(9, 1, "50.00", kFailed, 1, "L1")
      .charge(9, 1, "55.00", kSubmitted, 2, "L2")
      .charge(5, 1, "50.00", kSubmitted, 3, "L1");
  const auto beside = [&known](UsageInput input) {
    const Meeting meeting = meet_ledger(input, known.view());
    REQUIRE(meeting.additional.size() == 1);
    return meeting.additional[0].beside;
  };
  const std::string own_line = "50.00 with the reference L1, for " + bi(1) + " of " + xe(5) + ", submitted by run ";
  CHECK(beside(FileCase().row(9, 1, "50.00", "L1").input).starts_with(own_line));
  CHECK(beside(FileCase().row(9, 2, "50.00", "L1").input).starts_with(own_line));
  CHECK(beside(FileCase().row(9, 1, "50.00", "").input).starts_with(own_line));  // it takes the place of L1
  CHECK(
      beside(FileCase().row(9, 1, "50.00", "L3").input).starts_with("55.00 with the reference L2, submitted by run "));
}

TEST_CASE(
    "what the upload meets is no other row's line: of an invoice over two installations, the other one's may be") {
  KnownCase known;
  known.charge(1, 1, "9.99", kSubmitted, 1, "INV").charge(2, 1, "9.99", kSubmitted, 1, "INV");
  CHECK(fates(FileCase().row(1, 1, "9.99", "INV").row(3, 1, "9.99", "INV").input, known) ==
        Fates{"duplicate 1", "new +"});
  CHECK(fates(FileCase().row(3, 1, "9.99", "INV").input, known) == Fates{"new"});  // they are both there yet
}

TEST_CASE("a line that moved, and was allowed, is asked about when it moves again") {
  for (const Scope& scope : {kOctober, kSeptember}) {
    KnownCase known;
    known.charge(1, 1, "5.00", kSubmitted, 1, "L1", scope).charge(2, 1, "5.00", kSubmitted, 2, "L1", scope);
    CHECK(fates(FileCase().row(3, 1, "5.00", "L1").input, known) == Fates{"new +"});
    known.charge(4, 1, "5.00", kSubmitted, 2, "L1", scope);  // beside it, in one run: a text
    CHECK(fates(FileCase().row(3, 1, "5.00", "L1").input, known) == Fates{"new"});
  }
}

TEST_CASE("a line that was left out and then billed under other SIDs is looked for where it was billed") {
  for (const RunId run : {1, 2}) {
    const Scope& scope = run == 1 ? kOctober : kSeptember;
    KnownCase known;
    known.charge(1, 1, "5.00", kLeftOut, 1, "L1", scope).charge(2, 1, "5.00", kSubmitted, run, "L1", scope);
    CHECK(fates(FileCase().row(3, 1, "5.00", "L1").input, known) == Fates{"new +"});
  }
}

TEST_CASE("a line is known by the amount that it had before a correction, too") {
  for (const Scope& scope : {kOctober, kSeptember}) {
    KnownCase known;
    known.charge(1, 1, "12.00", kSubmitted, 2, "L1", scope).had_amount("10.00");
    for (const char* amount : {"10.00", "12.00"})
      CHECK(fates(FileCase().row(2, 1, amount, "L1").input, known) == Fates{"new +"});
    CHECK(fates(FileCase().row(2, 1, "11.00", "L1").input, known) == Fates{"new"});
  }
}

TEST_CASE("equal lines of one installation are one line's, whatever their number and currency") {
  KnownCase known;
  for (int i = 0; i < 3; ++i)
    known.charge(1, 1, "5.00", kSubmitted, 1, "L1").in_currency(i == 0 ? "EUR" : i == 1 ? "USD" : "");
  CHECK(fates(FileCase().row(2, 1, "5.00", "L1", "", "USD").row(2, 1, "5.00", "L1").input, known) ==
        Fates{"new +", "new +"});
  known.charge(8, 1, "5.00", kSubmitted, 1, "L1").in_currency("EUR");
  CHECK(fates(FileCase().row(2, 1, "5.00", "L1", "", "USD").row(2, 1, "5.00", "L1", "", "EUR").input, known) ==
        Fates{"new +", "new"});
}

TEST_CASE("a line that another period billed, with its amount, may come again with one of its SIDs changed") {
  for (const RowStatus status : {kSubmitted, kUnknown, kLeftOut}) {
    KnownCase known;
    known.charge(9, 2, "5.00", status, 1, "L1", kSeptember);
    CHECK(fates(FileCase().row(1, 2, "5.00", "L1").input, known) == Fates{"new +"});
    CHECK(fates(FileCase().row(9, 1, "5.00", "L1").input, known) == Fates{"new +"});
    CHECK(fates(FileCase().row(1, 1, "5.00", "L1").row(1, 2, "6.00", "L1").row(1, 2, "5.00", "L2").input, known) ==
          Fates{"new", "new", "new"});
  }
  KnownCase shared;
  shared.charge(8, 2, "5.00", kSubmitted, 1, "L1", kSeptember).charge(9, 2, "5.00", kSubmitted, 1, "L1", kSeptember);
  CHECK(fates(FileCase().row(1, 2, "5.00", "L1").input, shared) == Fates{"new"});
  // Billed in both, on two installations: each of them may be the line.
  KnownCase moved;
  moved.charge(8, 2, "5.00", kSubmitted, 1, "L1", kSeptember).charge(9, 2, "5.00", kSubmitted, 2, "L1");
  CHECK(fates(FileCase().row(1, 2, "5.00", "L1").input, moved) == Fates{"new +"});
}

TEST_CASE("an unnamed row of a file of ours is additional where its reference was billed, wherever that was") {
  for (const Scope& scope : {kOctober, kSeptember})
    for (const RowStatus status : {kSubmitted, kUnknown}) {
      KnownCase known;
      known.charge(9, 2, "5.00", status, 2, "L1", scope);
      CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "L1").input, known) == Fates{"new +"});
      CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "L2").row(1, 1, "6.00").input, known) == Fates{"new", "new"});
      // An export's, of another period: another customer's.
      CHECK(fates(FileCase().row(1, 1, "5.00", "L1").input, known) ==
            Fates{is_same_period(scope, kOctober) ? "new +" : "new"});
    }
  KnownCase here;
  here.charge(9, 2, "7.00", kSubmitted, 2, "L1");
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "L1").input, here) == Fates{"new +"});
  KnownCase elsewhere;  // another customer's line of another month
  elsewhere.charge(9, 2, "7.00", kSubmitted, 2, "L1", kSeptember);
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "L1").input, elsewhere) == Fates{"new"});
  KnownCase unbilled;
  unbilled.charge(9, 2, "5.00", kFailed, 2, "L1");
  CHECK(fates(FileCase().of_ours().row(1, 1, "5.00", "L1").input, unbilled) == Fates{"new"});
}

TEST_CASE("an unbilled charge is additional where another period billed its reference since, on whatever item") {
  const auto with = [](RowId billed_in_run, const char* reference) {
    KnownCase known;
    known.charge(1, 1, "5.00", kFailed, 2, "L1").charge(9, 2, "5.00", kSubmitted, billed_in_run, reference, kSeptember);
    return known;
  };
  for (const char* usage_row : {"", "R-1"}) {
    FileCase file;
    file.row(1, 1, "5.00", "L1", usage_row);
    CHECK(fates(file.input, with(3, "L1")) == Fates{"takes 1 +"});
    CHECK(fates(file.input, with(3, "L2")) == Fates{"takes 1"});
    CHECK(fates(file.input, with(1, "L1")) == Fates{"takes 1"});  // that was known when the charge was made
  }
  const Meeting meeting = meet_ledger(FileCase().row(1, 1, "5.00", "L1").input, with(3, "L1").view());
  REQUIRE(meeting.additional.size() == 1);
  CHECK(meeting.additional[0].beside == "5.00 with the reference L1, for " + bi(2) + " of " + xe(9) +
                                            ", submitted by run 2026-09-3, line 3, in period 2026-09");
}

TEST_CASE("what was settled as submitted late counts as billed after every run") {
  const auto with = [](bool late, RowStatus status = kSubmitted) {
    KnownCase known;
    known.charge(1, 1, "10.00", status, 1, "L1");
    if (late) known.billed_late();
    known.charge(1, 1, "12.00", kFailed, 2).charge(9, 1, "10.00", kFailed, 2, "L1");
    return known;
  };
  CHECK(fates(FileCase().row(1, 1, "12.00").input, with(true)) == Fates{"takes 2 +"});
  CHECK(fates(FileCase().row(1, 1, "12.00").input, with(false)) == Fates{"takes 2"});
  CHECK(fates(FileCase().row(9, 1, "10.00", "L1").input, with(true)) == Fates{"takes 3 +"});
  CHECK(fates(FileCase().row(9, 1, "10.00", "L1").input, with(false)) == Fates{"takes 3"});
}

}  // namespace usage

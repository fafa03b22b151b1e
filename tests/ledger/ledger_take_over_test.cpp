// A charge passes from row to row only where it is proven not billed.
#include <doctest/doctest.h>

#include "ledger/charge_walk.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

const std::string kConflict = "ledger-conflict";
const NewRow kRow = charge_row(kFirst, kFee, "12.50", "INV-1");

}  // namespace

TEST_CASE("a row takes the place of one that is proven not billed and of an ended run") {
  for (const RowStatus status : {RowStatus::kFailed, RowStatus::kNotSubmitted, RowStatus::kNotSent}) {
    CAPTURE(name_of(status));
    ChargeWalk walk;
    const RunInfo first = walk.run_through({kRow}, {status});
    const RunInfo second = walk.begin({taking(kRow, walk.row(first, 0).id)});
    CHECK(walk.only_charge(kFirst).run == second.id);
    CHECK(walk.row(first, 0).superseded_by == "2026-10-2, line 2");
    CHECK(walk.row(first, 0).usage_row == walk.row(second, 0).usage_row);
    CHECK(walk.row(second, 0).superseded_by.empty());
  }
}

TEST_CASE("an installation's charges tell of those that a correction moved to other SIDs, whatever became of them") {
  for (const RowStatus status : {RowStatus::kSubmitted, RowStatus::kUnknown, RowStatus::kFailed}) {
    CAPTURE(name_of(status));
    ChargeWalk walk;
    const RunInfo first = walk.run_through({kRow}, {RowStatus::kFailed});
    const RowId charge = walk.row(first, 0).id;
    const RunInfo second = walk.run_through({taking(charge_row(kSecond, kFee, "12.50"), charge)}, {RowStatus::kFailed});
    const RunInfo third = walk.run_through({taking(charge_row(kSecond, kSeat, "12.50"), charge)}, {status});
    CHECK(second.id < third.id);
    const auto left = walk.ledger.charges_of(kScope, kFirst);
    REQUIRE(left.size() == 1);
    CHECK(left[0].moved_from == kFee);
    CHECK(left[0].installation == kSecond);
    CHECK(left[0].billing_sid == kSeat);
    CHECK(left[0].run == third.id);
    CHECK(left[0].status == status);
    const auto stands = walk.ledger.charges_of(kScope, kSecond);
    REQUIRE(stands.size() == 2);  // moved within the installation, too
    CHECK(stands[0].moved_from == kFee);
    CHECK(stands[1].moved_from.empty());
  }
}

TEST_CASE("a row that took its charge's place on the same item moved nothing") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kFailed});
  walk.run_through({taking(charge_row(kFirst, kFee, "13"), walk.row(first, 0).id)}, {RowStatus::kFailed});
  CHECK(walk.only_charge(kFirst).moved_from.empty());
}

TEST_CASE("a held-back row makes its charge, and a held-back row takes one") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({held_back(kRow)}, {});
  const RunInfo second = walk.run_through({held_back(taking(kRow, walk.row(first, 0).id))}, {});
  CHECK(walk.only_charge(kFirst).run == second.id);
  CHECK(walk.only_charge(kFirst).status == RowStatus::kNotSent);
  walk.run_through({taking(kRow, walk.row(first, 0).id)}, {RowStatus::kSubmitted});
  CHECK(walk.only_charge(kFirst).status == RowStatus::kSubmitted);
}

TEST_CASE("no row takes the place of one that was billed, may have been, or may still be") {
  for (const RowStatus status : {RowStatus::kSubmitted, RowStatus::kUnknown}) {
    CAPTURE(name_of(status));
    ChargeWalk walk;
    const RunInfo first = walk.run_through({kRow}, {status});
    CHECK(walk.error_of_run({taking(kRow, walk.row(first, 0).id)}) == kConflict);
    CHECK(walk.only_charge(kFirst).run == first.id);
    CHECK(walk.ledger.runs().size() == 1);
  }
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kFailed});
  const NewRow taker = taking(kRow, walk.row(first, 0).id);
  CHECK(walk.error_of_run({taker, taker}) == kConflict);  // the second would take it from an open run
  CHECK(walk.error_of_run({taker}, new_run(in_period("2026-11"))) == kConflict);
  CHECK(walk.error_of_run({taker}, new_run({"https://sandbox.test", kScope.account, kScope.period})) == kConflict);
  CHECK(walk.error_of_run({taking(kRow, 99)}) == kConflict);
  CHECK(walk.error_of_run({taker}).empty());
}

TEST_CASE("a run does not end, so that its charges could be taken over, while anything of it is in doubt") {
  for (const bool ended : {false, true})
    for (const RunState state : {RunState::kFinished, RunState::kAbandoned}) {
      ChargeWalk walk;
      const RunInfo run = walk.begin({kRow});
      const RequestId request = request_id(walk.ledger, run.id, 1);
      const AttemptId attempt = walk.ledger.start_attempt(request, after(1));
      if (ended) walk.ledger.end_attempt(attempt, delivery(500), outcome(Verdict::kUnknown));
      CHECK(error_of([&] { walk.end(run, state); }) == kConflict);
      walk.ledger = walk.at.open();
      walk.end(run, RunState::kOpen);
      walk.ledger.recover(run.id, after(2));
      walk.end(run, state);
      CHECK(walk.only_charge(kFirst).status == RowStatus::kUnknown);
    }
}

TEST_CASE("a charge walks through failure, another's hand, doubt, settlement and another's hand again") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kFailed});
  const RowId charge = walk.row(first, 0).id;
  CHECK(walk.only_charge(kFirst).status == RowStatus::kFailed);

  const RunInfo second = walk.begin({taking(kRow, charge)});
  CHECK(walk.only_charge(kFirst).status == RowStatus::kNotSent);
  walk.send(second, 1, RowStatus::kUnknown);
  walk.end(second);
  CHECK(walk.only_charge(kFirst).status == RowStatus::kUnknown);
  CHECK(walk.error_of_run({taking(kRow, charge)}) == kConflict);

  const RowId doubtful = walk.row(second, 0).id;
  walk.ledger.settle(std::vector{decision(doubtful, RowStatus::kSubmitted)});
  CHECK(walk.error_of_run({taking(kRow, charge)}) == kConflict);
  walk.ledger.settle(std::vector{decision(doubtful, RowStatus::kNotSubmitted, "Bob")});
  CHECK(walk.only_charge(kFirst).status == RowStatus::kNotSubmitted);

  const RunInfo third = walk.begin({taking(kRow, charge)});
  CHECK(walk.error_of_settling({decision(doubtful, RowStatus::kSubmitted)}) == kConflict);
  walk.send(third, 1, RowStatus::kSubmitted);
  walk.end(third);

  const KnownCharge known = walk.only_charge(kFirst);
  CHECK(known.charge == charge);
  CHECK(known.run == third.id);
  CHECK(known.made_in == first.id);
  CHECK(known.run_name == "2026-10-3");
  CHECK(known.status == RowStatus::kSubmitted);
  CHECK(walk.error_of_run({taking(kRow, charge)}) == kConflict);
  CHECK(walk.row(first, 0).status == RowStatus::kFailed);
  CHECK(walk.row(first, 0).superseded_by == "2026-10-3, line 2");
  CHECK(walk.row(second, 0).status == RowStatus::kNotSubmitted);
  CHECK(walk.row(second, 0).settled_by == "Bob");
  CHECK(walk.row(second, 0).superseded_by == "2026-10-3, line 2");
}

TEST_CASE("a superseded row can be neither sent nor settled") {
  ChargeWalk walk;
  const RunInfo first = walk.begin({kRow, charge_row(kSecond, kFee, "1")});
  walk.send(first, 2, RowStatus::kUnknown);
  walk.end(first, RunState::kAbandoned);
  const RequestId planned = request_id(walk.ledger, first.id, 1);
  REQUIRE(planned != 0);
  const RowRecord doubtful = walk.row(first, 1);
  walk.ledger.settle(std::vector{decision(doubtful.id, RowStatus::kNotSubmitted)});
  walk.begin({taking(kRow, walk.row(first, 0).id), taking(charge_row(kSecond, kFee, "1"), doubtful.id)});
  CHECK(error_of([&] { walk.ledger.start_attempt(planned, after(90)); }) == kConflict);
  walk.ledger = walk.at.open();
  for (const RowStatus status : {RowStatus::kSubmitted, RowStatus::kNotSubmitted})
    CHECK(walk.error_of_settling({decision(doubtful.id, status)}) == kConflict);
  CHECK(walk.error_of_settling({decision(walk.row(first, 0).id, RowStatus::kSubmitted)}) == kConflict);
  for (const std::string& row : {std::to_string(doubtful.id), std::to_string(walk.row(first, 0).id)})
    CHECK(raw_sql(walk.at.path(), "INSERT INTO settlement (row, status, settled_by, note, settled_at) VALUES (" + row +
                                      ", 'submitted', 'x', 'y', 0)")
              .starts_with("error"));
}

TEST_CASE("not even SQL past the program moves a charge that may have been billed, or unmakes one") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow, charge_row(kSecond, kFee, "1"), charge_row(kThird, kFee, "2"), kRow},
                                         {RowStatus::kFailed, RowStatus::kSubmitted, RowStatus::kUnknown});
  const RunInfo second =
      walk.begin({charge_row(kFirst, kFee, "5"), taking(kRow, walk.row(first, 0).id),
                  meeting(charge_row(kThird, kFee, "2"), walk.row(first, 2).id, RowStatus::kUnknown)});
  REQUIRE(second.id == 2);
  for (const char* sql :
       {"UPDATE charge SET row = 5 WHERE id = 1", "UPDATE charge SET row = 5 WHERE id = 2",
        "UPDATE charge SET row = 7 WHERE id = 3", "UPDATE charge SET row = 6 WHERE id = 4",
        "UPDATE charge SET row = 1 WHERE id = 1", "UPDATE charge SET row = 6 WHERE id = 1",
        "UPDATE charge SET id = 7, row = 7 WHERE id = 4", "UPDATE charge SET id = 7 WHERE id = 4",
        "DELETE FROM charge WHERE id = 4", "INSERT INTO charge VALUES (7, 7)", "INSERT INTO charge VALUES (6, 6)",
        "INSERT OR REPLACE INTO charge VALUES (2, 2)", "UPDATE usage_row SET charge = 2 WHERE id = 5",
        "UPDATE usage_row SET met = 2 WHERE id = 7", "UPDATE usage_row SET quantity = '1' WHERE id = 5",
        "UPDATE usage_row SET run = 1 WHERE id = 5",
        "INSERT INTO usage_row SELECT 8, 2, installation, request, 1, 2, file, line, offset, length, sid, billing_sid, "
        "quantity, has_amount, currency, reference, status, reason, met FROM usage_row WHERE id = 6; "
        "UPDATE charge SET row = 8 WHERE id = 2"}) {
    CAPTURE(sql);
    CHECK(raw_sql(walk.at.path(), sql).starts_with("error"));
  }
  CHECK(raw_sql(walk.at.path(), "SELECT group_concat(id || '-' || row) FROM charge") == "1-6,2-2,3-3,4-4,5-5");
}

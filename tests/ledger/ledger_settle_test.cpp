// A person's decisions: only on what is in doubt, each a further record.
#include <doctest/doctest.h>

#include "ledger/charge_walk.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

const std::string kConflict = "ledger-conflict";
const NewRow kRow = charge_row(kFirst, kFee, "12.50", "INV-1");

std::string settlements_in(const ChargeWalk& walk) {
  return raw_sql(walk.at.path(), "SELECT coalesce(group_concat(row || status || settled_by), '') FROM settlement");
}

}  // namespace

TEST_CASE("a settlement is what the row's status is from then on, and the last one counts") {
  ChargeWalk walk;
  const RunInfo run = walk.run_through({kRow}, {RowStatus::kUnknown});
  const RowId id = walk.row(run, 0).id;
  walk.ledger.settle(std::vector{decision(id, RowStatus::kNotSubmitted, "Ann")});
  CHECK(walk.row(run, 0).status == RowStatus::kNotSubmitted);
  Settlement second = decision(id, RowStatus::kSubmitted, "Bob");
  second.note = "invoice seen";
  second.settled_at = after(99);
  walk.ledger.settle(std::vector{second});
  const RowRecord row = walk.row(run, 0);
  CHECK(row.status == RowStatus::kSubmitted);
  CHECK(row.settled_by == "Bob");
  CHECK(row.settle_note == "invoice seen");
  CHECK(row.settled_at == after(99));
  CHECK(row.reason == "outcome");
  CHECK(settlements_in(walk) == "1not_submittedAnn,1submittedBob");
}

TEST_CASE("a row in doubt of its own is settled by itself, and the rest of its request is not touched") {
  ChargeWalk walk;
  const RunInfo run = walk.at.record_run(walk.ledger);
  const RequestId request = request_id(walk.ledger, run.id, 1);
  attempt(walk.ledger, request, Verdict::kAnswered, {true, true});
  walk.ledger.finish_request(request, {RowStatus::kSubmitted, "", {{4, RowStatus::kUnknown, "no boolean"}}});
  CHECK(walk.error_of_settling({decision(1, RowStatus::kNotSubmitted)}) == kConflict);
  walk.ledger.settle(std::vector{decision(4, RowStatus::kNotSubmitted)});
  CHECK(walk.row(run, 0).status == RowStatus::kSubmitted);
  CHECK(walk.row(run, 3).status == RowStatus::kNotSubmitted);
}

TEST_CASE("what is not in doubt is not settled, whoever asks") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through(
      {kRow, charge_row(kSecond, kFee, "1"), charge_row(kThird, kFee, "2"), held_back(charge_row(kHeld, kFee, "3"))},
      {RowStatus::kSubmitted, RowStatus::kFailed, RowStatus::kNotSubmitted});
  const RowId billed = walk.row(first, 0).id;
  const RunInfo second =
      walk.begin({meeting(kRow, billed, RowStatus::kDuplicate), meeting(kRow, billed, RowStatus::kInvalid)});
  REQUIRE(walk.row(second, 1).id == 6);
  for (RowId row = 0; row <= 7; ++row)
    for (const char* status : {"submitted", "not_submitted"}) {
      CAPTURE(row);
      CHECK(walk.error_of_settling({decision(row, *row_status_of(status))}) == kConflict);
      CHECK(raw_sql(walk.at.path(), "INSERT INTO settlement (row, status, settled_by, note, settled_at) VALUES (" +
                                        std::to_string(row) + ", '" + status + "', 'x', 'y', 0)")
                .starts_with("error"));
    }
  CHECK(settlements_in(walk).empty());
}

TEST_CASE("nothing but submitted and not submitted can be decided") {
  for (std::size_t i = 0; i < kRowStatusNames.size(); ++i) {
    const auto status = static_cast<RowStatus>(i);
    CAPTURE(name_of(status));
    ChargeWalk walk;
    const RunInfo run = walk.run_through({kRow}, {RowStatus::kUnknown});
    const bool allowed = status == RowStatus::kSubmitted || status == RowStatus::kNotSubmitted;
    CHECK(walk.error_of_settling({decision(walk.row(run, 0).id, status)}).empty() == allowed);
  }
}

TEST_CASE("what is proven not billed, of a run that is over, can be left out, and taken back") {
  for (const RowStatus outcome : {RowStatus::kFailed, RowStatus::kNotSubmitted, RowStatus::kNotSent}) {
    CAPTURE(name_of(outcome));
    ChargeWalk walk;
    const RunInfo run = walk.begin({kRow});
    if (outcome != RowStatus::kNotSent) walk.send(run, 1, outcome);
    const RowId id = walk.row(run, 0).id;
    CHECK(walk.error_of_settling({decision(id, RowStatus::kLeftOut)}) == kConflict);
    walk.end(run);
    walk.ledger.settle(std::vector{decision(id, RowStatus::kLeftOut)});
    CHECK(walk.row(run, 0).status == RowStatus::kLeftOut);
    CHECK(walk.only_charge(kFirst).status == RowStatus::kLeftOut);
    CHECK(walk.ledger.period_totals(kScope) ==
          std::vector<Total>{{RowStatus::kLeftOut, "EUR", 1, 0, std::get<Amount>(Amount::parse("12.50"))}});
    CHECK(walk.ledger.left_in_other_periods(in_period("2026-11")).empty());
    CHECK(walk.error_of_run({taking(kRow, id)}) == kConflict);
    CHECK(walk.error_of_run({meeting(kRow, id, RowStatus::kDuplicate)}) == kConflict);
    walk.ledger.settle(std::vector{decision(id, RowStatus::kLeftOut, "Bob")});
    const RunInfo met = walk.run_through({meeting(kRow, id, RowStatus::kLeftOut)}, {});
    CHECK(walk.error_of_settling({decision(id, RowStatus::kSubmitted)}) == kConflict);  // it was never in doubt
    walk.ledger.settle(std::vector{decision(id, RowStatus::kNotSubmitted)});
    CHECK(walk.row(run, 0).status == RowStatus::kNotSubmitted);
    CHECK(walk.error_of_settling({decision(id, RowStatus::kSubmitted)}) == kConflict);
    CHECK(walk.row(met, 0).status == RowStatus::kLeftOut);  // as it was then
    CHECK(walk.error_of_run({meeting(kRow, id, RowStatus::kLeftOut)}) == kConflict);
    walk.run_through({taking(kRow, id)}, {RowStatus::kSubmitted});
    CHECK(walk.error_of_settling({decision(id, RowStatus::kLeftOut)}) == kConflict);
  }
}

TEST_CASE("what is billed, in doubt or no charge is not left out, whoever asks") {
  ChargeWalk walk;
  const RunInfo run = walk.run_through({kRow, charge_row(kSecond, kFee, "1"), charge_row(kThird, kFee, "2")},
                                       {RowStatus::kSubmitted, RowStatus::kUnknown, RowStatus::kFailed});
  const RunInfo second = walk.run_through({meeting(kRow, 1, RowStatus::kDuplicate)}, {});
  for (const RowId row : {RowId{0}, walk.row(run, 0).id, walk.row(run, 1).id, walk.row(second, 0).id, RowId{99}}) {
    CAPTURE(row);
    CHECK(walk.error_of_settling({decision(row, RowStatus::kLeftOut)}) == kConflict);
    CHECK(raw_sql(walk.at.path(), "INSERT INTO settlement (row, status, settled_by, note, settled_at) VALUES (" +
                                      std::to_string(row) + ", 'left_out', 'x', 'y', 0)")
              .starts_with("error"));
  }
  walk.ledger.settle(std::vector{decision(2, RowStatus::kNotSubmitted)});
  walk.ledger.settle(std::vector{decision(2, RowStatus::kLeftOut)});
  walk.ledger.settle(std::vector{decision(2, RowStatus::kSubmitted)});
  CHECK(walk.error_of_settling({decision(2, RowStatus::kLeftOut)}) == kConflict);
}

TEST_CASE("a row that met a charge in doubt says that it was left out since") {
  ChargeWalk walk;
  walk.run_through({kRow}, {RowStatus::kUnknown});
  NewRow other = kRow;
  other.quantity = "99";
  const RunInfo met =
      walk.run_through({meeting(kRow, 1, RowStatus::kUnknown), meeting(other, 1, RowStatus::kUnknown)}, {});
  walk.ledger.settle(std::vector{decision(1, RowStatus::kNotSubmitted)});
  walk.ledger.settle(std::vector{decision(walk.row(met, 0).id, RowStatus::kLeftOut)});
  CHECK(walk.row(met, 0).status == RowStatus::kLeftOut);
  CHECK(walk.row(met, 0).reason == "met it, settled since as left out");
  CHECK(walk.row(met, 1).status == RowStatus::kInvalid);
  CHECK(walk.row(met, 1).reason.starts_with("the charge that it names was settled as left out"));
}

TEST_CASE("several decisions are all recorded, or none") {
  ChargeWalk walk;
  const NewRow other = charge_row(kSecond, kFee, "1");
  const RunInfo run = walk.run_through({kRow, other, charge_row(kThird, kFee, "2")},
                                       {RowStatus::kUnknown, RowStatus::kUnknown, RowStatus::kSubmitted});
  CHECK(walk.error_of_settling({decision(1, RowStatus::kSubmitted), decision(3, RowStatus::kSubmitted)}) == kConflict);
  CHECK(walk.error_of_settling({decision(1, RowStatus::kSubmitted), decision(2, RowStatus::kNotSubmitted),
                                decision(1, RowStatus::kNotSubmitted)}) == kConflict);  // one charge, two ways
  CHECK(settlements_in(walk).empty());
  walk.ledger.settle(std::vector{decision(1, RowStatus::kSubmitted), decision(2, RowStatus::kNotSubmitted)});
  CHECK(walk.row(run, 0).status == RowStatus::kSubmitted);
  CHECK(walk.row(run, 1).status == RowStatus::kNotSubmitted);
  walk.ledger.settle({});
}

TEST_CASE("a row that met a charge in doubt shows that charge's settlement, and settles it") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kUnknown});
  const RowId charge = walk.row(first, 0).id;
  const RunInfo second = walk.run_through({meeting(kRow, charge, RowStatus::kUnknown)}, {});
  CHECK(walk.row(second, 0).status == RowStatus::kUnknown);
  CHECK(walk.row(second, 0).settled_by.empty());
  walk.ledger.settle(std::vector{decision(charge, RowStatus::kSubmitted, "Ann")});
  CHECK(walk.row(first, 0).status == RowStatus::kSubmitted);
  CHECK(walk.row(second, 0).status == RowStatus::kDuplicate);  // billed once: runs add up
  for (const RunInfo& run : {first, second}) {
    CHECK(walk.row(run, 0).settled_by == "Ann");
    CHECK(walk.row(run, 0).settle_note == "asked Twilio");
    CHECK(walk.row(run, 0).settled_at == after(70));
  }
  const RunInfo third = walk.run_through({meeting(kRow, charge, RowStatus::kDuplicate)}, {});
  walk.ledger.settle(std::vector{decision(walk.row(second, 0).id, RowStatus::kNotSubmitted, "Bob")});
  for (const RunInfo& run : {first, second}) {
    CHECK(walk.row(run, 0).status == RowStatus::kNotSubmitted);
    CHECK(walk.row(run, 0).settled_by == "Bob");
  }
  CHECK(walk.row(third, 0).status == RowStatus::kDuplicate);  // as it was then
  CHECK(walk.row(third, 0).settled_by.empty());
  CHECK(walk.only_charge(kFirst).status == RowStatus::kNotSubmitted);
  CHECK(settlements_in(walk) == "1submittedAnn,1not_submittedBob");
}

TEST_CASE("a row that names a charge in doubt with another content is no duplicate of it once that was billed") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kUnknown});
  const RowId charge = walk.row(first, 0).id;
  NewRow amount = kRow;
  amount.quantity = "700";
  NewRow item = kRow;
  item.billing_sid = kSeat;
  NewRow currency = kRow;
  currency.currency = "USD";
  NewRow no_currency = kRow;
  no_currency.currency = "";
  NewRow spelling = kRow;
  const std::string longer = std::string(kRow.quantity) + "0";
  spelling.quantity = longer;
  const RunInfo second = walk.run_through({meeting(amount, charge, RowStatus::kUnknown)}, {});
  const RunInfo third = walk.run_through({meeting(item, charge, RowStatus::kUnknown)}, {});
  const RunInfo fourth = walk.run_through({meeting(spelling, charge, RowStatus::kUnknown)}, {});
  const RunInfo fifth = walk.run_through({meeting(currency, charge, RowStatus::kUnknown)}, {});
  const RunInfo sixth = walk.run_through({meeting(no_currency, charge, RowStatus::kUnknown)}, {});
  CHECK(walk.row(second, 0).status == RowStatus::kUnknown);
  for (const RunInfo& run : {second, third, fifth}) CHECK(walk.row(run, 0).is_other_content);
  for (const RunInfo& run : {first, fourth, sixth}) CHECK_FALSE(walk.row(run, 0).is_other_content);
  walk.ledger.settle(std::vector{decision(charge, RowStatus::kSubmitted)});
  for (const RunInfo& run : {second, third, fifth}) {
    CHECK(walk.row(run, 0).status == RowStatus::kInvalid);
    CHECK(walk.row(run, 0).settled_by.empty());
    CHECK(walk.row(run, 0).reason.starts_with("the charge that it names was settled as submitted"));
  }
  for (const RunInfo& run : {fourth, sixth}) CHECK(walk.row(run, 0).status == RowStatus::kDuplicate);
  walk.ledger.settle(std::vector{decision(charge, RowStatus::kNotSubmitted)});
  CHECK(walk.row(second, 0).status == RowStatus::kNotSubmitted);
}

TEST_CASE("what a row says of a charge that it met in doubt stays true when that is settled, each time anew") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kUnknown});
  const RowId charge = walk.row(first, 0).id;
  NewRow met = meeting(kRow, charge, RowStatus::kUnknown);
  met.reason = "in doubt since run 2026-10-1, line 2; settle it first";
  NewRow seeded = met;  // as the reconciliation of an earlier ledger had it
  seeded.reason = "in doubt since run 2026-10-1, line 2, settled since as not submitted";
  const RunInfo second = walk.run_through({met}, {});
  const RunInfo third = walk.run_through({seeded}, {});
  CHECK(walk.row(second, 0).reason == "in doubt since run 2026-10-1, line 2; settle it first");
  for (const auto& [status, words] :
       {std::pair(RowStatus::kSubmitted, "submitted"), std::pair(RowStatus::kNotSubmitted, "not submitted")}) {
    walk.ledger.settle(std::vector{decision(charge, status)});
    for (const RunInfo& run : {second, third})
      CHECK(walk.row(run, 0).reason == "in doubt since run 2026-10-1, line 2, settled since as " + std::string(words));
  }
}

TEST_CASE("what a row met is settled no more once a later row stands for the charge") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kUnknown});
  const RowId charge = walk.row(first, 0).id;
  const RunInfo second = walk.run_through({meeting(kRow, charge, RowStatus::kUnknown)}, {});
  CHECK(walk.row(second, 0).superseded_by.empty());
  walk.ledger.settle(std::vector{decision(charge, RowStatus::kNotSubmitted)});
  const RunInfo third = walk.run_through({taking(kRow, charge)}, {RowStatus::kUnknown});
  const RunInfo fourth = walk.run_through({meeting(kRow, charge, RowStatus::kUnknown)}, {});
  CHECK(walk.error_of_settling({decision(walk.row(second, 0).id, RowStatus::kSubmitted)}) == kConflict);
  walk.ledger.settle(std::vector{decision(walk.row(fourth, 0).id, RowStatus::kSubmitted)});
  CHECK(walk.row(second, 0).status == RowStatus::kNotSubmitted);
  CHECK(walk.row(second, 0).superseded_by == "2026-10-3, line 2");
  CHECK(walk.row(third, 0).status == RowStatus::kSubmitted);
  CHECK(walk.row(fourth, 0).status == RowStatus::kDuplicate);
  CHECK(walk.row(fourth, 0).superseded_by.empty());
}

TEST_CASE(
    "that it was billed after all is recorded on the row that stands for the charge now, where that was not billed") {
  for (const RowStatus outcome : {RowStatus::kFailed, RowStatus::kNotSubmitted}) {
    ChargeWalk walk;
    const RowId charge = walk.row(walk.run_through({kRow}, {RowStatus::kUnknown}), 0).id;
    walk.ledger.settle(std::vector{decision(charge, RowStatus::kNotSubmitted)});
    const RunInfo second = walk.run_through({taking(kRow, charge)}, {outcome});
    const RowId stands = walk.row(second, 0).id;
    CHECK(walk.ledger.decided_before(stands).at(0).quantity == "12.50");
    CHECK(walk.error_of_settling({decision(charge, RowStatus::kSubmitted)}) == kConflict);     // stands no more
    CHECK(walk.error_of_settling({decision(stands, RowStatus::kNotSubmitted)}) == kConflict);  // nothing to decide
    walk.ledger.settle(std::vector{decision(stands, RowStatus::kSubmitted, "Bob")});
    CHECK(walk.row(second, 0).status == RowStatus::kSubmitted);
    CHECK(walk.row(second, 0).settled_by == "Bob");
    CHECK(walk.only_charge(kFirst).status == RowStatus::kSubmitted);
    CHECK(walk.only_charge(kFirst).is_billed_late);  // what was planned meanwhile did not know of it
    walk.ledger.settle(std::vector{decision(stands, RowStatus::kNotSubmitted)});
    CHECK(walk.only_charge(kFirst).status == RowStatus::kNotSubmitted);
  }
}

TEST_CASE("it is not recorded while that row may still be sent") {
  ChargeWalk walk;
  const RowId charge = walk.row(walk.run_through({kRow}, {RowStatus::kUnknown}), 0).id;
  walk.ledger.settle(std::vector{decision(charge, RowStatus::kNotSubmitted)});
  const RunInfo second = walk.begin({taking(kRow, charge)});
  const RowId stands = walk.row(second, 0).id;
  CHECK(walk.error_of_settling({decision(stands, RowStatus::kSubmitted)}) == kConflict);
  walk.ledger.end_run(second.id, RunState::kAbandoned, "abandoned", "", after(80));
  walk.ledger.settle(std::vector{decision(stands, RowStatus::kSubmitted)});
  CHECK(walk.only_charge(kFirst).status == RowStatus::kSubmitted);
}

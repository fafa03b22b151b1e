// How a new upload finds the charges that it may meet.
#include <doctest/doctest.h>

#include <algorithm>

#include "ledger/charge_walk.h"
#include "usage/base/text.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

const NewRow kRow = charge_row(kFirst, kFee, "12.50", "INV-1");

}  // namespace

TEST_CASE("a charge is found by its installation in any letter case, with all that is known of it") {
  ChargeWalk walk;
  const RunInfo run = walk.begin({charge_row(kSecond, kSeat, "3"), kRow});
  walk.send(run, 2, RowStatus::kSubmitted);
  const KnownCharge charge = walk.only_charge("XE" + std::string(32, 'A'));
  CHECK(charge.charge == walk.row(run, 1).id);
  CHECK(charge.run == run.id);
  CHECK(charge.run_name == "2026-10-1");
  CHECK(charge.place == "line 3");
  CHECK(charge.installation == kFirst);
  CHECK(charge.billing_sid == kFee);
  CHECK(charge.quantity.text() == "12.50");
  CHECK(charge.currency == "EUR");
  CHECK(charge.reference == "INV-1");
  CHECK(charge.status == RowStatus::kSubmitted);
  CHECK(charge.sent_at == after(10));
  CHECK(walk.only_charge(kSecond).status == RowStatus::kNotSent);
  CHECK_FALSE(walk.only_charge(kSecond).sent_at);
  CHECK(walk.ledger.charges_of(kScope, kThird).empty());
}

TEST_CASE("charges belong to their endpoint, account and period") {
  ChargeWalk walk;
  walk.begin({kRow});
  for (const Scope& other : {Scope{"https://sandbox.test", kScope.account, kScope.period},
                             Scope{kScope.endpoint, "AC2", kScope.period}, in_period("2026-11")}) {
    CHECK(walk.ledger.charges_of(other, kFirst).empty());
    walk.begin({charge_row(kFirst, kSeat, "7")}, new_run(other));
    CHECK(walk.only_charge(kFirst, other).quantity.text() == "7");
  }
  CHECK(walk.only_charge(kFirst).quantity.text() == "12.50");
}

TEST_CASE("charges come in the order of their making, also where a later row stands for the first") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow, charge_row(kFirst, kSeat, "2")},  //
                                         {RowStatus::kFailed, RowStatus::kSubmitted});
  const RowId charge = walk.row(first, 0).id;
  walk.begin({charge_row(kFirst, kFee, "99"), taking(charge_row(kFirst, kFee, "13"), charge)});
  const auto charges = walk.ledger.charges_of(kScope, kFirst);
  REQUIRE(charges.size() == 3);
  CHECK(charges[0].charge == charge);
  CHECK(charges[0].quantity.text() == "13");
  CHECK(charges[0].run_name == "2026-10-2");
  CHECK(charges[0].place == "line 3");
  CHECK(charges[1].quantity.text() == "2");
  CHECK(charges[2].quantity.text() == "99");
}

TEST_CASE("a corrected row takes its charge to another installation, where it is found from then on") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kFailed});
  const RowId charge = walk.row(first, 0).id;
  walk.begin({taking(charge_row(kSecond, kFee, "12.50"), charge)});
  CHECK(walk.only_charge(kFirst).moved_from == kFee);
  CHECK(walk.only_charge(kSecond).charge == charge);
  CHECK(walk.only_charge(kSecond).moved_from.empty());
}

TEST_CASE(
    "a billing SID corrected in letter case has moved where that makes another key, and has not where it makes none") {
  const auto moved_from = [](const std::string& before, const std::string& after) {
    ChargeWalk walk;
    const RunInfo first = walk.run_through({charge_row(kFirst, before, "12.50")}, {RowStatus::kFailed});
    walk.begin({taking(charge_row(kFirst, after, "12.50"), walk.row(first, 0).id)});
    std::vector<std::string> left;
    for (const KnownCharge& charge : walk.ledger.charges_of(kScope, kFirst)) left.push_back(charge.moved_from);
    return left;
  };
  using Left = std::vector<std::string>;
  const std::string digits = std::string(31, '0');
  CHECK(moved_from("bi" + digits + "a", "BI" + digits + "a") == Left{""});
  CHECK(moved_from("Fee-1", "fee-1") == Left{"Fee-1", ""});
  CHECK(moved_from("BI" + digits + "a", "BI" + digits + "A") == Left{""});
  CHECK(moved_from("fee-1", "fee-1") == Left{""});
}

TEST_CASE("a charge's places say which references its rows had there") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({charge_row(kFirst, kFee, "5.00", "L1")}, {RowStatus::kFailed});
  const RowId charge = walk.row(first, 0).id;
  walk.run_through({taking(charge_row(kFirst, kFee, "5.00", "1"), charge)}, {RowStatus::kFailed});
  walk.run_through({taking(charge_row(kFirst, kFee, "5.00"), charge)}, {RowStatus::kFailed});
  const auto places = walk.ledger.places_of(charge);
  REQUIRE(places.size() == 1);
  CHECK(places[0].references == std::vector<std::string>{"L1", "1"});
}

TEST_CASE("a charge's places are those where it stands and stood, each with the last run that had it there") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kFailed});
  const RowId charge = walk.row(first, 0).id;
  const RunInfo second = walk.run_through({taking(kRow, charge)}, {RowStatus::kFailed});
  const auto before = walk.ledger.places_of(charge);
  REQUIRE(before.size() == 1);
  CHECK(before[0].run == second.id);
  const RunInfo third = walk.begin({taking(charge_row(kSecond, kFee, "12.50"), charge)});
  const auto places = walk.ledger.places_of(charge);
  REQUIRE(places.size() == 2);
  CHECK(places[0].installation == kFirst);
  CHECK(places[0].billing_sid == kFee);
  CHECK(places[0].run == second.id);
  CHECK(places[1].installation == kSecond);
  CHECK(places[1].run == third.id);
  CHECK(walk.ledger.places_of(charge + 1000).empty());
}

TEST_CASE("of several files the place names the one") {
  ChargeWalk walk;
  NewRun run = new_run();
  run.files.resize(2);
  run.files[0].name = "first.csv";
  run.files[1].name = "second.csv";
  NewRow second = kRow;
  second.file = 1;
  const RunInfo begun = walk.run_through({second}, {RowStatus::kFailed}, run);
  CHECK(walk.only_charge(kFirst).place == "second.csv:2");
  walk.run_through({taking(second, walk.row(begun, 0).id)}, {RowStatus::kFailed}, run);
  CHECK(walk.row(begun, 0).superseded_by == "2026-10-2, second.csv:2");
}

TEST_CASE("a place in standard input is named as it is everywhere else") {
  ChargeWalk walk;
  NewRun run = new_run();
  run.files.resize(2);
  run.files[0].name = "-";
  run.files[1].name = "second.csv";
  walk.run_through({kRow}, {RowStatus::kFailed}, run);
  CHECK(walk.only_charge(kFirst).place == shown_name("-") + ":2");
}

TEST_CASE("a usage_row names its charge for good, and no other text names one") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kFailed});
  const std::string name = walk.row(first, 0).usage_row;
  walk.run_through({taking(charge_row(kFirst, kFee, "13"), walk.row(first, 0).id)}, {RowStatus::kSubmitted});
  const auto found = walk.ledger.find_charge(name);
  REQUIRE(found);
  CHECK(found->scope.endpoint == kScope.endpoint);
  CHECK(found->scope.account == kScope.account);
  CHECK(found->scope.period == kScope.period);
  CHECK(found->charge.charge == walk.row(first, 0).id);
  CHECK(found->charge.quantity.text() == "13");
  CHECK(found->charge.status == RowStatus::kSubmitted);
  const std::string prefix = name.substr(0, name.rfind('-') + 1);
  for (const std::string& other : std::vector<std::string>{
           "", "R-", prefix, prefix + "2", prefix + "01", prefix + "1x", prefix + "-1", prefix + "99999999999999999999",
           "r" + name.substr(1), name + " ", "R-00000000-1", name.substr(0, 5)}) {
    CAPTURE(other);
    CHECK_FALSE(walk.ledger.find_charge(other));
  }
}

TEST_CASE("a reference that another period's open run is still to send is found until that run is over") {
  ChargeWalk walk;
  const auto found = [&](std::string_view installation, std::string_view reference) {
    return walk.ledger.billed_elsewhere(in_period("2026-11"), installation, kFee, reference);
  };
  const RunInfo run = walk.begin({kRow, charge_row(kSecond, kFee, "1", "INV-2"), charge_row(kThird, kFee, "2", "INV-3"),
                                  held_back(charge_row(kHeld, kFee, "5", "INV-5"))});
  walk.send(run, 2, RowStatus::kFailed);
  walk.ledger.begin();
  walk.ledger.start_attempt(request_id(walk.ledger, run.id, 3), after(1));
  walk.ledger.commit();
  REQUIRE(found(kFirst, "INV-1"));
  CHECK(found(kFirst, "INV-1")->charge.status == RowStatus::kNotSent);
  CHECK(found(kFirst, "INV-1")->charge.run_name == "2026-10-1");
  CHECK(found(kThird, "INV-3"));
  CHECK_FALSE(found(kSecond, "INV-2"));
  CHECK_FALSE(found(kHeld, "INV-5"));
  walk.ledger.recover(run.id, after(2));
  walk.end(run, RunState::kAbandoned);
  CHECK_FALSE(found(kFirst, "INV-1"));
  CHECK(found(kThird, "INV-3")->charge.status == RowStatus::kUnknown);
}

TEST_CASE("a reference that another period has billed, or in doubt, is found") {
  ChargeWalk walk;
  const auto found = [&](std::string_view installation, std::string_view billing_sid, std::string_view reference,
                         const Scope& scope = in_period("2026-11")) {
    return walk.ledger.billed_elsewhere(scope, installation, billing_sid, reference).has_value();
  };
  const RunInfo run = walk.run_through(
      {kRow, charge_row(kSecond, kSeat, "1", "INV-2"), charge_row(kThird, kFee, "2", "INV-3"),
       charge_row(kFirst, kFee, "3"), charge_row(kHeld, kFee, "5", "INV-5")},
      {RowStatus::kSubmitted, RowStatus::kUnknown, RowStatus::kFailed, RowStatus::kSubmitted, RowStatus::kNotSent});
  CHECK(found(kFirst, kFee, "INV-1"));
  CHECK(found("XE" + std::string(32, 'A'), kFee, "INV-1"));
  CHECK(found(kSecond, kSeat, "INV-2"));
  CHECK_FALSE(found(kSecond, kFee, "INV-2"));
  CHECK_FALSE(found(kThird, kFee, "INV-3"));
  CHECK_FALSE(found(kHeld, kFee, "INV-5"));
  CHECK_FALSE(found(kFirst, kFee, ""));
  CHECK_FALSE(found(kFirst, kFee, "inv-1"));
  CHECK_FALSE(found(kSecond, kSeat, "INV-1"));
  CHECK_FALSE(found(kFirst, kFee, "INV-1", kScope));
  CHECK_FALSE(found(kFirst, kFee, "INV-1", {"https://sandbox.test", kScope.account, "2026-11"}));
  CHECK_FALSE(found(kFirst, kFee, "INV-1", {kScope.endpoint, "AC2", "2026-11"}));
  const auto charge = walk.ledger.billed_elsewhere(in_period("2026-11"), kSecond, kSeat, "INV-2");
  REQUIRE(charge);
  CHECK(charge->scope.period == "2026-10");
  CHECK(charge->charge.run_name == "2026-10-1");
  CHECK(charge->charge.place == "line 3");

  walk.ledger.settle(std::vector{decision(walk.row(run, 1).id, RowStatus::kNotSubmitted)});
  CHECK_FALSE(found(kSecond, kSeat, "INV-2"));
  walk.begin({taking(charge_row(kThird, kFee, "2", "INV-9"), walk.row(run, 2).id)});
  CHECK(found(kThird, kFee, "INV-9"));  // of the row that stands for the charge now: its run is open
}

TEST_CASE("references that only rows had which met a charge, billed or in doubt, are found with the charge") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through(
      {charge_row(kFirst, kFee, "1"), charge_row(kSecond, kFee, "2", "B"), charge_row(kThird, kFee, "3")},
      {RowStatus::kSubmitted, RowStatus::kUnknown, RowStatus::kFailed});
  const auto charge = [&](std::size_t row) { return walk.row(first, row).id; };
  NewRun run = new_run();
  run.input_totals = {{RowStatus::kDuplicate, "EUR", 2, 0, Amount()}, {RowStatus::kNotSent, "EUR", 1, 0, Amount()}};
  NewRow conflict = meeting(charge_row(kFirst, kFee, "9", "C"), charge(0), RowStatus::kInvalid);
  const RunInfo second =
      walk.run_through({meeting(charge_row(kFirst, kFee, "1", "A"), charge(0), RowStatus::kDuplicate),
                        meeting(charge_row(kSecond, kFee, "2", "B"), charge(1), RowStatus::kUnknown),
                        meeting(charge_row(kSecond, kFee, "2", "b"), charge(1), RowStatus::kUnknown), conflict,
                        taking(charge_row(kThird, kFee, "3", "D"), charge(2))},
                       {RowStatus::kFailed}, run);
  using References = std::multimap<std::string, RowId, std::less<>>;
  const References met = {{"A", charge(0)}, {"b", charge(1)}};
  CHECK(walk.ledger.references_met(kScope) == met);
  CHECK(walk.ledger.references_met(in_period("2026-11")) == met);  // of all periods
  CHECK(walk.ledger.references_met({kScope.endpoint, "AC2", kScope.period}).empty());

  walk.ledger.settle(std::vector{decision(walk.row(second, 4).id, RowStatus::kLeftOut)});
  NewRun later = new_run();
  later.input_totals = {{RowStatus::kLeftOut, "EUR", 1, 0, Amount()}};
  walk.run_through({meeting(charge_row(kThird, kFee, "3", "E"), charge(2), RowStatus::kLeftOut)}, {}, later);
  CHECK(walk.ledger.references_met(kScope).count("E") == 1);
}

TEST_CASE("a charge that was settled as submitted after it had been settled otherwise is billed late") {
  ChargeWalk walk;
  const RunInfo run = walk.run_through({kRow}, {RowStatus::kUnknown});
  const auto settle = [&](RowStatus status) {
    walk.ledger.settle(std::vector{decision(walk.row(run, 0).id, status)});
    return walk.only_charge(kFirst).is_billed_late;
  };
  CHECK_FALSE(walk.only_charge(kFirst).is_billed_late);
  CHECK_FALSE(settle(RowStatus::kSubmitted));
  CHECK_FALSE(settle(RowStatus::kNotSubmitted));
  CHECK(settle(RowStatus::kSubmitted));
  CHECK_FALSE(settle(RowStatus::kNotSubmitted));
}

// A spreadsheet makes 123 of 00123, and an export comes without that column: the invoice line stays the same.
TEST_CASE("a reference that a charge had earlier is found in other periods as the one that it has now") {
  ChargeWalk walk;
  const auto found = [&](std::string_view installation, std::string_view billing_sid, std::string_view reference) {
    return walk.ledger.billed_elsewhere(in_period("2026-11"), installation, billing_sid, reference);
  };
  const RunInfo first = walk.run_through(
      {charge_row(kFirst, kFee, "1", "00123"), charge_row(kSecond, kFee, "2", "A"), charge_row(kThird, kFee, "3", "B")},
      {RowStatus::kFailed, RowStatus::kFailed, RowStatus::kFailed});
  CHECK_FALSE(found(kFirst, kFee, "00123"));
  const RunInfo second = walk.run_through({taking(charge_row(kFirst, kFee, "1", "123"), walk.row(first, 0).id),
                                           taking(charge_row(kFirst, kSeat, "2"), walk.row(first, 1).id)},
                                          {RowStatus::kSubmitted, RowStatus::kFailed});
  walk.run_through({meeting(charge_row(kFirst, kFee, "1", "D"), walk.row(first, 0).id, RowStatus::kDuplicate),
                    taking(charge_row(kSecond, kSeat, "2"), walk.row(first, 1).id)},
                   {RowStatus::kUnknown});
  for (const char* reference : {"00123", "123"}) {
    REQUIRE(found(kFirst, kFee, reference));
    CHECK(found(kFirst, kFee, reference)->charge.charge == walk.row(first, 0).id);
    CHECK(found(kFirst, kFee, reference)->charge.run == second.id);
    CHECK(found(kFirst, kFee, reference)->charge.reference == reference);
  }
  CHECK_FALSE(found(kFirst, kSeat, "00123"));
  CHECK_FALSE(found(kFirst, kFee, "D"));  // only met it: see references_met
  REQUIRE(found(kSecond, kFee, "A"));     // two rows ago
  CHECK(found(kSecond, kFee, "A")->charge.status == RowStatus::kUnknown);
  CHECK(found(kSecond, kFee, "A")->charge.billing_sid == kSeat);
  CHECK(found(kSecond, kSeat, "A"));  // where it stands now
  CHECK_FALSE(found(kThird, kFee, "B"));
}

TEST_CASE("what was billed is found with each amount that it had under the reference") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({charge_row(kFirst, kFee, "10", "A")}, {RowStatus::kFailed});
  walk.run_through({taking(charge_row(kFirst, kFee, "12", "A"), walk.row(first, 0).id)}, {RowStatus::kSubmitted});
  std::vector<std::string> amounts;
  for (const ScopedCharge& known : walk.ledger.billed_with_reference(kScope, {"A"}))
    amounts.push_back(known.had.text() + " now " + known.charge.quantity.text());
  CHECK(amounts == std::vector<std::string>{"10 now 12", "12 now 12"});
}

TEST_CASE("what was billed, or may be, is found by its references in all periods, where it stands now") {
  ChargeWalk walk;
  const RunInfo run = walk.run_through(
      {kRow, charge_row(kSecond, kSeat, "1", "INV-2"), charge_row(kThird, kFee, "2", "INV-1"),
       charge_row(kFirst, kFee, "3"), charge_row(kHeld, kFee, "5", "INV-5")},
      {RowStatus::kSubmitted, RowStatus::kUnknown, RowStatus::kFailed, RowStatus::kSubmitted, RowStatus::kNotSent});
  const auto found = [&](std::vector<std::string> references, const Scope& scope = kScope) {
    std::vector<std::string> places;
    for (const auto& [period, charge, had] : walk.ledger.billed_with_reference(scope, references))
      places.push_back(charge.reference + " " + std::string(name_of(charge.status)) + " " + charge.run_name + " " +
                       charge.place);
    std::ranges::sort(places);
    return places;
  };
  using Places = std::vector<std::string>;
  CHECK(found({"INV-1"}) == Places{"INV-1 submitted 2026-10-1 line 2"});
  CHECK(found({"INV-0", "INV-2", "INV-5"}) == Places{"INV-2 unknown 2026-10-1 line 3"});
  CHECK(found({"", "INV-9", "inv-1"}).empty());
  CHECK(found({"INV-1"}, in_period("2026-11")) == Places{"INV-1 submitted 2026-10-1 line 2"});
  CHECK(found({"INV-1"}, {"https://sandbox.test", kScope.account, kScope.period}).empty());
  CHECK(found({"INV-1"}, {kScope.endpoint, "AC2", kScope.period}).empty());

  // By the reference that it had before, too, but as it stands now: once for each, however many rows had it.
  walk.run_through({taking(charge_row(kSecond, kFee, "2", "INV-1"), walk.row(run, 2).id)}, {RowStatus::kFailed});
  walk.run_through({taking(charge_row(kSecond, kFee, "2", "INV-7"), walk.row(run, 2).id)}, {RowStatus::kSubmitted});
  const Places by_the_old = {"INV-1 submitted 2026-10-1 line 2", "INV-1 submitted 2026-10-3 line 2"};
  CHECK(found({"INV-1"}) == by_the_old);
  CHECK(found({"INV-7"}) == Places{"INV-7 submitted 2026-10-3 line 2"});
  CHECK(found({"INV-1", "INV-7"}) == Places{by_the_old[0], by_the_old[1], "INV-7 submitted 2026-10-3 line 2"});

  const RunInfo failed = walk.run_through({charge_row(kFirst, kFee, "9", "INV-9")}, {RowStatus::kFailed});
  CHECK(found({"INV-9"}).empty());
  walk.ledger.settle(std::vector{decision(walk.row(failed, 0).id, RowStatus::kLeftOut)});
  CHECK(found({"INV-9"}) == Places{"INV-9 left_out 2026-10-4 line 2"});

  const RunInfo open = walk.begin({charge_row(kFirst, kFee, "4", "INV-8")}, new_run(in_period("2026-11")));
  CHECK(found({"INV-8"}) == Places{"INV-8 not_sent 2026-11-1 line 2"});
  walk.end(open, RunState::kAbandoned);
  CHECK(found({"INV-8"}).empty());
}

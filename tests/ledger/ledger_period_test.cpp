// A period as a whole: each charge once, totals, and what other periods left.
#include <doctest/doctest.h>

#include "ledger/charge_walk.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

std::vector<ChargeRecord> charges_in(const ChargeWalk& walk, const Scope& scope = kScope) {
  std::vector<ChargeRecord> charges;
  walk.ledger.each_charge(scope, [&](const ChargeRecord& charge) { charges.push_back(charge); });
  return charges;
}

Amount amount(std::string_view text) {
  return std::get<Amount>(Amount::parse(text));
}

NewRow in_dollars(NewRow row) {
  row.currency = "USD";
  return row;
}

}  // namespace

TEST_CASE("one period in two letter cases is the same; another account's or endpoint's is neither it nor another") {
  const Scope here{"https://a.test", "AC1", "2026-Q4"};
  CHECK(is_same_period(here, {"https://a.test", "AC1", "2026-q4"}));
  CHECK_FALSE(is_other_period(here, {"https://a.test", "AC1", "2026-q4"}));
  CHECK(is_other_period(here, {"https://a.test", "AC1", "2026-Q3"}));
  CHECK_FALSE(is_same_period(here, {"https://a.test", "AC1", "2026-Q3"}));
  for (const Scope& elsewhere : {Scope{"https://b.test", "AC1", "2026-Q4"}, Scope{"https://a.test", "AC2", "2026-Q4"},
                                 Scope{"https://b.test", "AC1", "2026-Q3"}}) {
    CHECK_FALSE(is_same_period(here, elsewhere));
    CHECK_FALSE(is_other_period(here, elsewhere));
  }
}

TEST_CASE("a period shows each charge once, as its present row stands, and names the rows before it") {
  ChargeWalk walk;
  const NewRow row = charge_row(kFirst, kFee, "12.50", "INV-1");
  const NewRow other = charge_row(kSecond, kFee, "7");
  NewRow invalid = row;
  invalid.role = ChargeRole::kNone;
  invalid.status = RowStatus::kInvalid;
  const RunInfo first = walk.run_through({invalid, row, other}, {RowStatus::kFailed, RowStatus::kSubmitted});
  const RowId charge = walk.row(first, 1).id;
  const RowId billed = walk.row(first, 2).id;
  walk.run_through({meeting(other, billed, RowStatus::kDuplicate), taking(row, charge)}, {RowStatus::kUnknown});
  walk.ledger.settle(std::vector{decision(5, RowStatus::kNotSubmitted)});
  const RunInfo third = walk.begin({charge_row(kThird, kSeat, "1"), taking(charge_row(kFirst, kFee, "13"), charge)});
  walk.send(third, 2, RowStatus::kSubmitted);
  walk.begin({charge_row(kHeld, kFee, "5")}, new_run(in_period("2026-11")));

  const auto charges = charges_in(walk);
  REQUIRE(charges.size() == 3);
  CHECK(charges[0].run == "2026-10-3");
  CHECK(charges[0].row.usage_row == walk.row(first, 1).usage_row);
  CHECK(charges[0].row.quantity == "13");
  CHECK(charges[0].row.place.line == 3);
  CHECK(charges[0].row.ordinal == 1);
  CHECK(charges[0].row.status == RowStatus::kSubmitted);
  CHECK(charges[0].row.twilio_request_id == "RQ7");
  CHECK(charges[0].row.superseded_by.empty());
  CHECK(charges[0].superseded == std::vector<std::string>{"2026-10-1, line 3", "2026-10-2, line 3"});
  CHECK(charges[1].run == "2026-10-1");
  CHECK(charges[1].row.id == billed);
  CHECK(charges[1].row.status == RowStatus::kSubmitted);
  CHECK(charges[1].superseded.empty());
  CHECK(charges[2].run == "2026-10-3");
  CHECK(charges[2].row.status == RowStatus::kNotSent);
  CHECK(charges_in(walk, in_period("2026-11")).size() == 1);
  CHECK(charges_in(walk, in_period("2026-12")).empty());
}

TEST_CASE("asking for charges within a visit of charges disturbs neither") {
  ChargeWalk walk;
  const NewRow row = charge_row(kFirst, kFee, "1");
  const RunInfo first = walk.run_through({row, charge_row(kSecond, kFee, "2")}, {RowStatus::kFailed});
  walk.begin({taking(row, walk.row(first, 0).id)});
  std::size_t superseded = 0;
  walk.ledger.each_charge(kScope, [&](const ChargeRecord&) {
    for (const ChargeRecord& charge : charges_in(walk)) superseded += charge.superseded.size();
  });
  CHECK(superseded == 2);
}

TEST_CASE("a period's totals are those of its charges, by latest status and currency, and exact") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through(
      {charge_row(kFirst, kFee, "0.10"), charge_row(kSecond, kFee, "0.20"), in_dollars(charge_row(kThird, kFee, "5")),
       charge_row(kFirst, kSeat, "100"), charge_row(kThird, kSeat, "7"), held_back(charge_row(kHeld, kFee, "9"))},
      {RowStatus::kSubmitted, RowStatus::kSubmitted, RowStatus::kSubmitted, RowStatus::kFailed, RowStatus::kUnknown});
  walk.run_through({taking(charge_row(kFirst, kSeat, "101"), walk.row(first, 3).id),
                    meeting(charge_row(kFirst, kFee, "0.10"), walk.row(first, 0).id, RowStatus::kDuplicate)},
                   {RowStatus::kNotSubmitted});
  CHECK(walk.ledger.period_totals(kScope) == std::vector<Total>{{RowStatus::kSubmitted, "EUR", 2, 0, amount("0.30")},
                                                                {RowStatus::kSubmitted, "USD", 1, 0, amount("5")},
                                                                {RowStatus::kNotSubmitted, "EUR", 1, 0, amount("101")},
                                                                {RowStatus::kUnknown, "EUR", 1, 0, amount("7")},
                                                                {RowStatus::kNotSent, "EUR", 1, 0, amount("9")}});
  walk.ledger.settle(std::vector{decision(walk.row(first, 4).id, RowStatus::kSubmitted)});
  CHECK(walk.ledger.period_totals(kScope).at(0) == Total{RowStatus::kSubmitted, "EUR", 3, 0, amount("7.30")});
  CHECK(walk.ledger.period_totals(in_period("2026-11")).empty());
}

TEST_CASE("every endpoint and account that has a period is known") {
  ChargeWalk walk;
  walk.ledger.open_period({"https://two.test", "AC2", "Oct"}, kStart);
  walk.ledger.open_period({"https://one.test", "AC1", "oct"}, kStart);
  walk.ledger.open_period({"https://one.test", "AC1", "nov"}, kStart);
  const auto scopes = walk.ledger.scopes_of_period("OCT");
  REQUIRE(scopes.size() == 2);
  CHECK(scopes[0].endpoint == "https://two.test");
  CHECK(scopes[0].account == "AC2");
  CHECK(scopes[0].period == "Oct");
  CHECK(scopes[1].endpoint == "https://one.test");
  CHECK(scopes[1].period == "oct");
  CHECK(walk.ledger.scopes_of_period("dec").empty());
}

TEST_CASE("what earlier periods left in doubt or unbilled is told, by period and currency, and nothing else") {
  ChargeWalk walk;
  const RunInfo august = walk.run_through(
      {charge_row(kFirst, kFee, "1"), charge_row(kSecond, kFee, "2"), in_dollars(charge_row(kThird, kFee, "4")),
       held_back(charge_row(kHeld, kFee, "8")), charge_row(kFirst, kSeat, "16"), charge_row(kSecond, kSeat, "32"),
       charge_row(kThird, kSeat, "64")},
      {RowStatus::kUnknown, RowStatus::kFailed, RowStatus::kNotSubmitted, RowStatus::kSubmitted, RowStatus::kNotSent,
       RowStatus::kUnknown},
      new_run(in_period("2026-08")));
  NewRow met = meeting(charge_row(kFirst, kFee, "1"), walk.row(august, 0).id, RowStatus::kUnknown);
  walk.run_through({met, taking(charge_row(kSecond, kFee, "3"), walk.row(august, 1).id)},  //
                   {RowStatus::kFailed}, new_run(in_period("2026-08")));
  walk.ledger.settle(std::vector{decision(walk.row(august, 6).id, RowStatus::kSubmitted)});
  const RunInfo september =
      walk.begin({charge_row(kFirst, kFee, "128"), charge_row(kFirst, kFee, "256")}, new_run(in_period("2026-09")));
  const RequestId request = request_id(walk.ledger, september.id, 1);
  attempt(walk.ledger, request, Verdict::kAnswered, {true});
  walk.ledger.finish_request(request,
                             {RowStatus::kSubmitted, "", {{walk.row(september, 0).id, RowStatus::kUnknown, ""}}});
  walk.begin({charge_row(kFirst, kFee, "512")}, new_run({"https://sandbox.test", kScope.account, "2026-07"}));
  walk.run_through({charge_row(kFirst, kFee, "1024")}, {RowStatus::kUnknown});
  walk.run_through({charge_row(kFirst, kFee, "2048")}, {RowStatus::kUnknown}, new_run(in_period("2026-12")));

  const auto told = [&](const std::string& period) {
    std::string text;
    for (const OpenCharges& left : walk.ledger.left_in_other_periods(in_period(period)))
      text += left.period + ' ' + std::string(name_of(left.status)) + ' ' + left.currency + ' ' +
              std::to_string(left.rows) + ' ' + left.amount.text() + '\n';
    return text;
  };
  const std::string before =
      "2026-08 unknown EUR 1 1.00\n2026-08 failed EUR 3 43.00\n2026-08 failed USD 1 4.00\n"
      "2026-09 unknown EUR 1 128.00\n2026-09 failed EUR 1 256.00\n";
  CHECK(told("2026-10") == before);
  CHECK(told("2026-08").empty());
  CHECK(told("2026-09") == before.substr(0, before.find("2026-09")));
  CHECK(told("new") == before + "2026-10 unknown EUR 1 1024.00\n2026-12 unknown EUR 1 2048.00\n");
}

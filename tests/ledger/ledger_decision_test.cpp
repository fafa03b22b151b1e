// Every decision on a charge of a period, also one that holds no more, with what became of the charge.
#include <doctest/doctest.h>

#include "ledger/charge_walk.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

const NewRow kRow = charge_row(kFirst, kFee, "12.50", "INV-1");

std::vector<DecisionRecord> decisions_in(const ChargeWalk& walk, const Scope& scope = kScope) {
  std::vector<DecisionRecord> decisions;
  walk.ledger.each_decision(scope, [&](const DecisionRecord& decision) { decisions.push_back(decision); });
  return decisions;
}

}  // namespace

TEST_CASE("a decision not to have been billed stays in the list when its charge was sent again") {
  ChargeWalk walk;
  const RunInfo first =
      walk.run_through({kRow, charge_row(kSecond, kFee, "3")}, {RowStatus::kUnknown, RowStatus::kUnknown});
  const RowId charge = walk.row(first, 0).id;
  walk.ledger.settle(std::vector{decision(charge, RowStatus::kNotSubmitted, "Ann"),
                                 decision(walk.row(first, 1).id, RowStatus::kSubmitted, "Bob")});
  const auto before = decisions_in(walk);
  REQUIRE(before.size() == 2);
  CHECK_FALSE(before[0].was_sent_again);
  CHECK(before[0].later_run.empty());
  CHECK(before[0].latest == RowStatus::kNotSubmitted);

  const RunInfo second = walk.begin({taking(charge_row(kFirst, kFee, "13", "INV-1"), charge)});
  CHECK(decisions_in(walk)[0].later_run == "2026-10-2");
  CHECK_FALSE(decisions_in(walk)[0].was_sent_again);
  walk.send(second, 1, RowStatus::kSubmitted);
  walk.end(second);
  const auto after_it = decisions_in(walk);
  REQUIRE(after_it.size() == 2);
  const DecisionRecord& one = after_it[0];
  CHECK(one.run == "2026-10-1");
  CHECK(one.place == "line 2");
  CHECK(one.installation == kFirst);
  CHECK(one.billing_sid == kFee);
  CHECK(one.quantity == "12.50");
  CHECK(one.currency == "EUR");
  CHECK(one.reference == "INV-1");
  CHECK(one.request == 1);
  CHECK(one.status == RowStatus::kNotSubmitted);
  CHECK(one.settled_by == "Ann");
  CHECK(one.note == "asked Twilio");
  CHECK(one.settled_at == after(70));
  CHECK(one.is_last_word);
  CHECK(one.was_sent_again);
  CHECK(one.later_run == "2026-10-2");
  CHECK(one.later_place == "line 2");
  CHECK(one.later_quantity == "13");
  CHECK(one.later_currency == "EUR");
  CHECK(one.latest == RowStatus::kSubmitted);
  CHECK(after_it[1].settled_by == "Bob");
  CHECK(after_it[1].latest == RowStatus::kSubmitted);
  CHECK(after_it[1].later_run.empty());
  CHECK_FALSE(after_it[1].was_sent_again);
}

TEST_CASE("a decision that another one followed is listed and is not what the charge was sent again on") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow}, {RowStatus::kUnknown});
  const RowId charge = walk.row(first, 0).id;
  walk.ledger.settle(std::vector{decision(charge, RowStatus::kSubmitted, "Ann")});
  walk.ledger.settle(std::vector{decision(charge, RowStatus::kNotSubmitted, "Bob")});
  const RunInfo second = walk.run_through({taking(kRow, charge)}, {RowStatus::kUnknown});
  walk.ledger.settle(std::vector{decision(walk.row(second, 0).id, RowStatus::kNotSubmitted, "Cy")});
  walk.run_through({taking(kRow, charge)}, {RowStatus::kNotSent});  // given up before it was sent
  const auto decisions = decisions_in(walk);
  REQUIRE(decisions.size() == 3);
  CHECK_FALSE(decisions[0].is_last_word);
  CHECK_FALSE(decisions[0].was_sent_again);
  CHECK(decisions[1].is_last_word);
  CHECK(decisions[1].was_sent_again);
  CHECK(decisions[1].latest == RowStatus::kNotSent);
  CHECK(decisions[2].run == "2026-10-2");
  CHECK(decisions[2].is_last_word);
  CHECK_FALSE(decisions[2].was_sent_again);
}

TEST_CASE("decisions are those of the period alone, and whoever visits one may ask for all") {
  ChargeWalk walk;
  const RunInfo october = walk.run_through({kRow}, {RowStatus::kUnknown});
  const RunInfo november =
      walk.run_through({charge_row(kFirst, kFee, "1")}, {RowStatus::kUnknown}, new_run(in_period("2026-11")));
  walk.ledger.settle(std::vector{decision(walk.row(november, 0).id, RowStatus::kSubmitted, "Ann"),
                                 decision(walk.row(october, 0).id, RowStatus::kSubmitted, "Bob")});
  std::size_t seen = 0;
  walk.ledger.each_decision(kScope, [&](const DecisionRecord& one) {
    CHECK(one.settled_by == "Bob");
    seen += decisions_in(walk, in_period("2026-11")).size();
  });
  CHECK(seen == 1);
  CHECK(decisions_in(walk, in_period("2026-12")).empty());
}

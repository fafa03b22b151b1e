// A ledger that fails in the middle, and lives that end there.
#include "life_case.h"

namespace usage {

using namespace test;

TEST_CASE(
    "a ledger that cannot record an outcome ends the life; what was in flight is handed out, and in doubt later") {
  LifeCase t(10);
  t.options.schedule.concurrency = 3;
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted&) {
    if (transport.posted.size() == 4) break_ledger(t.at.path(), "UPDATE OF verdict ON attempt");
  };
  CHECK(ledger_error([&] { t.live(transport); }) == "ledger-conflict");
  CHECK(transport.posted.size() == 4);
  CHECK(transport.in_flight() == 0);
  CHECK(t.unrecorded == std::vector<std::uint32_t>{2, 3, 4});
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kUnknown, 3}, {kNotSent, 6}});
  CHECK(number_in(t.at.path(), "SELECT count(*) FROM attempt WHERE verdict = 'sending'") == 3);
}

TEST_CASE("a ledger that fails while requests are claimed ahead: those never left, and are told of") {
  LifeCase t(10);
  t.options.schedule.concurrency = 3;
  t.options.schedule.claims_ahead = ClaimsAhead::kAsManyAgain;
  std::vector<std::uint32_t> never_left;
  t.observer.never_left = [&](std::uint32_t request) { never_left.push_back(request); };
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted&) {
    transport.transfer_time += std::chrono::milliseconds(10);  // so that one place after the other is free again
    if (transport.posted.size() == 5) break_ledger(t.at.path(), "UPDATE OF verdict ON attempt");
  };
  CHECK(ledger_error([&] { t.live(transport); }) == "ledger-conflict");
  CHECK(t.unrecorded == std::vector<std::uint32_t>{2, 3, 4, 5, 6});
  CHECK(never_left == std::vector<std::uint32_t>{7});
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kUnknown, 6}, {kNotSent, 3}});
}

TEST_CASE("a ledger that cannot record a claim: nothing is sent without one") {
  LifeCase t(10);
  break_ledger(t.at.path(), "INSERT ON attempt WHEN new.id > 1");
  FakeTransport transport(t.at.clock, accept_all);
  CHECK_FALSE(ledger_error([&] { t.live(transport); }).empty());
  CHECK(transport.posted.size() == 1);
  CHECK(t.unrecorded == std::vector<std::uint32_t>{1});
  t.reopen();
  CHECK(t.statuses() == Statuses{{kUnknown, 1}, {kNotSent, 9}});
}

TEST_CASE("a life that ended in the middle leaves in doubt what was under way, and only that is never sent") {
  LifeCase t(9);
  struct Crash {};
  FakeTransport transport(t.at.clock, accept_all);
  t.options.schedule.concurrency = 3;
  transport.on_start = [&](const Posted&) {
    if (transport.posted.size() == 4) throw Crash();
  };
  CHECK_THROWS_AS(t.live(transport), Crash);
  t.reopen();
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kUnknown, 3}, {kNotSent, 5}});
  CHECK(t.live(accept_all).name == "finished");
  CHECK(t.posted.size() == 5);
  CHECK(t.statuses() == Statuses{{kSubmitted, 6}, {kUnknown, 3}});
}

}  // namespace usage

// A ledger that fails in the middle, and lives that end there.
#include <stdexcept>
#include <utility>

#include "life_case.h"

namespace usage {

using namespace test;

namespace {

// As libcurl while the descriptor that a signal wakes it by is readable: no wait lasts.
class WokenTransport final : public Transport {
 public:
  explicit WokenTransport(FakeTransport& wire) : wire_(wire) {}
  void start(AttemptId attempt, const std::string& url, std::string body) override {
    wire_.start(attempt, url, std::move(body));
  }
  std::vector<FinishedTransfer> poll(SteadyTime until) override {
    if (!woken) return wire_.poll(until);
    if (++waits_cut_short > 1000) throw std::runtime_error("it spins");
    return {};
  }
  bool woken = false;

 private:
  FakeTransport& wire_;
  int waits_cut_short = 0;
};

}  // namespace

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

TEST_CASE("a signal that comes when the ledger has failed is taken, and what is in flight is awaited at rest") {
  LifeCase t(10);
  t.options.schedule.concurrency = 3;
  FakeTransport wire(t.at.clock, accept_all);
  WokenTransport transport(wire);
  wire.on_start = [&](const Posted&) {
    wire.transfer_time += std::chrono::milliseconds(10);  // so that one comes back after the other
    if (wire.posted.size() == 4) break_ledger(t.at.path(), "UPDATE OF verdict ON attempt");
  };
  const PendingSignal pending_signal = [&] {
    if (std::exchange(transport.woken, false)) t.signal = SIGTERM;
    // It comes when it was just asked for, and an outcome waits that cannot be recorded.
    else if (wire.posted.size() == 4 && wire.in_flight() == 2)
      transport.woken = true;
    return t.signal;
  };
  CHECK(ledger_error([&] {
          send_run(*t.ledger, t.run, transport, t.at.clock, t.options, pending_signal, t.observer);
        }) == "ledger-conflict");
  CHECK(t.signal == SIGTERM);
  CHECK(wire.in_flight() == 0);
  CHECK(t.unrecorded == std::vector<std::uint32_t>{2, 3, 4});
}

TEST_CASE(
    "a life whose lock was taken away, and whose requests another program took for left behind, is not to blame") {
  LifeCase t(10);
  t.ledger.reset();
  const LedgerLock lock(t.at.path());
  t.ledger.emplace(t.at.open());
  t.options.schedule.concurrency = 3;
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted&) {
    if (transport.posted.size() != 4) return;
    std::filesystem::remove(t.at.path().string() + ".lock");
    t.at.open().recover(t.run.id, t.at.clock.wall_now());
  };
  CHECK(ledger_error([&] { t.live(transport); }) == kLockGone);
  CHECK(transport.posted.size() == 4);
  CHECK(t.unrecorded == std::vector<std::uint32_t>{2, 3, 4});
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kUnknown, 3}, {kNotSent, 6}});
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

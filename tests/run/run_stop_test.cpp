// What stops a run, and what it leaves.
#include "life_case.h"

namespace usage {

using namespace test;

TEST_CASE("a run whose ledger is taken away sends nothing more, and what it did can still be read") {
  LifeCase t(30);
  t.options.schedule.concurrency = 2;
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted& posted) {
    if (posted.attempt == 5) std::filesystem::rename(t.at.path(), t.at.path().string() + ".gone");
  };
  const RunEnd end = t.live(transport);
  CHECK(end.state == RunState::kOpen);
  CHECK(end.name == kLedgerGone);
  CHECK(transport.posted.size() < 10);
  std::filesystem::rename(t.at.path().string() + ".gone", t.at.path());
  CHECK(t.statuses()[kSubmitted] == static_cast<int>(transport.posted.size()));
}

TEST_CASE("a ledger that is taken away with the last request in flight is told of, too") {
  LifeCase t(1);
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted&) { std::filesystem::rename(t.at.path(), t.at.path().string() + ".gone"); };
  const RunEnd end = t.live(transport);
  CHECK(end.name == kLedgerGone);
  std::filesystem::rename(t.at.path().string() + ".gone", t.at.path());
}

TEST_CASE("refused credentials stop the run and leave the rest to a later life") {
  LifeCase t(5);
  const RunEnd end = t.live([](const Posted&) { return reply(401); });
  CHECK(end.state == RunState::kOpen);
  CHECK(end.name == "credentials");
  CHECK(t.posted.size() == 1);
  CHECK(t.statuses() == Statuses{{kNotSent, 5}});
  t.reopen();
  CHECK(t.live(accept_all).name == "finished");
  CHECK(t.posted.size() == 5);
  CHECK(t.statuses() == Statuses{{kSubmitted, 5}});
}

TEST_CASE("a certificate that does not hold stops the run") {
  LifeCase t(2);
  CHECK(t.live([](const Posted&) { return never_sent(TransportFault::kBadCertificate); }).name == "certificate");
  CHECK(t.statuses() == Statuses{{kNotSent, 2}});
}

TEST_CASE("too many in doubt stop the run, what is in flight is still recorded") {
  LifeCase t(30);
  t.options.schedule.concurrency = 3;
  t.options.stops.max_unknown = 2;
  const RunEnd end = t.live(
      [](const Posted& posted) { return posted.installation == installation_sid(1) ? accepted(posted) : reply(500); });
  CHECK(end.name == "max-unknown");
  CHECK(t.posted.size() == 4);
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kUnknown, 3}, {kNotSent, 26}});
}

TEST_CASE("too many failures stop the run where a limit is set") {
  LifeCase t(30);
  t.options.schedule.concurrency = 1;
  t.options.stops.max_failures = 3;
  const RunEnd end = t.live(
      [](const Posted& posted) { return posted.installation == installation_sid(1) ? accepted(posted) : reply(404); });
  CHECK(end.name == "max-failures");
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kFailed, 3}, {kNotSent, 26}});
}

TEST_CASE("a run whose first requests all fail stops, one with a success among them does not") {
  LifeCase t(8);
  t.options.schedule.concurrency = 1;
  t.options.stops.first_requests = 3;
  SUBCASE("all fail") {
    CHECK(t.live([](const Posted&) { return reply(404); }).name == "first-requests-failed");
    CHECK(t.statuses() == Statuses{{kFailed, 3}, {kNotSent, 5}});
  }
  SUBCASE("one does not") {
    const auto script = [](const Posted& posted) {
      return posted.installation == installation_sid(2) ? accepted(posted) : reply(404);
    };
    CHECK(t.live(script).name == "finished");
    CHECK(t.statuses() == Statuses{{kFailed, 7}, {kSubmitted, 1}});
  }
}

TEST_CASE("an endpoint out of reach stops the run, and no request is given up") {
  LifeCase t(4);
  const RunEnd end = t.live([](const Posted&) { return never_sent(); });
  CHECK(end.name == "out-of-reach");
  CHECK(t.posted.size() == 5);  // the first request's attempts
  CHECK(t.posts_of(1) == 5);
  CHECK(t.statuses() == Statuses{{kNotSent, 4}});
}

TEST_CASE("after a signal nothing starts, what is in flight is recorded") {
  LifeCase t(10);
  t.options.schedule.concurrency = 2;
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted&) {
    if (transport.posted.size() == 3) t.signal = SIGTERM;
  };
  const RunEnd end = t.live(transport);
  CHECK(end.state == RunState::kOpen);
  CHECK(end.name == "SIGTERM");
  CHECK(transport.posted.size() == 3);
  CHECK(t.statuses() == Statuses{{kSubmitted, 3}, {kNotSent, 7}});
}

TEST_CASE("of several stops the one is told that the exit status goes by") {
  LifeCase t(5);
  t.options.schedule.concurrency = 1;
  std::string expected = "credentials";
  FakeTransport::Script script = [](const Posted&) { return reply(401); };
  FakeTransport transport(t.at.clock, [&](const Posted& posted) { return script(posted); });
  transport.on_start = [&](const Posted&) { t.signal = SIGINT; };
  SUBCASE("credentials after a signal") {}
  SUBCASE("a ledger that is gone after a signal") {
    expected = kLedgerGone;
    transport.on_start = [&](const Posted&) {
      t.signal = SIGINT;
      std::filesystem::rename(t.at.path(), t.at.path().string() + ".gone");
    };
  }
  SUBCASE("too much in doubt before a signal") {
    expected = "max-unknown";
    t.options.stops.max_unknown = 1;
    t.signal = 0;
    transport.on_start = [](const Posted&) {};
    t.observer.attempt_ended = [&](std::uint32_t, unsigned, const AttemptOutcome&, AfterAttempt) { t.signal = SIGTERM; };
    script = [](const Posted&) { return reply(500); };
  }
  const RunEnd end = t.live(transport);
  CHECK(end.state == RunState::kOpen);
  CHECK(end.name == expected);
  if (expected == kLedgerGone) std::filesystem::rename(t.at.path().string() + ".gone", t.at.path());
}

TEST_CASE("a signal that comes before the first request sends nothing") {
  LifeCase t(2);
  t.signal = SIGINT;
  CHECK(t.live(accept_all).name == "SIGINT");
  CHECK(t.posted.empty());
}

}  // namespace usage

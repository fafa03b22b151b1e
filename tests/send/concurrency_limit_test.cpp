// The learned limit against endpoints with a hidden one, in a time of its own.
#include "usage/send/concurrency_limit.h"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <random>
#include <vector>

#include "support/long_tests.h"
#include "support/seed.h"
#include "usage/send/schedule.h"

using namespace usage;
using namespace std::chrono_literals;

namespace {

struct HiddenLimit {
  std::function<unsigned(Duration since_start)> limit;
  Duration latency = 80ms;    // of the processing, a place is taken so long
  Duration network{};         // one way
  Duration network_jitter{};  // up to so much more
  Duration refusal = 0ms;     // how long a 429 takes
  Duration commit{};          // between claim and wire
  unsigned others = 0;        // places taken by other programs of the account
  bool counts = false;        // Twilio-Concurrent-Requests
};

struct Figures {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  double refused_percent() const {
    return 100.0 * static_cast<double>(refused) / static_cast<double>(accepted + refused);
  }
  // Of what so many places allow in the time.
  double used_percent(double places, Duration latency, Duration time) const {
    return 100.0 * static_cast<double>(accepted) /
           (places * std::chrono::duration<double>(time) / std::chrono::duration<double>(latency));
  }
};

// One schedule and one endpoint, driven by a queue of events.
class Play {
 public:
  Play(HiddenLimit endpoint, unsigned most, Concurrency kind = Concurrency::kAdaptive)
      : endpoint_(std::move(endpoint)),
        schedule_({.concurrency = most, .concurrency_kind = kind, .rate = 0, .retry = {}}, 5) {
    start_some();
  }

  // Goes on for so long; what came back in that time.
  Figures go_on(Duration time) {
    figures_ = {};
    const SteadyTime end = now_ + time;
    while (now_ < end) {
      const auto due = schedule_.next_due();
      SteadyTime next = events_.empty() ? end : events_.begin()->first;
      if (due) next = std::min(next, std::max(*due, now_));
      now_ = std::min(next, end);
      while (!events_.empty() && events_.begin()->first <= now_) {
        const auto happen = std::move(events_.begin()->second);
        events_.erase(events_.begin());
        happen();
      }
      start_some();
    }
    return figures_;
  }
  unsigned limit() const { return schedule_.concurrency(); }

 private:
  Duration network() {
    if (endpoint_.network_jitter == 0ms) return endpoint_.network;
    return endpoint_.network + Duration(static_cast<Duration::rep>(
                                   random_() % static_cast<std::uint64_t>(endpoint_.network_jitter.count())));
  }
  void at(SteadyTime time, std::function<void()> what) { events_.emplace(time, std::move(what)); }

  void start_some() {
    while (schedule_.wanted() > 0) schedule_.add(++last_);
    schedule_.claim_due(now_);
    for (const RequestId request : schedule_.start_due(now_))
      at(now_ + endpoint_.commit + network(), [this, request] { arrive(request); });
  }

  void arrive(RequestId request) {
    const unsigned count = active_ + endpoint_.others + 1;
    if (count > endpoint_.limit(now_ - kStart)) return reply(request, 429, endpoint_.refusal, count);
    ++active_;
    at(now_ + endpoint_.latency, [this, request, count] {
      --active_;
      reply(request, 202, 0ms, count);
    });
  }

  void reply(RequestId request, int status, Duration after, unsigned count) {
    at(now_ + after + network(), [this, request, status, count] {
      AttemptOutcome outcome;
      outcome.http_status = status;
      outcome.verdict = status == 202 ? Verdict::kAnswered : Verdict::kNotProcessed;
      if (status == 429) outcome.cause = NotProcessedCause::kRateLimited;
      if (endpoint_.counts) outcome.concurrent_requests = count;
      schedule_.ended(request, outcome, now_, nullptr);
      ++(status == 202 ? figures_.accepted : figures_.refused);
    });
  }

  static constexpr SteadyTime kStart{std::chrono::hours(30)};
  HiddenLimit endpoint_;
  Schedule schedule_;
  SteadyTime now_ = kStart;
  std::multimap<SteadyTime, std::function<void()>> events_;
  std::mt19937_64 random_{7};
  RequestId last_ = 0;
  unsigned active_ = 0;
  Figures figures_;
};

}  // namespace

TEST_CASE("a fixed limit stays, whatever comes") {
  ConcurrencyLimit limit(Concurrency::kFixed, 7);
  for (unsigned i = 0; i < 500; ++i) {
    limit.refused(limit.start(i % 7 + 1), 3);
    limit.replied(limit.start(7), 1);
    CHECK(limit.now() == 7);
  }
}

TEST_CASE("nine tenths of what a hidden limit allows are used, and one request in fifty is refused at most") {
  const std::vector<unsigned> limits = test::are_long() ? std::vector{5U, 6U, 7U, 10U, 20U, 33U, 60U, 67U, 99U, 100U}
                                                        : std::vector{5U, 20U, 67U};
  for (const unsigned places : limits)
    for (const Duration latency : {20ms, 80ms, 200ms, 400ms})
      for (const Duration refusal : {Duration(0ms), latency}) {
        HiddenLimit endpoint{.limit = [=](Duration) { return places; }, .latency = latency, .refusal = refusal};
        Play play(endpoint, 100);
        const Figures all = play.go_on(60s);
        CAPTURE(places);
        CAPTURE(latency.count());
        CHECK(all.used_percent(places, latency, 60s) >= 90);
        CHECK(all.refused_percent() <= 2);
      }
}

TEST_CASE("so it is where each claim takes two milliseconds before it is on the wire") {
  for (const unsigned places : {5U, 20U, 100U})
    for (const Duration latency : {20ms, 80ms, 400ms}) {
      HiddenLimit endpoint{
          .limit = [=](Duration) { return places; }, .latency = latency, .refusal = latency, .commit = 2ms};
      Play play(endpoint, 100);
      play.go_on(20s);
      const Figures figures = play.go_on(60s);
      CHECK(figures.used_percent(places, latency, 60s) >= 90);
      CHECK(figures.refused_percent() <= 2);
    }
}

TEST_CASE("what other programs of the account take is left to them") {
  HiddenLimit endpoint{.limit = [](Duration) { return 80; }, .others = 50};
  Play play(endpoint, 100);
  const Figures all = play.go_on(60s);
  CHECK(all.used_percent(30, 80ms, 60s) >= 90);
  CHECK(all.refused_percent() <= 2);
}

TEST_CASE("a limit that falls is kept within two seconds, one that rises is used within seconds") {
  struct Change {
    unsigned from, to;
    Duration latency, patience;
  };
  for (const Change& change :
       {Change{100, 5, 20ms, 2s}, Change{100, 5, 400ms, 2s}, Change{50, 30, 80ms, 2s}, Change{10, 8, 80ms, 2s},
        Change{5, 100, 20ms, 3s}, Change{5, 100, 80ms, 6s}, Change{30, 50, 80ms, 4s}, Change{5, 100, 400ms, 14s}}) {
    CAPTURE(change.from);
    CAPTURE(change.to);
    CAPTURE(change.latency.count());
    HiddenLimit endpoint{.limit = [=](Duration since) { return since < 60s ? change.from : change.to; },
                         .latency = change.latency};
    Play play(endpoint, 100);
    play.go_on(60s);
    CHECK(play.go_on(change.patience).refused <= 100);
    const Figures then = play.go_on(20s);
    CHECK(then.used_percent(change.to, change.latency, 20s) >= 90);
    CHECK(then.refused_percent() <= 2);
  }
}

TEST_CASE("a 429 above what was proven names the limit; the rest of its burst counts once") {
  ConcurrencyLimit limit(Concurrency::kAdaptive, 100);
  CHECK(limit.now() == 5);
  std::vector<StartLevel> burst;
  for (unsigned place = 1; place <= 5; ++place) burst.push_back(limit.start(place));
  for (const StartLevel& started : burst) limit.replied(started, {});
  CHECK(limit.now() == 7);
  burst.clear();
  for (unsigned place = 1; place <= 7; ++place) burst.push_back(limit.start(place));
  limit.replied(burst[0], {});
  limit.refused(burst[6], {});
  CHECK(limit.now() == 6);
  limit.refused(burst[5], {});
  CHECK(limit.now() == 5);
  limit.refused(burst[6], {});
  CHECK(limit.now() == 5);
}

TEST_CASE("below what was proven, each further 429 takes more, and never the last place") {
  ConcurrencyLimit limit(Concurrency::kAdaptive, 400);
  for (unsigned i = 0; i < 5000; ++i) limit.replied(limit.start(limit.now()), {});
  unsigned before = limit.now();
  CHECK(before == 400);
  for (const unsigned percent : {85U, 70U, 50U, 50U}) {
    limit.refused(limit.start(before), {});
    CHECK(limit.now() == before * percent / 100);
    before = limit.now();
  }
  for (int i = 0; i < 50; ++i) limit.refused(limit.start(1), {});
  CHECK(limit.now() == 1);
}

TEST_CASE(
    "below a refused place one more is tried after a hundred replies, or sooner where the endpoint counts fewer") {
  const auto replies_until_tried = [](std::optional<unsigned> refused_at, std::optional<unsigned> counted) {
    ConcurrencyLimit limit(Concurrency::kAdaptive, 100);
    limit.refused(limit.start(5), refused_at);
    unsigned replies = 0;
    for (; limit.now() == 4; ++replies) limit.replied(limit.start(4), counted);
    return replies;
  };
  CHECK(replies_until_tried({}, {}) == 100);
  CHECK(replies_until_tried(5, 4) == 100);
  CHECK(replies_until_tried(5, 3) == 25);
  CHECK(replies_until_tried(5, {}) == 100);
}

TEST_CASE("the limit grows only where it was filled") {
  ConcurrencyLimit limit(Concurrency::kAdaptive, 100);
  for (unsigned i = 0; i < 1000; ++i) limit.replied(limit.start(3), {});
  CHECK(limit.now() == 5);
}

TEST_CASE("whatever comes, the limit is one at least and the most at most") {
  std::mt19937_64 random(test::test_seed("concurrency limit"));
  for (int round = 0; round < 200; ++round) {
    const auto most = static_cast<unsigned>(random() % 40 + 1);
    ConcurrencyLimit limit(Concurrency::kAdaptive, most);
    std::vector<StartLevel> started;
    for (int i = 0; i < 300; ++i) {
      started.push_back(limit.start(static_cast<unsigned>(random() % limit.now()) + 1));
      const StartLevel level = started[random() % started.size()];
      const auto counted = random() % 2 == 0 ? std::nullopt : std::optional(static_cast<unsigned>(random() % 50 + 1));
      if (random() % 6 == 0)
        limit.refused(level, counted);
      else
        limit.replied(level, counted);
      REQUIRE(limit.now() >= 1);
      REQUIRE(limit.now() <= most);
    }
  }
}

// Starts a second.
#include "schedule_case.h"

using namespace usage;
using namespace usage::test::schedule_room;
using namespace std::chrono_literals;

TEST_CASE("with a rate, starts are evenly spaced") {
  Driven driven(options(100, 10));
  driven.open(1);
  driven.add(2, 60);
  std::vector<SteadyTime> starts;
  for (; starts.size() < 30; driven.now += 1ms) {
    for (const RequestId request : driven.take()) {
      CHECK(request == static_cast<RequestId>(starts.size()) + 2);
      starts.push_back(driven.now);
    }
  }
  for (std::size_t i = 0; i < starts.size(); ++i) CHECK(starts[i] == kStart + 100ms * (i + 1));
}

TEST_CASE("after a pause the rate makes up for nothing") {
  Driven driven(options(100, 10));
  driven.open(1);
  driven.add(2, 60);
  driven.now += 10s;
  CHECK(driven.take() == Ids{2});
  CHECK(driven.schedule.next_due() == driven.now + 100ms);
  driven.now += 99ms;
  CHECK(driven.take().empty());
  driven.now += 1ms;
  CHECK(driven.take() == Ids{3});
}

TEST_CASE("a poll that comes a little late does not slow the rate, and a window never has more than its share") {
  std::mt19937_64 random(test::test_seed("schedule"));
  for (const int rate : {20, 200, 3000}) {
    Driven driven(options(100'000, rate));
    driven.open(1);
    driven.add(2, 7000);
    std::vector<SteadyTime> starts;
    while (driven.now < kStart + 2s) {
      for (std::size_t count = driven.take().size(); count > 0; --count) starts.push_back(driven.now);
      driven.now = std::max(driven.now, *driven.schedule.next_due()) + Duration(random() % 3000);
    }
    CAPTURE(rate);
    CHECK(starts.size() >= static_cast<std::size_t>(rate * 2 - rate / 50 - 1));
    CHECK(starts.size() <= static_cast<std::size_t>(rate * 2));
    const auto allowed_in_10ms = static_cast<std::size_t>(rate / 100 + rate / 100 + 2);
    for (std::size_t i = allowed_in_10ms; i < starts.size(); ++i) CHECK(starts[i] - starts[i - allowed_in_10ms] > 10ms);
  }
}

TEST_CASE("the rate holds for retries as well") {
  Driven driven(options(100, 10));
  driven.open(1);
  driven.add(2, 2);
  driven.now += 100ms;
  CHECK(driven.take() == Ids{2});
  driven.ended(2, kLimited);
  CHECK(driven.schedule.next_due() == driven.now + 100ms);
  CHECK(driven.take().empty());
  driven.now += 100ms;
  CHECK(driven.take() == Ids{2});
}

TEST_CASE("a rate of no sense is none, a tiny one is slow") {
  for (const double rate : {0.0, -3.0, std::numeric_limits<double>::quiet_NaN()}) {
    Driven driven(options(10, rate));
    driven.open(1);
    driven.add(2, 9);
    CHECK(driven.take().size() == 8);
  }
  Driven driven(options(10, 1e-300));
  driven.open(1);
  driven.add(2, 2);
  CHECK(driven.take().empty());
  CHECK(*driven.schedule.next_due() > driven.now + 24h);
}

// Which attempts are made again, when, and when a request is given up.
#include "schedule_case.h"

using namespace usage;
using namespace usage::test::schedule_room;
using namespace std::chrono_literals;

TEST_CASE("retries that are due go before new requests, earliest first, equal times by id") {
  Driven driven(options(4));
  driven.open(1);
  driven.add(2, 5);
  driven.take();
  driven.ended(5, asking(kLimited, 20s));
  driven.ended(3, asking(kLimited, 10s));
  driven.ended(4, asking(kMisdirected, 20s));
  driven.add(6, 9);
  CHECK(driven.take() == Ids{6, 7, 8});
  CHECK(driven.schedule.waiting_requests() == Ids{3, 4, 5, 9});
  driven.now += 30s;
  for (RequestId request : {2, 6, 7, 8}) driven.ended(request, kAccepted);
  CHECK(driven.schedule.backing_off() == 3);
  CHECK(driven.take() == Ids{3, 4, 5, 9});
  CHECK(driven.schedule.retries() == 3);
  CHECK(driven.schedule.backing_off() == 0);
}

TEST_CASE("a retry starts when it is due and not before, and next_due says when") {
  Driven driven(options(4));
  driven.open(1);
  driven.add(2, 2);
  driven.take();
  driven.ended(2, asking(kMisdirected, 10s));
  CHECK(driven.schedule.next_due() == driven.now + 10s);
  driven.now += 10s - 1us;
  CHECK(driven.take().empty());
  driven.now += 1us;
  CHECK(driven.take() == Ids{2});
}

TEST_CASE("next_due is nothing where nothing waits") {
  Driven driven(options(4));
  CHECK_FALSE(driven.schedule.next_due());
  CHECK(driven.take().empty());
  driven.open(1);
  CHECK_FALSE(driven.schedule.next_due());
}

TEST_CASE("attempts are counted over the whole of a request, and giving up says why") {
  Driven driven(options(4));
  driven.open(1);
  driven.add(2, 2);
  for (int attempt = 1; attempt <= 5; ++attempt) {
    REQUIRE(driven.take() == Ids{2});
    std::string reason = "untouched";
    const AfterAttempt after = driven.schedule.ended(2, kMisdirected, driven.now, &reason);
    CHECK(after == (attempt < 5 ? AfterAttempt::kWillRetry : AfterAttempt::kGaveUp));
    CHECK(reason == (attempt < 5 ? "untouched" : "after 5 attempts: the cause"));
  }
  CHECK(driven.take().empty());
  CHECK(driven.schedule.retries() == 4);
}

TEST_CASE("429 goes on until the longest wait since the first 429, whatever the attempts") {
  Driven driven(options(4));
  driven.open(1);
  driven.add(2, 2);
  driven.take();
  CHECK(driven.ended(2, asking(kMisdirected, 10min)) == AfterAttempt::kWillRetry);
  driven.now += 10min;
  int attempts = 0;
  for (; driven.take() == Ids{2}; ++attempts) {
    if (driven.ended(2, asking(kLimited, 1min)) != AfterAttempt::kWillRetry) break;
    driven.now += 1min;
  }
  CHECK(attempts == 15);
  CHECK(driven.now == kStart + 25min);
}

TEST_CASE("429s do not use up the attempts of other causes") {
  Driven driven(options(4));
  driven.open(1);
  driven.add(2, 2);
  for (int attempt = 0; attempt < 9; ++attempt) {
    driven.take();
    CHECK(driven.ended(2, kLimited) == AfterAttempt::kWillRetry);
  }
  driven.take();
  CHECK(driven.ended(2, kMisdirected) == AfterAttempt::kWillRetry);
}

TEST_CASE("a request that was never sent is out of reach where nothing was heard since its first attempt") {
  Driven driven(options(4));
  driven.add(1, 9);
  std::vector<AfterAttempt> after;
  while (driven.take() == Ids{1}) {
    after.push_back(driven.ended(1, kNeverSent));
    if (after.back() != AfterAttempt::kWillRetry) break;
    driven.now += 1s;
  }
  CHECK(after.size() == 5);
  CHECK(after.back() == AfterAttempt::kOutOfReach);
}

TEST_CASE("another request's reply in the meantime shows that the endpoint is in reach") {
  const auto last_of = [](const AttemptOutcome& meanwhile) {
    Driven driven(options(4));
    driven.open(1);
    driven.now += 1s;
    driven.add(2, 3);
    driven.take();
    driven.ended(3, meanwhile);
    for (int attempt = 1; attempt < 5; ++attempt) {
      CHECK(driven.ended(2, kNeverSent) == AfterAttempt::kWillRetry);
      driven.now += 1s;
      CHECK(driven.take() == Ids{2});
    }
    return driven.ended(2, kNeverSent);
  };
  CHECK(last_of(kAccepted) == AfterAttempt::kGaveUp);
  CHECK(last_of(kGarbled) == AfterAttempt::kGaveUp);
  CHECK(last_of(kNoReply) == AfterAttempt::kOutOfReach);
}

TEST_CASE("a reply before the first attempt says nothing about the present") {
  Driven driven({.concurrency = 4, .rate = 0, .retry = {.max_attempts = 1}});
  driven.open(1);
  driven.now += 1us;
  driven.add(2, 2);
  driven.take();
  CHECK(driven.ended(2, kNeverSent) == AfterAttempt::kOutOfReach);
}

TEST_CASE("a request that the endpoint turned away to the last is no sign of an endpoint out of reach") {
  Driven driven({.concurrency = 4, .rate = 0, .retry = {.max_attempts = 1}});
  driven.add(1, 1);
  driven.take();
  CHECK(driven.ended(1, kMisdirected) == AfterAttempt::kGaveUp);
}

TEST_CASE("when the retry budget is used up, retries but those of 429 end") {
  Driven driven(options(200));
  driven.open(1);
  driven.add(2, 150);
  CHECK(driven.take().size() == 149);
  std::map<AfterAttempt, int> after;
  for (RequestId request = 2; request <= 120; ++request) ++after[driven.ended(request, kMisdirected)];
  CHECK(after[AfterAttempt::kWillRetry] == 100);
  CHECK(after[AfterAttempt::kOutOfReach] == 19);
  CHECK(driven.ended(121, kLimited) == AfterAttempt::kWillRetry);
  for (RequestId request = 122; request <= 131; ++request) driven.ended(request, kRefused);
  CHECK(driven.ended(132, kMisdirected) == AfterAttempt::kWillRetry);
  std::string reason;
  CHECK(driven.schedule.ended(133, kMisdirected, driven.now, &reason) == AfterAttempt::kOutOfReach);
  CHECK(reason == "too many retries for the replies that came: the cause");
}

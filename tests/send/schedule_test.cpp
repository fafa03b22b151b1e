// What starts, beside what, and what is claimed ahead.
#include "schedule_case.h"

using namespace usage;
using namespace usage::test::schedule_room;
using namespace std::chrono_literals;

TEST_CASE("the first request goes alone, and the others follow when it is accepted or refused") {
  for (const AttemptOutcome& outcome : {kAccepted, kRefused}) {
    Driven driven(options(4));
    driven.add(1, 9);
    CHECK(driven.take() == Ids{1});
    CHECK(driven.take().empty());
    CHECK_FALSE(driven.schedule.next_due());
    driven.now += 20s;
    CHECK(driven.take().empty());
    CHECK(driven.ended(1, outcome) == AfterAttempt::kDone);
    CHECK(driven.schedule.next_due() <= driven.now);
    CHECK(driven.take() == Ids{2, 3, 4, 5});
  }
}

TEST_CASE("the first request stays alone in its back-off, for as long as it takes") {
  Driven driven(options(4));
  driven.add(1, 9);
  driven.take();
  for (int round = 0; round < 12; ++round) {
    CHECK(driven.ended(1, asking(kLimited, 10s)) == AfterAttempt::kWillRetry);
    driven.now += 9s;
    CHECK(driven.take().empty());
    CHECK(driven.schedule.next_due() == driven.now + 1s);
    driven.now += 1s;
    CHECK(driven.take() == Ids{1});
  }
  driven.ended(1, kAccepted);
  CHECK(driven.take() == Ids{2, 3, 4, 5});
}

TEST_CASE("while no reply has been understood, the next request goes alone as well") {
  Driven driven(options(4));
  driven.add(1, 9);
  driven.take();
  driven.ended(1, kNoReply);
  CHECK(driven.take() == Ids{2});
  driven.ended(2, kGarbled);
  CHECK(driven.take() == Ids{3});
  driven.ended(3, kAccepted);
  CHECK(driven.take() == Ids{4, 5, 6, 7});
}

TEST_CASE("never more in flight than the concurrency, and places are used again") {
  Driven driven(options(3));
  driven.open(1);
  driven.add(2, 9);
  CHECK(driven.take() == Ids{2, 3, 4});
  CHECK(driven.take().empty());
  CHECK_FALSE(driven.schedule.next_due());
  driven.ended(3, kNoReply);
  CHECK(driven.take() == Ids{5});
  driven.ended(2, kAccepted);
  driven.ended(4, kRefused);
  CHECK(driven.take() == Ids{6, 7});
  CHECK(driven.schedule.in_flight() == 3);
  CHECK(driven.schedule.waiting() == 2);
}

TEST_CASE("claims ahead: as many again, started one for each that comes back, and made up for when half are left") {
  ScheduleOptions ahead = options(4);
  ahead.claims_ahead = ClaimsAhead::kAsManyAgain;
  Driven driven(ahead);
  driven.open(1);
  driven.add(2, 30);
  CHECK(driven.schedule.may_claim(driven.now));
  CHECK(driven.schedule.claim_due(driven.now) == Ids{2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(driven.schedule.claim_due(driven.now).empty());
  CHECK(driven.schedule.start_due(driven.now) == Ids{2, 3, 4, 5});
  CHECK_FALSE(driven.schedule.may_claim(driven.now));
  driven.schedule.came_back(3, kAccepted, driven.now);
  CHECK(driven.schedule.start_due(driven.now) == Ids{6});
  CHECK(driven.schedule.claim_due(driven.now).empty());  // 3 has not ended
  driven.schedule.came_back(2, kAccepted, driven.now);
  CHECK(driven.schedule.start_due(driven.now) == Ids{7});
  CHECK(driven.schedule.claims_run_short());
  CHECK_FALSE(driven.schedule.may_claim(driven.now));
  driven.ended(3, kAccepted);
  driven.ended(2, kAccepted);
  CHECK(driven.schedule.may_claim(driven.now));
  CHECK(driven.schedule.claim_due(driven.now) == Ids{10, 11});
  CHECK(driven.schedule.withdraw_claims() == Ids{8, 9, 10, 11});
  CHECK(driven.schedule.waiting_requests() ==
        Ids{8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30});
  CHECK(driven.schedule.claim_due(driven.now) == Ids{8, 9, 10, 11});
}

TEST_CASE("nothing is claimed ahead before a reply was understood, with room for one, or with a rate") {
  for (const auto& [concurrency, rate] : {std::pair{4U, 0.0}, std::pair{1U, 0.0}, std::pair{4U, 5.0}}) {
    ScheduleOptions ahead = options(concurrency, rate);
    ahead.claims_ahead = ClaimsAhead::kAsManyAgain;
    Driven driven(ahead);
    driven.add(1, 30);
    CHECK(driven.take() == Ids{1});
    CHECK(driven.schedule.claimed() == 0);
    driven.ended(1, kAccepted);
    if (rate > 0) driven.now += 200ms;
    driven.take();
    CHECK(driven.schedule.claimed() == (concurrency == 4 && rate == 0 ? 4 : 0));
  }
}

TEST_CASE("a claim that is withdrawn before a retry is due again at once") {
  ScheduleOptions ahead = options(2);
  ahead.claims_ahead = ClaimsAhead::kAsManyAgain;
  Driven driven(ahead);
  driven.open(1);
  driven.add(2, 3);
  driven.take();
  driven.ended(2, kLimited);
  driven.ended(3, kLimited);
  CHECK(driven.schedule.claim_due(driven.now) == Ids{2, 3});
  CHECK(driven.schedule.withdraw_claims() == Ids{2, 3});
  CHECK(driven.take() == Ids{2, 3});
  CHECK(driven.schedule.retries() == 2);
}

TEST_CASE("a concurrency of 0 is taken as 1") {
  Driven driven(options(0));
  driven.open(1);
  driven.add(2, 3);
  CHECK(driven.take() == Ids{2});
}

TEST_CASE("a request in doubt, or one that stops the run, is never started again") {
  Driven driven(options(5));
  driven.open(1);
  driven.add(2, 5);
  driven.take();
  for (RequestId request : {2, 3, 4, 5}) {
    const Verdict verdict = request == 2   ? Verdict::kUnknown
                            : request == 3 ? Verdict::kStopRun
                            : request == 4 ? Verdict::kRefused
                                           : Verdict::kAnswered;
    CHECK(driven.ended(request, asking(outcome_of(verdict, 503), 1s)) == AfterAttempt::kDone);
  }
  driven.now += 24h;
  CHECK(driven.take().empty());
  CHECK_FALSE(driven.schedule.next_due());
  CHECK(driven.schedule.waiting() == 0);
}

TEST_CASE("wanted keeps twice the concurrency of new requests waiting, and none while too many are in back-off") {
  Driven driven(options(3));
  CHECK(driven.schedule.wanted() == 6);
  driven.open(1);
  driven.add(2, 5);
  CHECK(driven.schedule.wanted() == 2);
  for (const RequestId request : driven.take()) driven.ended(request, kAccepted);
  CHECK(driven.schedule.wanted() == 5);
  RequestId next = 6;
  for (int round = 0; round < 100; ++round) {
    for (std::size_t count = driven.schedule.wanted(); count > 0; --count) driven.schedule.add(next++);
    for (const RequestId request : driven.take()) driven.ended(request, asking(kLimited, 1min));
  }
  CHECK(driven.schedule.wanted() == 0);
  CHECK(driven.schedule.backing_off() < 24 + 6 + 3);
  CHECK(driven.schedule.waiting() < 24 + 6 + 3);
}

TEST_CASE("an end of what is not in flight, or a request scheduled twice, is a mistake of the caller") {
  Driven driven(options(3));
  CHECK_THROWS_AS(driven.ended(1, kAccepted), std::logic_error);
  driven.open(1);
  driven.add(2, 2).add(2, 2);
  CHECK_THROWS_AS(driven.take(), std::logic_error);
  Driven waiting(options(3));
  waiting.add(1, 1).take();
  waiting.ended(1, kLimited);
  CHECK_THROWS_AS(waiting.ended(1, kLimited), std::logic_error);
}

TEST_CASE("whatever comes, each request ends once, doubts are not repeated, and places are never exceeded") {
  std::mt19937_64 random(test::test_seed("schedule"));
  const std::vector<AttemptOutcome> outcomes = {kAccepted, kAccepted, kAccepted, kRefused,   kNoReply,
                                                kGarbled,  kLimited,  kLimited,  kNeverSent, kMisdirected};
  for (int round = 0; round < 150; ++round) {
    CAPTURE(round);
    const auto concurrency = static_cast<unsigned>(random() % 12 + 1);
    ScheduleOptions any = {.concurrency = concurrency, .rate = random() % 2 == 0 ? 0.0 : 50.0, .retry = {}};
    any.retry.max_wait = 20s;
    if (random() % 2 == 0) any.claims_ahead = ClaimsAhead::kAsManyAgain;
    Driven driven(any);
    constexpr RequestId kLast = 120;
    RequestId next = 1;
    bool understood = false;
    std::set<RequestId> in_flight;
    std::map<RequestId, unsigned> counted_attempts;
    std::set<RequestId> over;
    while (over.size() < kLast) {
      for (std::size_t count = driven.schedule.wanted(); count > 0 && next <= kLast; --count)
        driven.schedule.add(next++);
      for (const RequestId request : driven.take()) {
        CHECK(over.count(request) == 0);
        CHECK(in_flight.insert(request).second);
      }
      REQUIRE(in_flight.size() <= (understood ? concurrency : 1));
      CHECK(driven.schedule.in_flight() == in_flight.size());
      CHECK(driven.schedule.claimed() + in_flight.size() <= 2 * concurrency);
      if (random() % 20 == 0) driven.schedule.withdraw_claims();
      const auto due = driven.schedule.next_due();
      REQUIRE((due || !in_flight.empty()));
      if (due && (in_flight.empty() || random() % 2 == 0)) {
        driven.now = std::max(driven.now, *due);
        continue;
      }
      auto which = std::next(in_flight.begin(), static_cast<std::ptrdiff_t>(random() % in_flight.size()));
      const RequestId request = *which;
      in_flight.erase(which);
      driven.now += Duration(random() % 200'000);
      const AttemptOutcome& outcome = outcomes[random() % outcomes.size()];
      if (outcome.verdict == Verdict::kNotProcessed && outcome.cause != NotProcessedCause::kRateLimited) {
        ++counted_attempts[request];
      }
      const AfterAttempt after = driven.ended(request, outcome);
      understood = understood || outcome.verdict == Verdict::kAnswered || outcome.verdict == Verdict::kRefused;
      if (outcome.verdict != Verdict::kNotProcessed) CHECK(after == AfterAttempt::kDone);
      CHECK(counted_attempts[request] <= 5);
      if (after != AfterAttempt::kWillRetry) over.insert(request);
    }
    CHECK(driven.schedule.waiting() == 0);
    CHECK_FALSE(driven.schedule.next_due());
  }
}

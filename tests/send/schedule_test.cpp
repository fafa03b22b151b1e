#include "usage/send/schedule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <stdexcept>

#include "support/seed.h"

using namespace usage;
using namespace std::chrono_literals;

namespace {

using Ids = std::vector<RequestId>;

const SteadyTime kStart{std::chrono::hours(30)};

AttemptOutcome outcome_of(Verdict verdict, int http_status, NotProcessedCause cause = NotProcessedCause::kNone) {
  AttemptOutcome outcome;
  outcome.verdict = verdict;
  outcome.http_status = http_status;
  outcome.cause = cause;
  outcome.reason = "the cause";
  return outcome;
}

const AttemptOutcome kAccepted = outcome_of(Verdict::kAnswered, 202);
const AttemptOutcome kRefused = outcome_of(Verdict::kRefused, 404);
const AttemptOutcome kNoReply = outcome_of(Verdict::kUnknown, 0);
const AttemptOutcome kGarbled = outcome_of(Verdict::kUnknown, 202);
const AttemptOutcome kLimited = outcome_of(Verdict::kNotProcessed, 429, NotProcessedCause::kRateLimited);
const AttemptOutcome kNeverSent = outcome_of(Verdict::kNotProcessed, 0, NotProcessedCause::kNeverSent);
const AttemptOutcome kMisdirected = outcome_of(Verdict::kNotProcessed, 421, NotProcessedCause::kMisdirected);

AttemptOutcome asking(AttemptOutcome outcome, Duration retry_after) {
  outcome.retry_after = retry_after;
  return outcome;
}

// No jitter, so that times can be foretold.
RetryOptions exact_retries() {
  return {.max_attempts = 5, .max_wait = 15min, .backoff_base = 0s, .backoff_cap = 0s};
}

// A schedule at a time of its own.
struct Driven {
  explicit Driven(ScheduleOptions options) : schedule(options, 77) {}
  Schedule schedule;
  SteadyTime now = kStart;

  Driven& add(RequestId first, RequestId last) {
    for (RequestId request = first; request <= last; ++request) schedule.add(request);
    return *this;
  }
  Ids take() {
    schedule.claim_due(now);
    return schedule.start_due(now);
  }
  AfterAttempt ended(RequestId request, const AttemptOutcome& outcome) {
    return schedule.ended(request, outcome, now, nullptr);
  }
  // Past the first request, which is `request`.
  void open(RequestId request) {
    add(request, request);
    REQUIRE(take() == Ids{request});
    REQUIRE(ended(request, kAccepted) == AfterAttempt::kDone);
  }
};

ScheduleOptions options(unsigned concurrency, double rate = 0) {
  return {.concurrency = concurrency, .rate = rate, .retry = exact_retries()};
}

}  // namespace

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

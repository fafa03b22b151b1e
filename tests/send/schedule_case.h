// A schedule at a time of its own, and the outcomes that come back to it.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <stdexcept>

#include "support/seed.h"
#include "usage/send/schedule.h"

namespace usage::test::schedule_room {

using namespace std::chrono_literals;

using Ids = std::vector<RequestId>;

inline const SteadyTime kStart{std::chrono::hours(30)};

inline AttemptOutcome outcome_of(Verdict verdict, int http_status, NotProcessedCause cause = NotProcessedCause::kNone) {
  AttemptOutcome outcome;
  outcome.verdict = verdict;
  outcome.http_status = http_status;
  outcome.cause = cause;
  outcome.reason = "the cause";
  return outcome;
}

inline const AttemptOutcome kAccepted = outcome_of(Verdict::kAnswered, 202);
inline const AttemptOutcome kRefused = outcome_of(Verdict::kRefused, 404);
inline const AttemptOutcome kNoReply = outcome_of(Verdict::kUnknown, 0);
inline const AttemptOutcome kGarbled = outcome_of(Verdict::kUnknown, 202);
inline const AttemptOutcome kLimited = outcome_of(Verdict::kNotProcessed, 429, NotProcessedCause::kRateLimited);
inline const AttemptOutcome kNeverSent = outcome_of(Verdict::kNotProcessed, 0, NotProcessedCause::kNeverSent);
inline const AttemptOutcome kMisdirected = outcome_of(Verdict::kNotProcessed, 421, NotProcessedCause::kMisdirected);

inline AttemptOutcome asking(AttemptOutcome outcome, Duration retry_after) {
  outcome.retry_after = retry_after;
  return outcome;
}

// No jitter, so that times can be foretold.
inline RetryOptions exact_retries() {
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

inline ScheduleOptions options(unsigned concurrency, double rate = 0) {
  return {.concurrency = concurrency, .rate = rate, .retry = exact_retries()};
}

}  // namespace usage::test::schedule_room

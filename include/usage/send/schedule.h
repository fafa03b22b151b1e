// When each request's next attempt may start: first request alone, concurrency, rate, back-off. A state machine over given
// times; whoever drives it records the claim, then starts the transfer.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "usage/base/clock.h"
#include "usage/model/attempt_outcome.h"
#include "usage/model/ids.h"
#include "usage/send/retry_policy.h"

namespace usage {


struct ScheduleOptions {
  unsigned concurrency = 10;
  double rate = 0;  // attempts a second; 0: no limit
  RetryOptions retry;
};

enum class AfterAttempt : std::uint8_t {
  kDone,        // this request gets no further attempt
  kWillRetry,   // it waits for its next attempt
  kGaveUp,      // not processed, and retries are used up
  kOutOfReach,  // gave up, and nothing has been heard from the endpoint all the while
};

class Schedule {
 public:
  Schedule(ScheduleOptions options, std::uint64_t seed);

  // How many more requests could be put to use now: while few are waiting, up to twice the concurrency.
  std::size_t wanted() const;
  void add(RequestId request);

  // Takes out what may start at `now`, at most the free places; the caller starts each of them.
  std::vector<RequestId> take_due(SteadyTime now);

  // An attempt of a started request has ended. `reason`, where given, receives why it was given up.
  AfterAttempt ended(RequestId request, const AttemptOutcome& outcome, SteadyTime now, std::string* reason);

  // When take_due may next give something; nothing while it only waits for ends of attempts.
  std::optional<SteadyTime> next_due() const;

  std::size_t in_flight() const;
  std::size_t waiting() const;          // not in flight: new, or in back-off
  std::size_t backing_off() const;
  std::uint64_t retries() const;        // attempts beyond a request's first, so far

 private:
  // (the room's own)
};

}  // namespace usage

// When each request's next attempt may start: first request alone, concurrency, rate, back-off. A state machine over
// given times. An attempt of a request is claimed (whoever drives it records that), started, comes back, and has ended
// (when that is recorded).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "usage/base/clock.h"
#include "usage/model/attempt_outcome.h"
#include "usage/model/ids.h"
#include "usage/send/concurrency_limit.h"
#include "usage/send/retry_policy.h"

namespace usage {

enum class ClaimsAhead : std::uint8_t {
  kNone,         // what is claimed is started at once
  kAsManyAgain,  // as many as may be in flight are claimed and wait, so that a free place is used without a commit;
                 // with room for one in flight, or a rate, none
};

struct ScheduleOptions {
  unsigned concurrency = 10;  // at most; at least 1
  Concurrency concurrency_kind = Concurrency::kFixed;
  ClaimsAhead claims_ahead = ClaimsAhead::kNone;
  double rate = 0;  // attempts a second, evenly spaced; 0: no limit
  RetryOptions retry;
};

enum class AfterAttempt : std::uint8_t {
  kDone,        // this request gets no further attempt
  kWillRetry,   // it waits for its next attempt
  kGaveUp,      // not processed, and retries are used up
  kOutOfReach,  // the same, never sent, and nothing was heard from the endpoint since its first attempt began; or no
                // retry because the run's RetryBudget is used up
};

// Starts requests in the order in which they were added; retries that are due go before them, earliest first, equal
// times by request id. Until a reply has been understood (a request accepted or refused), requests go one at a time,
// each with its retries: what nobody understands leaves one charge in doubt and not a hundred.
class Schedule {
 public:
  Schedule(ScheduleOptions options, std::uint64_t seed);

  // How many more requests could be put to use now: as many as keep twice the concurrency of new ones waiting, and none
  // while too many are in back-off (eight times the most that may be in flight), so that memory stays constant.
  std::size_t wanted() const;
  void add(RequestId request);  // a request that this schedule has not, or no longer

  // Takes out what is to be claimed now. Never more are claimed, in flight or back and not ended than twice what may be
  // in flight (once, without claims ahead).
  std::vector<RequestId> claim_due(SteadyTime now);
  // Of what is claimed, in that order, what may start at `now`; the caller starts each of them.
  std::vector<RequestId> start_due(SteadyTime now);
  // What is claimed and was not started is given up: it waits as if it had never been claimed. In order.
  std::vector<RequestId> withdraw_claims();
  // Its place is free again; what that means for the request is for `ended` to say.
  void came_back(RequestId request, const AttemptOutcome& outcome, SteadyTime now);

  // An attempt of a started request has ended; it has come back before, or does so now. `reason`, where given, receives
  // why it was given up.
  AfterAttempt ended(RequestId request, const AttemptOutcome& outcome, SteadyTime now, std::string* reason);

  // When claim_due or start_due may next give something, possibly in the past; nothing while they only wait for ends of
  // attempts or have nothing left.
  std::optional<SteadyTime> next_due() const;

  std::size_t in_flight() const { return in_flight_; }
  unsigned concurrency() const { return limit_.now(); }                      // at most so many in flight, at present
  std::size_t claimed() const { return claimed_.size(); }                    // and not started
  std::size_t waiting() const { return new_.size() + retries_due_.size(); }  // not claimed: new, or in back-off
  // Is it worth a commit to claim more? Where claims are made ahead, when half of them or fewer are left.
  bool may_claim(SteadyTime now) const;
  bool claims_run_short() const;
  std::size_t backing_off() const { return retries_due_.size(); }
  std::uint64_t retries() const { return retries_; }  // attempts started beyond a request's first, so far
  std::vector<RequestId> waiting_requests() const;    // those in back-off, earliest first, then new ones in their order

 private:
  enum class Stage : std::uint8_t { kWaits, kClaimed, kInFlight, kBack };
  // A request that has been claimed at least once and may still get an attempt.
  struct Started {
    Stage stage = Stage::kClaimed;
    SteadyTime first_attempt_at;
    std::optional<SteadyTime> first_rate_limited_at;
    unsigned attempts = 0;
    unsigned rate_limited = 0;
    StartLevel level;
  };

  std::size_t free_places() const;
  std::size_t ahead() const;
  bool has_room_for_claim() const;
  bool may_start_new() const;
  std::optional<RequestId> claim_one(SteadyTime now);
  RequestId claim_retry();
  RequestId claim_new();
  Started& started(RequestId request, Stage stage);
  SteadyTime start_after(SteadyTime start, SteadyTime now) const;
  void hear(StartLevel level, const AttemptOutcome& outcome, SteadyTime now);
  AfterAttempt after_not_processed(RequestId request, Started& started, const AttemptOutcome& outcome, SteadyTime now,
                                   std::string& reason);
  bool is_out_of_reach(const Started& started) const;

  ScheduleOptions options_;
  Duration spacing_;  // between two starts
  ConcurrencyLimit limit_;
  RetryPolicy policy_;
  RetryBudget budget_;
  std::deque<RequestId> new_;
  std::set<std::pair<SteadyTime, RequestId>> retries_due_;
  std::unordered_map<RequestId, Started> started_;
  std::deque<RequestId> claimed_;
  std::size_t in_flight_ = 0;
  std::size_t back_ = 0;
  std::uint64_t retries_ = 0;
  bool understood_a_reply_ = false;
  SteadyTime next_start_{};  // as far as the rate goes
  std::optional<SteadyTime> last_heard_;
};

}  // namespace usage

// May it be sent again, and when? Pure decisions: no clock, no sleep, no I/O.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <variant>

#include "usage/base/clock.h"
#include "usage/model/attempt_outcome.h"

namespace usage {

struct RetryOptions {
  unsigned max_attempts = 5;                     // that did not end in 429
  Duration max_wait = std::chrono::minutes(15);  // bounds 429, and clamps Retry-After
  Duration backoff_base = std::chrono::milliseconds(500);
  Duration backoff_cap = std::chrono::seconds(30);
};

// What one request has been through.
struct RetryHistory {
  unsigned attempts = 0;      // ended, all kinds
  unsigned rate_limited = 0;  // of which 429
  Duration waited{};          // since its first 429 came; 0 where none did
};

struct RetryAt {
  Duration delay{};  // from now
};
struct GiveUp {
  std::string reason;  // "after 5 attempts: ..."
};

// Exponential back-off with full jitter: anything from 0 to a ceiling that starts at the base and doubles up to the
// cap. Retry-After is a lower bound below that, clamped to max_wait. A request gives up after max_attempts attempts
// that did not end in 429, or when a 429 comes max_wait or later after its first 429; no 429's retry starts later than
// that.
class RetryPolicy {
 public:
  RetryPolicy(RetryOptions options, std::uint64_t seed) : options_(options), random_(seed) {}

  // For an outcome with verdict kNotProcessed only. `history` already counts the attempt that just ended.
  std::variant<RetryAt, GiveUp> decide(const AttemptOutcome& outcome, const RetryHistory& history);

 private:
  Duration jitter(unsigned attempts);
  RetryOptions options_;
  std::mt19937_64 random_;
};

// Keeps retries from adding to the load of an endpoint that no longer answers: 100 tokens at the start of the run, each
// retry but those of 429 takes one, each understood reply (accepted or refused) gives back a tenth, up to 100 again.
class RetryBudget {
 public:
  bool take();  // false: it is used up
  void give_back();

 private:
  static constexpr unsigned kTenthsPerRetry = 10;
  static constexpr unsigned kFull = 100 * kTenthsPerRetry;
  unsigned tenths_ = kFull;
};

}  // namespace usage

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
  unsigned max_attempts = 5;                               // that did not end in 429
  Duration max_wait = std::chrono::minutes(15);            // bounds 429, and clamps Retry-After
  Duration backoff_base = std::chrono::milliseconds(500);
  Duration backoff_cap = std::chrono::seconds(30);
};

// What one request has been through.
struct RetryHistory {
  unsigned attempts = 0;               // ended, all kinds
  unsigned rate_limited = 0;           // of which 429
  Duration waited{};                   // since its first attempt ended
};

struct RetryAt {
  Duration delay{};  // from now
};
struct GiveUp {
  std::string reason;  // "after 5 attempts: ..."
};

class RetryPolicy {
 public:
  RetryPolicy(RetryOptions options, std::uint64_t seed);
  // For an outcome with verdict kNotProcessed only: exponential back-off with full jitter, Retry-After as a lower bound.
  // `history` already counts the attempt that just ended.
  std::variant<RetryAt, GiveUp> decide(const AttemptOutcome& outcome, const RetryHistory& history);

 private:
  RetryOptions options_;
  std::mt19937_64 random_;
};

}  // namespace usage

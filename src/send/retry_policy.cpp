#include "usage/send/retry_policy.h"

#include <algorithm>

namespace usage {
namespace {

std::string give_up_text(const RetryHistory& history, const AttemptOutcome& outcome) {
  return "after " + std::to_string(history.attempts) + (history.attempts == 1 ? " attempt: " : " attempts: ") +
         outcome.reason;
}

}  // namespace

std::variant<RetryAt, GiveUp> RetryPolicy::decide(const AttemptOutcome& outcome, const RetryHistory& history) {
  const Duration asked =
      std::clamp(outcome.retry_after.value_or(Duration::zero()), Duration::zero(), options_.max_wait);
  const Duration delay = asked + jitter(history.attempts);
  if (outcome.cause != NotProcessedCause::kRateLimited) {
    if (history.attempts - history.rate_limited < options_.max_attempts) return RetryAt{delay};
    return GiveUp{give_up_text(history, outcome)};
  }
  if (history.waited < options_.max_wait) return RetryAt{std::min(delay, options_.max_wait - history.waited)};
  return GiveUp{"rate limited for " + duration_text(history.waited) + ", " + give_up_text(history, outcome)};
}

Duration RetryPolicy::jitter(unsigned attempts) {
  constexpr unsigned kMaxDoublings = 40;  // of any base in microseconds, still no overflow
  Duration ceiling = std::min(options_.backoff_base, options_.backoff_cap);
  for (unsigned n = 1; n < std::min(attempts, kMaxDoublings) && ceiling < options_.backoff_cap; ++n) ceiling *= 2;
  ceiling = std::clamp(ceiling, Duration::zero(), options_.backoff_cap);
  std::uniform_int_distribution<Duration::rep> any_up_to(0, ceiling.count());
  return Duration(any_up_to(random_));
}

bool RetryBudget::take() {
  if (tenths_ < kTenthsPerRetry) return false;
  tenths_ -= kTenthsPerRetry;
  return true;
}

void RetryBudget::give_back() {
  tenths_ = std::min(tenths_ + 1, kFull);
}

}  // namespace usage

#include "usage/send/retry_policy.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "support/seed.h"

using namespace usage;
using namespace std::chrono_literals;

namespace {

AttemptOutcome not_processed(NotProcessedCause cause, std::optional<Duration> retry_after = {}) {
  AttemptOutcome outcome;
  outcome.verdict = Verdict::kNotProcessed;
  outcome.cause = cause;
  outcome.reason = "HTTP 421";
  outcome.retry_after = retry_after;
  return outcome;
}

const AttemptOutcome kNeverSent = not_processed(NotProcessedCause::kNeverSent);
const AttemptOutcome kRateLimited = not_processed(NotProcessedCause::kRateLimited);

std::optional<Duration> delay_of(const std::variant<RetryAt, GiveUp>& decision) {
  const auto* retry = std::get_if<RetryAt>(&decision);
  if (retry == nullptr) return std::nullopt;
  return retry->delay;
}

// The longest and shortest of many delays.
std::pair<Duration, Duration> range_of(RetryPolicy& policy, const AttemptOutcome& outcome, RetryHistory history) {
  std::pair<Duration, Duration> range{Duration::max(), Duration::min()};
  for (int round = 0; round < 2000; ++round) {
    const Duration delay = *delay_of(policy.decide(outcome, history));
    range = {std::min(range.first, delay), std::max(range.second, delay)};
  }
  return range;
}

}  // namespace

TEST_CASE("the jitter is full: from 0 to a ceiling that doubles from half a second to half a minute") {
  RetryPolicy policy({.max_attempts = 1000}, test::test_seed("retry_policy"));
  unsigned attempts = 0;
  for (const Duration ceiling : {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms}) {
    ++attempts;
    CAPTURE(attempts);
    const auto [shortest, longest] = range_of(policy, kNeverSent, {.attempts = attempts});
    CHECK(shortest >= 0ms);
    CHECK(shortest < ceiling / 20);
    CHECK(longest <= ceiling);
    CHECK(longest > ceiling - ceiling / 20);
  }
  const auto [shortest, longest] = range_of(policy, kNeverSent, {.attempts = 999});
  CHECK(longest <= 30s);
  CHECK(longest > 28s);
}

TEST_CASE("Retry-After is a lower bound with the jitter above it") {
  RetryPolicy policy({}, test::test_seed("retry_policy"));
  const auto asked = not_processed(NotProcessedCause::kRateLimited, 7s);
  const auto [shortest, longest] = range_of(policy, asked, {.attempts = 1, .rate_limited = 1});
  CHECK(shortest >= 7s);
  CHECK(longest <= 7500ms);
  CHECK(longest > 7400ms);
}

TEST_CASE("Retry-After is clamped to the longest wait, for every cause") {
  RetryPolicy policy({.max_wait = 20s}, test::test_seed("retry_policy"));
  const auto limited = not_processed(NotProcessedCause::kRateLimited, 3h);
  CHECK(delay_of(policy.decide(limited, {.attempts = 1, .rate_limited = 1})) == 20s);
  const auto unavailable = not_processed(NotProcessedCause::kServiceUnavailable, 3h);
  const auto [shortest, longest] = range_of(policy, unavailable, {.attempts = 1});
  CHECK(shortest >= 20s);
  CHECK(longest <= 20500ms);
  const auto negative = not_processed(NotProcessedCause::kServiceUnavailable, -3h);
  CHECK(range_of(policy, negative, {.attempts = 1}).first >= 0s);
}

TEST_CASE("attempts that did not end in 429 are counted, those that did are not") {
  RetryPolicy policy({.max_attempts = 3}, 1);
  CHECK(delay_of(policy.decide(kNeverSent, {.attempts = 2})));
  CHECK_FALSE(delay_of(policy.decide(kNeverSent, {.attempts = 3})));
  CHECK(delay_of(policy.decide(kNeverSent, {.attempts = 12, .rate_limited = 10})));
  CHECK_FALSE(delay_of(policy.decide(kNeverSent, {.attempts = 13, .rate_limited = 10})));
  CHECK(delay_of(policy.decide(kRateLimited, {.attempts = 100, .rate_limited = 97, .waited = 1s})));
}

TEST_CASE("429 is bounded by the longest wait and not by attempts; its last retry starts no later") {
  RetryPolicy policy({.max_attempts = 1, .max_wait = 60s}, test::test_seed("retry_policy"));
  CHECK(delay_of(policy.decide(kRateLimited, {.attempts = 500, .rate_limited = 500, .waited = 59s})));
  const auto asked = not_processed(NotProcessedCause::kRateLimited, 30s);
  CHECK(delay_of(policy.decide(asked, {.attempts = 9, .rate_limited = 9, .waited = 50s})) == 10s);
  CHECK_FALSE(delay_of(policy.decide(kRateLimited, {.attempts = 2, .rate_limited = 2, .waited = 60s})));
  CHECK_FALSE(delay_of(policy.decide(asked, {.attempts = 2, .rate_limited = 2, .waited = 61s})));
}

TEST_CASE("no wait at all allows no retry of 429, and one attempt no retry of the rest") {
  RetryPolicy policy({.max_attempts = 1, .max_wait = 0s}, 1);
  CHECK_FALSE(delay_of(policy.decide(kRateLimited, {.attempts = 1, .rate_limited = 1})));
  CHECK_FALSE(delay_of(policy.decide(kNeverSent, {.attempts = 1})));
}

TEST_CASE("giving up says after how much, and why") {
  RetryPolicy policy({.max_attempts = 5, .max_wait = 60s}, 1);
  const auto reason = [&](const AttemptOutcome& outcome, const RetryHistory& history) {
    return std::get<GiveUp>(policy.decide(outcome, history)).reason;
  };
  CHECK(reason(kNeverSent, {.attempts = 5}) == "after 5 attempts: HTTP 421");
  CHECK(reason(kRateLimited, {.attempts = 8, .rate_limited = 8, .waited = 63s}) ==
        "rate limited for " + duration_text(63s) + ", after 8 attempts: HTTP 421");
  RetryPolicy once({.max_attempts = 1}, 1);
  CHECK(std::get<GiveUp>(once.decide(kNeverSent, {.attempts = 1})).reason == "after 1 attempt: HTTP 421");
}

TEST_CASE("one seed gives one series of delays, another seed another") {
  const auto series = [](std::uint64_t seed) {
    RetryPolicy policy({}, seed);
    std::vector<Duration> delays;
    for (int round = 0; round < 10; ++round) delays.push_back(*delay_of(policy.decide(kNeverSent, {.attempts = 4})));
    return delays;
  };
  CHECK(series(11) == series(11));
  CHECK(series(11) != series(12));
}

TEST_CASE("odd options neither overflow nor hang") {
  RetryPolicy policy({.max_attempts = 0xFFFFFFFF, .backoff_base = 0s, .backoff_cap = 30s}, 1);
  CHECK(delay_of(policy.decide(kNeverSent, {.attempts = 0xFFFFFFF0})) == 0s);
  RetryPolicy wide({.max_attempts = 0xFFFFFFFF, .backoff_base = 24h * 365, .backoff_cap = 24h * 365}, 1);
  CHECK(delay_of(wide.decide(kNeverSent, {.attempts = 0xFFFFFFF0})) <= 24h * 365);
  RetryPolicy crossed({.max_attempts = 9, .backoff_base = 60s, .backoff_cap = 2s}, 1);
  CHECK(range_of(crossed, kNeverSent, {.attempts = 3}).second <= 2s);
}

TEST_CASE("the retry budget lasts for a hundred retries, and ten replies earn one more") {
  RetryBudget budget;
  for (int i = 0; i < 100; ++i) CHECK(budget.take());
  CHECK_FALSE(budget.take());
  for (int i = 0; i < 9; ++i) budget.give_back();
  CHECK_FALSE(budget.take());
  budget.give_back();
  CHECK(budget.take());
  CHECK_FALSE(budget.take());
}

TEST_CASE("the retry budget never grows beyond its start") {
  RetryBudget budget;
  for (int i = 0; i < 5000; ++i) budget.give_back();
  int taken = 0;
  while (budget.take()) ++taken;
  CHECK(taken == 100);
}

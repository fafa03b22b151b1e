#include "usage/send/schedule.h"

#include <algorithm>
#include <stdexcept>

namespace usage {
namespace {

constexpr std::size_t kNewPerPlace = 2;
constexpr std::size_t kBackingOffPerPlace = 8;
constexpr int kTooManyRequests = 429;
// A start that is late by no more than this does not delay those after it: polls are not exact. After a longer pause
// nothing is made up for.
constexpr Duration kMaxCatchUp = std::chrono::milliseconds(10);

Duration spacing_of(double rate) {
  constexpr double kSlowest = 1e-6;  // one in eleven days
  if (!(rate > 0)) return Duration::zero();
  return std::chrono::ceil<Duration>(std::chrono::duration<double>(1 / std::max(rate, kSlowest)));
}

bool is_understood(const AttemptOutcome& outcome) {
  return outcome.verdict == Verdict::kAnswered || outcome.verdict == Verdict::kRefused;
}

}  // namespace

Schedule::Schedule(ScheduleOptions options, std::uint64_t seed)
    : options_(options),
      spacing_(spacing_of(options.rate)),
      limit_(options.concurrency_kind, options.concurrency),
      policy_(options.retry, seed) {
  options_.concurrency = std::max(options_.concurrency, 1U);
}

std::size_t Schedule::wanted() const {
  if (backing_off() >= kBackingOffPerPlace * options_.concurrency) return 0;
  const std::size_t enough = kNewPerPlace * limit_.now();
  return enough - std::min(enough, new_.size());
}

void Schedule::add(RequestId request) {
  new_.push_back(request);
}

std::size_t Schedule::free_places() const {
  return limit_.now() - std::min<std::size_t>(limit_.now(), in_flight_);
}

bool Schedule::may_start_new() const {
  return !new_.empty() && (understood_a_reply_ || started_.empty());
}

std::vector<RequestId> Schedule::take_due(SteadyTime now) {
  std::vector<RequestId> due;
  while (free_places() > 0 && next_start_ <= now) {
    const auto request = take_one(now);
    if (!request) break;
    space_out(now);
    ++in_flight_;
    started_.at(*request).level = limit_.start(static_cast<unsigned>(in_flight_));
    due.push_back(*request);
  }
  return due;
}

std::optional<RequestId> Schedule::take_one(SteadyTime now) {
  if (!retries_due_.empty() && retries_due_.begin()->first <= now) return take_retry();
  if (may_start_new()) return take_new(now);
  return std::nullopt;
}

RequestId Schedule::take_retry() {
  const RequestId request = retries_due_.begin()->second;
  retries_due_.erase(retries_due_.begin());
  started_.at(request).in_flight = true;
  ++retries_;
  return request;
}

RequestId Schedule::take_new(SteadyTime now) {
  const RequestId request = new_.front();
  new_.pop_front();
  const auto [place, is_new] = started_.try_emplace(request);
  if (!is_new) throw std::logic_error("request " + std::to_string(request) + " is scheduled twice");
  place->second.first_attempt_at = now;
  return request;
}

void Schedule::space_out(SteadyTime now) {
  const bool is_late = now - next_start_ > kMaxCatchUp;
  next_start_ = (is_late ? now : next_start_) + spacing_;
}

AfterAttempt Schedule::ended(RequestId request, const AttemptOutcome& outcome, SteadyTime now, std::string* reason) {
  const auto found = started_.find(request);
  if (found == started_.end() || !found->second.in_flight) {
    throw std::logic_error("request " + std::to_string(request) + " was not in flight");
  }
  --in_flight_;
  found->second.in_flight = false;
  hear(found->second.level, outcome, now);
  std::string give_up_reason;
  auto after = AfterAttempt::kDone;
  if (outcome.verdict == Verdict::kNotProcessed) {
    after = after_not_processed(request, found->second, outcome, now, give_up_reason);
  }
  if (after != AfterAttempt::kWillRetry) started_.erase(found);
  if (reason != nullptr && !give_up_reason.empty()) *reason = std::move(give_up_reason);
  return after;
}

void Schedule::hear(StartLevel level, const AttemptOutcome& outcome, SteadyTime now) {
  if (outcome.http_status != 0) {
    last_heard_ = now;
    if (outcome.http_status == kTooManyRequests)
      limit_.refused(level, outcome.concurrent_requests);
    else
      limit_.replied(level, outcome.concurrent_requests);
  }
  if (!is_understood(outcome)) return;
  understood_a_reply_ = true;
  budget_.give_back();
}

AfterAttempt Schedule::after_not_processed(RequestId request, Started& started, const AttemptOutcome& outcome,
                                           SteadyTime now, std::string& reason) {
  const bool rate_limited = outcome.cause == NotProcessedCause::kRateLimited;
  ++started.attempts;
  if (rate_limited) ++started.rate_limited;
  if (rate_limited && !started.first_rate_limited_at) started.first_rate_limited_at = now;
  const Duration waited = now - started.first_rate_limited_at.value_or(now);
  const auto decision = policy_.decide(outcome, {started.attempts, started.rate_limited, waited});
  if (const auto* give_up = std::get_if<GiveUp>(&decision)) {
    reason = give_up->reason;
    return is_out_of_reach(started) ? AfterAttempt::kOutOfReach : AfterAttempt::kGaveUp;
  }
  if (!rate_limited && !budget_.take()) {
    reason = "too many retries for the replies that came: " + outcome.reason;
    return AfterAttempt::kOutOfReach;
  }
  retries_due_.emplace(now + std::get<RetryAt>(decision).delay, request);
  return AfterAttempt::kWillRetry;
}

bool Schedule::is_out_of_reach(const Started& started) const {
  return !last_heard_ || *last_heard_ < started.first_attempt_at;
}

std::optional<SteadyTime> Schedule::next_due() const {
  if (free_places() == 0) return std::nullopt;
  if (may_start_new()) return next_start_;
  if (retries_due_.empty()) return std::nullopt;
  return std::max(next_start_, retries_due_.begin()->first);
}

std::vector<RequestId> Schedule::waiting_requests() const {
  std::vector<RequestId> requests;
  requests.reserve(waiting());
  for (const auto& [due, request] : retries_due_) requests.push_back(request);
  requests.insert(requests.end(), new_.begin(), new_.end());
  return requests;
}

}  // namespace usage

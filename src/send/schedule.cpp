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

std::size_t Schedule::ahead() const {
  const bool none = options_.claims_ahead == ClaimsAhead::kNone || spacing_ > Duration::zero() || limit_.now() == 1;
  return none ? 0 : limit_.now();
}

bool Schedule::has_room_for_claim() const {
  return claimed_.size() + in_flight_ + back_ < limit_.now() + ahead();
}

bool Schedule::may_start_new() const {
  return !new_.empty() && (understood_a_reply_ || started_.empty());
}

bool Schedule::may_claim(SteadyTime now) const {
  if (!has_room_for_claim() || !claims_run_short() || next_start_ > now) return false;
  return may_start_new() || (!retries_due_.empty() && retries_due_.begin()->first <= now);
}

bool Schedule::claims_run_short() const {
  return claimed_.size() <= ahead() / 2;
}

std::vector<RequestId> Schedule::claim_due(SteadyTime now) {
  std::vector<RequestId> due;
  SteadyTime start = next_start_;  // as far as the rate goes, of the next that is claimed
  for (std::size_t i = 0; i < claimed_.size(); ++i) start = start_after(start, now);
  for (; has_room_for_claim() && start <= now; start = start_after(start, now)) {
    const auto request = claim_one(now);
    if (!request) break;
    started_.at(*request).stage = Stage::kClaimed;
    claimed_.push_back(*request);
    due.push_back(*request);
  }
  return due;
}

std::optional<RequestId> Schedule::claim_one(SteadyTime now) {
  if (!retries_due_.empty() && retries_due_.begin()->first <= now) return claim_retry();
  if (may_start_new()) return claim_new();
  return std::nullopt;
}

RequestId Schedule::claim_retry() {
  const RequestId request = retries_due_.begin()->second;
  retries_due_.erase(retries_due_.begin());
  return request;
}

RequestId Schedule::claim_new() {
  const RequestId request = new_.front();
  new_.pop_front();
  if (!started_.try_emplace(request).second)
    throw std::logic_error("request " + std::to_string(request) + " is scheduled twice");
  return request;
}

std::vector<RequestId> Schedule::start_due(SteadyTime now) {
  std::vector<RequestId> due;
  while (!claimed_.empty() && free_places() > 0 && next_start_ <= now) {
    const RequestId request = claimed_.front();
    claimed_.pop_front();
    next_start_ = start_after(next_start_, now);
    ++in_flight_;
    Started& start = started(request, Stage::kClaimed);
    start.stage = Stage::kInFlight;
    start.level = limit_.start(static_cast<unsigned>(in_flight_));
    if (start.attempts > 0) ++retries_;
    if (start.attempts == 0) start.first_attempt_at = now;
    due.push_back(request);
  }
  return due;
}

std::vector<RequestId> Schedule::withdraw_claims() {
  const std::vector<RequestId> withdrawn(claimed_.begin(), claimed_.end());
  for (auto request = withdrawn.rbegin(); request != withdrawn.rend(); ++request) {
    Started& start = started(*request, Stage::kClaimed);
    start.stage = Stage::kWaits;
    if (start.attempts > 0) {
      retries_due_.emplace(SteadyTime(), *request);
    } else {
      started_.erase(*request);
      new_.push_front(*request);
    }
  }
  claimed_.clear();
  return withdrawn;
}

Schedule::Started& Schedule::started(RequestId request, Stage stage) {
  const auto found = started_.find(request);
  if (found == started_.end() || found->second.stage != stage)
    throw std::logic_error("request " + std::to_string(request) + " is not where it should be");
  return found->second;
}

SteadyTime Schedule::start_after(SteadyTime start, SteadyTime now) const {
  const bool is_late = now - start > kMaxCatchUp;
  return (is_late ? now : start) + spacing_;
}

void Schedule::came_back(RequestId request, const AttemptOutcome& outcome, SteadyTime now) {
  Started& start = started(request, Stage::kInFlight);
  start.stage = Stage::kBack;
  --in_flight_;
  ++back_;
  hear(start.level, outcome, now);
}

AfterAttempt Schedule::ended(RequestId request, const AttemptOutcome& outcome, SteadyTime now, std::string* reason) {
  const auto found = started_.find(request);
  const bool is_in_flight = found != started_.end() && found->second.stage == Stage::kInFlight;
  if (is_in_flight) came_back(request, outcome, now);
  Started& start = started(request, Stage::kBack);
  start.stage = Stage::kWaits;
  --back_;
  std::string give_up_reason;
  auto after = AfterAttempt::kDone;
  if (outcome.verdict == Verdict::kNotProcessed)
    after = after_not_processed(request, start, outcome, now, give_up_reason);
  if (after != AfterAttempt::kWillRetry) started_.erase(request);
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
  if (!claimed_.empty() && free_places() > 0) return next_start_;
  if (!has_room_for_claim() || !claims_run_short()) return std::nullopt;
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

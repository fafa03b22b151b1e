#include "usage/run/billing_run.h"

#include <set>
#include <unordered_map>
#include <utility>

#include "installation_count.h"
#include "stop_words.h"
#include "usage/base/error.h"
#include "usage/marketplace/usage_api.h"

namespace usage {
namespace {

constexpr Duration kTick =
    std::chrono::milliseconds(500);  // at least so often progress is told and signals are asked for

// So long, outcomes wait for others to be recorded with; where none are claimed ahead, they do not.
constexpr Duration kRecordWithin = std::chrono::milliseconds(50);

// An ended attempt with what it means, not yet in the ledger.
struct Ended {
  AttemptId attempt = 0;
  RequestId request = 0;
  std::uint32_t number = 0;
  Delivery delivery;
  AttemptOutcome outcome;
};

constexpr const char* kLockGoneWords =
    "the ledger's lock file was removed while the run was at it, so that another program may be at it, too";

// No rule of the run stops it because of such an outcome.
bool is_harmless(const AttemptOutcome& outcome) {
  return outcome.verdict == Verdict::kAnswered || outcome.cause == NotProcessedCause::kRateLimited;
}

class RunLife {
 public:
  RunLife(Ledger& ledger, const RunInfo& run, Transport& transport, const Clock& clock, const RunOptions& options,
          const PendingSignal& pending_signal, const RunObserver& observer)
      : ledger_(ledger),
        run_(run),
        transport_(transport),
        clock_(clock),
        options_(options),
        pending_signal_(pending_signal),
        observer_(observer),
        schedule_(options.schedule, options.seed),
        started_(clock.steady_now()) {}

  RunEnd go() {
    if (options_.on_503 == On503::kRetry && !run_.retry_503) ledger_.waive_503(run_.id);
    const PlannedCounts planned = ledger_.planned_counts(run_.id);
    progress_.requests_total = planned.requests;
    progress_.installations_total = planned.installations;
    try {
      while (step()) {
      }
      // A stop that came with the last outcome stops nothing, but where that outcome is in no ledger any more.
      const bool is_ledger_lost = stop_ && (stop_->name == kLedgerGone || stop_->name == kLockGone);
      const bool finished = !stop_ || (!is_ledger_lost && ledger_.planned_counts(run_.id).requests == 0);
      const RunEnd end = finished ? RunEnd{RunState::kFinished, "finished", "every request has its outcome"} : *stop_;
      ledger_.end_run(run_.id, end.state, end.name, end.reason, clock_.wall_now());
      return end;
    } catch (const LedgerError& error) {
      report_unrecorded();
      if (ledger_.has_its_lock()) throw;
      // What another program did with these requests is no error of this one.
      throw LedgerError(std::string(kLockGone), std::string(kLockGoneWords) + ": " + error.what(),
                        "when no other program is at the ledger, resume run " + run_.name);
    }
  }

 private:
  // Records what has ended and what starts next in one commit, then starts it and waits. False when nothing is left.
  bool step() {
    look_for_signal();
    const bool started = !stop_ && !may_stop_the_run_ && start_claimed();
    if (is_time_to_record()) {
      if (started) take_in(transport_.poll(clock_.steady_now()));  // onto the wire, before the commit takes its time
      record_and_claim();
    }
    if (!stop_) start_claimed();
    tell_progress();
    if (schedule_.in_flight() > 0 || (!stop_ && schedule_.waiting() + schedule_.claimed() > 0))
      wait();
    else if (ended_.empty() && claims_.empty() && (stop_ || all_loaded_))
      return false;
    return true;
  }

  // Commits are shared: outcomes wait while enough is claimed to keep every place in use. Not an outcome that may stop
  // the run, though, before another request starts.
  bool is_time_to_record() const {
    if (stop_ && !claims_.empty()) return true;
    const SteadyTime now = clock_.steady_now();
    const bool may_load = !all_loaded_ && schedule_.waiting() == 0 && schedule_.claims_run_short();
    const bool may_claim = !stop_ && (may_load || schedule_.may_claim(now));
    if (ended_.empty()) return may_claim;
    if (stop_ || may_stop_the_run_ || schedule_.in_flight() == 0) return true;
    return now - first_ended_at_ >= kRecordWithin || schedule_.claims_run_short();
  }

  void look_for_signal() {
    const int signal = pending_signal_ ? pending_signal_() : 0;
    if (signal != 0) stop(signal_name(signal), "interrupted by " + who_sent(signal));
  }

  void load_planned() {
    const std::size_t wanted = schedule_.wanted();
    if (wanted == 0 || all_loaded_) return;
    auto planned = ledger_.planned_requests(run_.id, last_number_, wanted);
    all_loaded_ = planned.size() < wanted;
    for (StoredRequest& request : planned) {
      last_number_ = request.number;
      if (requests_.contains(request.id)) continue;  // a re-post of this life
      installations_.loaded(request.request.installation);
      load(std::move(request));
    }
    if (all_loaded_) installations_.all_loaded();
  }

  void load(StoredRequest request) {
    schedule_.add(request.id);
    requests_.emplace(request.id, std::move(request));
  }

  void record_and_claim() {
    if (!ledger_.is_in_place())
      stop(std::string(kLedgerGone), "the ledger's file was removed or replaced while the run was at it");
    else if (!ledger_.has_its_lock())
      stop(std::string(kLockGone), kLockGoneWords);
    ledger_.begin();
    for (const Ended& ended : ended_) record(ended);
    // What ended may have stopped the run, so claims come after it.
    if (!stop_) load_planned();
    if (stop_)
      withdraw_claims();
    else
      claim_more();
    ledger_.commit();
    ended_.clear();
    may_stop_the_run_ = false;
    if (stop_) claims_.clear();
  }

  void claim_more() {
    for (const RequestId request : schedule_.claim_due(clock_.steady_now()))
      claims_.emplace(request, ledger_.start_attempt(request, clock_.wall_now()));
  }

  // libcurl never had them.
  void withdraw_claims() {
    for (const RequestId request : schedule_.withdraw_claims()) ledger_.withdraw_attempt(claims_.at(request));
  }

  // Whether any was.
  bool start_claimed() {
    const std::vector<RequestId> due = schedule_.start_due(clock_.steady_now());
    for (const RequestId request : due) {
      const AttemptId attempt = claims_.extract(request).mapped();
      const StoredRequest& stored = requests_.at(request);
      in_flight_.emplace(attempt, request);
      transport_.start(attempt, usage_url(run_.scope.endpoint, stored.request.installation),
                       usage_body(stored.request.items));
    }
    return !due.empty();
  }

  void wait() {
    SteadyTime until = clock_.steady_now() + kTick;
    if (const auto due = schedule_.next_due(); due && !stop_) until = std::min(until, *due);
    if (!ended_.empty()) until = std::min(until, first_ended_at_ + kRecordWithin);
    take_in(transport_.poll(until));
  }

  void take_in(std::vector<FinishedTransfer> finished) {
    for (FinishedTransfer& transfer : finished) {
      const StoredRequest& request = requests_.at(in_flight_.extract(transfer.attempt).mapped());
      AttemptOutcome outcome = judge(transfer.delivery, request.request.items, options_.on_503);
      const SteadyTime now = clock_.steady_now();
      if (ended_.empty()) first_ended_at_ = now;
      schedule_.came_back(request.id, outcome, now);
      if (outcome.verdict == Verdict::kUnknown) transport_.leave_connection(transfer.connection);
      may_stop_the_run_ = may_stop_the_run_ || !is_harmless(outcome);
      ended_.push_back(
          {transfer.attempt, request.id, request.number, std::move(transfer.delivery), std::move(outcome)});
    }
  }

  void record(const Ended& ended) {
    StoredRequest& request = requests_.at(ended.request);
    ++request.attempts;
    if (ended.outcome.cause == NotProcessedCause::kRateLimited) ++progress_.rate_limited;
    ledger_.end_attempt(ended.attempt, ended.delivery, ended.outcome);
    for (const Warning& warning : ended.outcome.warnings)
      if (warned_.insert(warning.name).second) ledger_.add_warning(run_.id, warning);
    std::string why_given_up;
    const AfterAttempt after = schedule_.ended(request.id, ended.outcome, clock_.steady_now(), &why_given_up);
    if (observer_.attempt_ended) observer_.attempt_ended(request.number, request.attempts, ended.outcome, after);
    apply(request, ended.outcome, after, why_given_up);
  }

  void apply(StoredRequest& request, const AttemptOutcome& outcome, AfterAttempt after,
             const std::string& why_given_up) {
    switch (outcome.verdict) {
      case Verdict::kAnswered:
        return answered(request, outcome);
      case Verdict::kRefused:
        return finish(request, RowStatus::kFailed, outcome.reason);
      case Verdict::kUnknown:
        return finish(request, RowStatus::kUnknown, outcome.reason);
      case Verdict::kStopRun:
        stop(stop_name(outcome.stop), outcome.reason);
        return leave_not_sent(request);
      case Verdict::kNotProcessed:
        break;
    }
    if (after == AfterAttempt::kGaveUp) return finish(request, RowStatus::kFailed, why_given_up);
    if (after == AfterAttempt::kOutOfReach) {
      stop("out-of-reach", why_given_up);
      return leave_not_sent(request);
    }
  }

  void answered(StoredRequest& request, const AttemptOutcome& outcome) {
    RequestResult result{RowStatus::kSubmitted, "", {}};
    const bool may_repost = request.reposts < options_.repost_unsubmitted;
    std::vector<RowId> rejected;
    StoredRequest again;
    for (std::size_t i = 0; i < request.rows.size(); ++i) {
      if (outcome.submitted[i]) {
        count(progress_.submitted, request, i);
        continue;
      }
      if (!may_repost) count(progress_.not_submitted, request, i);
      rejected.push_back(request.rows[i]);
      again.request.items.push_back(request.request.items[i]);
    }
    if (!rejected.empty() && may_repost) post_again(request, rejected, again.request.items);
    if (!may_repost)
      for (const RowId row : rejected) result.others.push_back({row, RowStatus::kNotSubmitted, outcome.reason});
    finish_with(request, result);
  }

  static void count(RowSum& sum, const StoredRequest& request, std::size_t item) {
    sum.add(request.request.items[item].quantity, request.currencies[item]);
  }

  void post_again(const StoredRequest& request, const std::vector<RowId>& rows,
                  const std::vector<BillableItem>& items) {
    ++progress_.requests_total;
    installations_.posted_again(request.request.installation);
    load(ledger_.add_repost(request.id, rows, usage_body(items)));
  }

  void finish(StoredRequest& request, RowStatus status, const std::string& reason) {
    RowSum& sum = status == RowStatus::kFailed ? progress_.failed : progress_.unknown;
    for (std::size_t i = 0; i < request.request.items.size(); ++i) count(sum, request, i);
    finish_with(request, {status, reason, {}});
  }

  void finish_with(StoredRequest& request, const RequestResult& result) {
    ledger_.finish_request(request.id, result);
    ++progress_.requests_done;
    if (result.status == RowStatus::kFailed) ++progress_.requests_failed;
    if (result.status == RowStatus::kUnknown) ++progress_.requests_unknown;
    installations_.done(request.request.installation);
    requests_.erase(request.id);
    apply_stop_rules();
  }

  // Its last attempt proved that nothing was processed; the ledger keeps it as planned for the next life of the run.
  void leave_not_sent(const StoredRequest& request) { requests_.erase(request.id); }

  void apply_stop_rules() {
    const StopRules& rules = options_.stops;
    if (progress_.requests_unknown >= rules.max_unknown)
      stop(std::string(kMaxUnknown),
           std::to_string(progress_.requests_unknown) + " requests are in doubt (--max-unknown)");
    else if (rules.max_failures != 0 && progress_.requests_failed >= rules.max_failures)
      stop("max-failures", std::to_string(progress_.requests_failed) + " requests failed (--max-failures)");
    else if (progress_.requests_failed == rules.first_requests && progress_.requests_done == rules.first_requests)
      stop("first-requests-failed", "the first " + std::to_string(rules.first_requests) + " requests all failed");
  }

  // What weighs more takes the place of an earlier stop, in the order of the exit status.
  void stop(std::string name, std::string reason) {
    if (!stop_ || weight_of_stop(name) > weight_of_stop(stop_->name))
      stop_ = RunEnd{RunState::kOpen, std::move(name), std::move(reason)};
  }

  void tell_progress() {
    if (!observer_.progress) return;
    progress_.installations_done = installations_.count();
    progress_.retries = schedule_.retries();
    progress_.in_flight = schedule_.in_flight();
    progress_.concurrency = schedule_.concurrency();
    progress_.backing_off = schedule_.backing_off();
    progress_.starts_more = !stop_ && (!all_loaded_ || schedule_.waiting() + schedule_.claimed() > 0);
    progress_.elapsed = clock_.steady_now() - started_;
    observer_.progress(progress_);
  }

  // The ledger has failed. What is in flight may still bill: wait for it, so that at least a person is told. What was
  // claimed and has not left stands there as sending, too.
  void report_unrecorded() {
    while (!in_flight_.empty()) {
      look_for_signal();  // else its wake-up would end every wait at once
      take_in(transport_.poll(clock_.steady_now() + kTick));
    }
    for (const Ended& ended : ended_)
      if (observer_.unrecorded) observer_.unrecorded(ended.number, ended.outcome);
    std::set<std::uint32_t> never_left;
    for (const auto& [request, attempt] : claims_) never_left.insert(requests_.at(request).number);
    for (const std::uint32_t number : never_left)
      if (observer_.never_left) observer_.never_left(number);
  }

  Ledger& ledger_;
  const RunInfo& run_;
  Transport& transport_;
  const Clock& clock_;
  const RunOptions& options_;
  const PendingSignal& pending_signal_;
  const RunObserver& observer_;
  Schedule schedule_;
  SteadyTime started_;
  std::unordered_map<RequestId, StoredRequest> requests_;  // loaded and not yet done
  std::unordered_map<AttemptId, RequestId> in_flight_;     // started, and not yet come back
  std::unordered_map<RequestId, AttemptId> claims_;        // recorded as sending; started when that is durable
  std::vector<Ended> ended_;                               // come back, not yet recorded
  SteadyTime first_ended_at_;                              // of these
  bool may_stop_the_run_ = false;                          // one of these
  std::set<std::string> warned_;
  InstallationCount installations_;
  RunProgress progress_;
  std::optional<RunEnd> stop_;
  std::uint32_t last_number_ = 0;
  bool all_loaded_ = false;
};

}  // namespace

RunEnd send_run(Ledger& ledger, const RunInfo& run, Transport& transport, const Clock& clock, const RunOptions& options,
                const PendingSignal& pending_signal, const RunObserver& observer) {
  return RunLife(ledger, run, transport, clock, options, pending_signal, observer).go();
}

}  // namespace usage

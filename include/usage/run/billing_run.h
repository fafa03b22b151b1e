// One life of a billing run: takes what the ledger holds as planned, claims it there, sends it, records what came back.
// The ledger alone says what is left to do, so beginning and resuming are the same.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "usage/base/clock.h"
#include "usage/ledger/ledger.h"
#include "usage/marketplace/judge.h"
#include "usage/model/attempt_outcome.h"
#include "usage/run/progress.h"
#include "usage/send/schedule.h"
#include "usage/send/transport.h"

namespace usage {

// When a run stops by itself, before harm spreads. It stays open and can be resumed.
struct StopRules {
  std::uint64_t max_unknown = 20;     // requests newly in doubt; at least 1
  std::uint64_t max_failures = 0;     // requests that failed; 0: no limit
  std::uint64_t first_requests = 20;  // the run stops when its first so many all fail
};

struct RunOptions {
  ScheduleOptions schedule;
  On503 on_503 = On503::kUnknown;
  unsigned repost_unsubmitted = 0;  // how often an item answered `submitted: false` is posted again
  StopRules stops;
  std::uint64_t seed = 0;  // of the back-off's jitter
};

// What is told to the outside while the run goes on. All may be empty.
struct RunObserver {
  std::function<void(const RunProgress&)> progress;
  std::function<void(std::uint32_t request, unsigned attempt, const AttemptOutcome&, AfterAttempt)> attempt_ended;
  // The ledger could not record this outcome: the last place to say it. The charge will be `unknown` at the next start.
  std::function<void(std::uint32_t request, const AttemptOutcome&)> unrecorded;
  // The ledger failed while this request was claimed: it never left, and may be `unknown` at the next start all the
  // same.
  std::function<void(std::uint32_t request)> never_left;
};

// Asked before anything new starts; the number of a signal that asks to stop, or 0.
using PendingSignal = std::function<int()>;

// Why the life ended. `name` is stable: "finished", "max-unknown", "max-failures", "first-requests-failed",
// "out-of-reach", "credentials", "proxy-credentials", "certificate", "local-configuration", "SIGINT",
// "SIGTERM", "SIGHUP", "ledger-gone", "lock-gone".
struct RunEnd {
  RunState state = RunState::kOpen;  // kFinished: nothing is left to send
  std::string name;
  std::string reason;
};

// Sends what is left of an open run, to its scope's endpoint. Recorded in the ledger on return, the end included.
// LedgerError as soon as the ledger fails: nothing more is started, what is in flight is awaited and its outcomes
// handed to `unrecorded`.
RunEnd send_run(Ledger& ledger, const RunInfo& run, Transport& transport, const Clock& clock, const RunOptions& options,
                const PendingSignal& pending_signal, const RunObserver& observer);

}  // namespace usage

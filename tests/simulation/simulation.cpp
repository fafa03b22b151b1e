#include "simulation/simulation.h"

#include <sqlite3.h>

#include <csignal>
#include <exception>

#include "simulation/evidence_checker.h"
#include "usage/base/error.h"
#include "usage/plan/plan.h"
#include "usage/run/ledger_view.h"
#include "usage/run/record_plan.h"

namespace usage::test {
namespace {

using LifeEnd = SimulatedEndpoint::LifeEnd;
using std::chrono::milliseconds;
using std::chrono::seconds;

const char* const kLedger = "/ledger.db";
const Scope kScope{"https://marketplace.example", "AC00000000000000000000000000000007", "2026-10"};

// A new ledger as `init` leaves it. Made once: its making is not what a seed is about.
const CrashDisk::Image& new_ledger() {
  static const CrashDisk::Image kImage = [] {
    Process process;
    CrashDisk disk(process);
    const CrashVfs vfs(disk, 0);
    const LedgerOptions options{OnNetworkDrive::kRefuse, vfs.name()};
    Ledger::create(kLedger, FakeClock().wall_now(), options);
    return disk.image();
  }();
  return kImage;
}

Weather any_weather(Dice& dice, On503 on_503) {
  Weather weather;
  weather.faults_percent = static_cast<unsigned>(dice.one_of({0, 10, 30, 60, 95}));
  weather.rejects_percent = static_cast<unsigned>(dice.one_of({0, 5, 30}));
  if (on_503 == On503::kRetry) weather.on_503 = ServiceUnavailable::kNeverBills;
  return weather;
}

RunOptions any_options(Dice& dice) {
  RunOptions options;
  options.schedule.concurrency = static_cast<unsigned>(dice.between(1, 4));
  if (dice.one_in(2)) options.schedule.concurrency_kind = Concurrency::kAdaptive;
  if (dice.one_in(2)) options.schedule.claims_ahead = ClaimsAhead::kAsManyAgain;
  if (dice.one_in(10)) options.schedule.rate = 20;
  options.schedule.retry.max_attempts = static_cast<unsigned>(dice.between(1, 5));
  options.schedule.retry.max_wait = seconds(dice.one_of({0, 2, 10}));
  options.schedule.retry.backoff_base = milliseconds(dice.one_of({0, 50, 500}));
  options.schedule.retry.backoff_cap = seconds(2);
  if (dice.one_in(4)) options.on_503 = On503::kRetry;
  options.repost_unsubmitted = static_cast<unsigned>(dice.one_of({0, 0, 1, 2}));
  options.stops.max_unknown = dice.one_of<std::uint64_t>({1, 3, 20});
  options.stops.max_failures = dice.one_of<std::uint64_t>({0, 0, 2});
  options.stops.first_requests = dice.one_of<std::uint64_t>({2, 20});
  options.seed = dice.next();
  return options;
}

SenderLimits limits_of(const RunOptions& options) {
  const std::size_t times = options.schedule.claims_ahead == ClaimsAhead::kNone ? 1 : 2;
  return {times * options.schedule.concurrency, options.schedule.retry.max_attempts, options.schedule.retry.max_wait,
          options.repost_unsubmitted};
}

}  // namespace

Simulation::Simulation(std::uint64_t seed)
    : seed_(seed),
      dice_(seed),
      disk_(process_, new_ledger()),
      vfs_(disk_, seed),
      endpoint_(clock_, process_),
      options_(any_options(dice_)),
      file_(any_file(dice_)),
      checker_(file_, limits_of(options_)) {
  weather_ = any_weather(dice_, options_.on_503);
  if (dice_.one_in(3)) max_items_ = dice_.between(1, 3);
}

void Simulation::complain(const std::string& text) {
  if (complaint_.empty()) complaint_ = "life " + std::to_string(lives_.size()) + ": " + text;
}

std::string Simulation::run(Figures& figures) {
  const std::size_t wild = dice_.between(1, 5);
  for (std::size_t i = 0; i < wild && !is_finished_ && !is_over(); ++i) live(Kind::kAny);
  if (!is_over()) live(Kind::kCalm);
  if (!is_over() && !is_finished_) complain("a life without faults does not finish the run");
  if (!is_over() && dice_.one_in(4)) live(Kind::kCalm);  // to look once more, after it is over
  add_up();
  figures += figures_;
  return complaint_;
}

void Simulation::plan_mishaps() {
  process_.begin(dice_.percent(65) ? 1 + dice_.below(dice_.one_of<std::size_t>({60, 120, 120, 300})) : Process::kNever);
  disk_.mend();
  signal_at_.reset();
  if (dice_.percent(10)) signal_at_ = static_cast<std::uint32_t>(dice_.below(12));
  if (!dice_.percent(15)) return;
  DiskFault fault;
  fault.call = dice_.one_of(
      {DiskCall::kWrite, DiskCall::kSync, DiskCall::kRead, DiskCall::kOpen, DiskCall::kTruncate, DiskCall::kDelete});
  fault.at = 1 + dice_.below(fault.call == DiskCall::kOpen || fault.call == DiskCall::kDelete ? 2 : 60);
  fault.result = dice_.one_of({SQLITE_IOERR_WRITE, SQLITE_FULL});
  if (fault.call == DiskCall::kSync) fault.result = SQLITE_IOERR_FSYNC;
  if (fault.call == DiskCall::kRead) fault.result = SQLITE_IOERR_READ;
  if (fault.call == DiskCall::kOpen) fault.result = SQLITE_CANTOPEN;
  fault.lasts = dice_.one_of({FaultLasts::kOnce, FaultLasts::kUntilMended});
  fault.failed_sync = dice_.one_of({FailedSync::kKeepsWrites, FailedSync::kDropsWrites});
  disk_.arm(fault);
}

std::string Simulation::live(Kind kind) {
  life_ = {};
  if (kind == Kind::kCalm) {
    process_.begin();
    disk_.mend();
    signal_at_.reset();
  } else {
    plan_mishaps();
  }
  LifeEnd end = LifeEnd::kOrderly;
  std::optional<Ledger> ledger;
  try {
    const LedgerOptions options{OnNetworkDrive::kRefuse, vfs_.name()};
    ledger.emplace(Ledger::open(kLedger, LedgerAccess::kWrite, options));
    step_through(*ledger, kind);
  } catch (const Died&) {
    end = LifeEnd::kDied;
  } catch (const LedgerError& error) {
    end = process_.is_dead() ? LifeEnd::kDied : LifeEnd::kLedgerFailed;
    // After a disk that dropped writes and said so once, SQLite cannot mend a checkpoint that the power cut. The ledger
    // must see the damage and refuse; a person restores the backup.
    is_damaged_ = disk_.has_dropped_writes() && error.name() == "ledger-damaged";
    if (end == LifeEnd::kLedgerFailed && !disk_.has_failed() && !is_damaged_)
      complain("the ledger failed without a reason: " + std::string(error.what()));
  } catch (const std::exception& error) {
    end = LifeEnd::kDied;
    complain(std::string("an unexpected exception: ") + error.what());
  }
  steps_of_life_ = process_.steps();
  if (end == LifeEnd::kDied || dice_.one_in(3)) process_.begin(1);  // killed before it could close the ledger in order
  ledger.reset();
  end_life(end);
  return complaint_;
}

void Simulation::end_life(LifeEnd end) {
  endpoint_.end_life(end, dice_);
  if (!endpoint_.complaint().empty()) complain(endpoint_.complaint());
  ++figures_.lives;
  figures_.steps += steps_of_life_;
  if (end == LifeEnd::kDied) ++figures_.kills;
  if (end == LifeEnd::kLedgerFailed) ++figures_.disk_faults;
  if (dice_.percent(end == LifeEnd::kDied ? 60 : 25)) {
    disk_.power_cut(dice_);
    ++figures_.power_cuts;
  }
  life_.end = end;
  lives_.push_back(life_);
  clock_.advance(seconds(dice_.between(0, 3000)));
}

void Simulation::step_through(Ledger& ledger, Kind kind) {
  endpoint_.begin_life(
      lives_.size(), options_.schedule,
      [this, kind](const std::vector<Item>& items) {
        return kind == Kind::kCalm ? good_fate(dice_, items, 0) : any_fate(dice_, items, weather_);
      },
      [this] { return !disk_.has_failed(); });
  std::optional<RunInfo> run = ledger.find_run("last");
  if (!run && is_recorded_) return complain("LOST THE RUN, which was acknowledged");
  if (!run) run = upload(ledger);
  is_recorded_ = true;
  if (run->state == RunState::kOpen) {
    ledger.recover(run->id, clock_.wall_now());
    check(ledger, run->id);
    if (!lives_.empty()) ledger.add_event(run->id, {RunEventKind::kResumed, "clerk@simulation", clock_.wall_now()});
    send(ledger, *run, kind);
  } else if (!is_finished_) {
    is_finished_ = true;  // the life that finished it did not live to see it
  }
  check(ledger, run->id);
}

RunInfo Simulation::upload(Ledger& ledger) {
  UsageInput input = input_of(file_);
  PlanOptions plan_options;
  plan_options.max_items = max_items_;
  plan_options.on_invalid = OnInvalid::kHoldBack;
  const Plan plan = make_plan(input, meet_ledger(input, view_of(ledger, kScope)), plan_options);
  if (!plan.refusals.empty()) complain("the plan is refused: " + plan.refusals.front().text);
  NewRun run;
  run.scope = kScope;
  run.retry_503 = options_.on_503 == On503::kRetry;
  run.program_version = "1.2.3";
  run.out_folder = "/out";
  run.started_at = clock_.wall_now();
  run.started_by = "clerk@simulation";
  ledger.open_period(kScope, run.started_at);
  return record_plan(ledger, input, plan, run);
}

void Simulation::send(Ledger& ledger, const RunInfo& run, Kind kind) {
  RunOptions options = options_;
  if (kind == Kind::kCalm) options.stops = {};
  options.seed = dice_.next();
  std::uint32_t asked = 0;
  RunObserver observer;
  observer.unrecorded = [this](std::uint32_t request, const AttemptOutcome&) { life_.unrecorded.insert(request); };
  const RunEnd end = send_run(
      ledger, run, endpoint_, clock_, options, [&] { return signal_at_ && asked++ >= *signal_at_ ? SIGTERM : 0; },
      observer);
  endpoint_.all_recorded();
  if (end.state == RunState::kFinished) is_finished_ = true;
}

void Simulation::check(const Ledger& ledger, RunId run) {
  RunReport report;
  report.run = ledger.find_run("last").value();
  report.counts = ledger.counts(run);
  ledger.each_row(run, [&](const RowRecord& row) { report.rows.push_back(row); });
  if (is_finished_ && report.run.state != RunState::kFinished) complain("the run was finished, and is open again");
  const std::string complaints = checker_.check(report, endpoint_.contacts(), lives_);
  if (!complaints.empty()) complain(complaints);
  if (is_finished_) check_evidence_of(ledger, report);
  find_causes(ledger, report);
  rows_ = std::move(report.rows);
}

void Simulation::find_causes(const Ledger& ledger, const RunReport& report) {
  for (const RowRecord& row : report.rows) {
    if (row.status != RowStatus::kUnknown || causes_.contains(row.request)) continue;
    if (const auto evidence = ledger.evidence(report.run.id, row.request))
      causes_[row.request] = cause_of_doubt(*evidence, endpoint_.contacts());
  }
}

void Simulation::check_evidence_of(const Ledger& ledger, const RunReport& report) {
  std::vector<RequestEvidence> requests;
  for (std::uint32_t number = 1; number <= report.counts.requests; ++number) {
    auto evidence = ledger.evidence(report.run.id, number);
    if (!evidence) return complain("no evidence of request " + std::to_string(number));
    requests.push_back(std::move(*evidence));
  }
  const std::string complaints = check_evidence(requests, endpoint_.contacts());
  if (!complaints.empty()) complain(complaints);
}

void Simulation::add_up() {
  figures_.damaged = is_damaged_ ? 1 : 0;
  figures_.rows = rows_.size();
  for (const RowRecord& row : rows_)
    if (row.status == RowStatus::kUnknown)
      figures_.unknown.add(causes_.contains(row.request) ? causes_.at(row.request) : UnknownCause::kNone);
  figures_.attempts = endpoint_.contacts().size();
  for (const Contact& contact : endpoint_.contacts()) {
    figures_.faulty_attempts += contact.fate.proof != Proof::kAnswered ? 1 : 0;
    for (const bool billed : contact.billed) figures_.billed += billed ? 1 : 0;
  }
}

Figures& Figures::operator+=(const Figures& more) {
  lives += more.lives;
  steps += more.steps;
  kills += more.kills;
  power_cuts += more.power_cuts;
  disk_faults += more.disk_faults;
  damaged += more.damaged;
  attempts += more.attempts;
  faulty_attempts += more.faulty_attempts;
  rows += more.rows;
  billed += more.billed;
  unknown += more.unknown;
  return *this;
}

std::string Figures::text() const {
  const auto part = [](std::uint64_t number, const char* what) { return std::to_string(number) + " " + what; };
  return part(lives, "lives, ") + part(steps, "steps, ") + part(kills, "kills, ") + part(power_cuts, "power cuts, ") +
         part(disk_faults, "disk faults, ") + part(damaged, "ledgers damaged by them, ") +
         part(attempts, "attempts, ") + part(faulty_attempts, "of them not simply accepted, ") + part(rows, "rows, ") +
         part(billed, "items billed, ") + part(unknown.total(), "rows unknown");
}

}  // namespace usage::test

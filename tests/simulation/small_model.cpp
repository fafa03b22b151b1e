#include "simulation/small_model.h"

#include <algorithm>
#include <exception>
#include <optional>

#include "support/fake_transport.h"
#include "support/recorded_run.h"
#include "usage/base/error.h"

namespace usage::test {
namespace {

using Kind = Ending::Kind;

const char* const kLedger = "/ledger.db";
constexpr Duration kTransferTime = std::chrono::milliseconds(10);
constexpr std::size_t kMostLives = 12;
constexpr std::size_t kMostPolls = 1000;

LedgerOptions ledger_options(const CrashVfs& vfs) {
  return {OnNetworkDrive::kRefuse, vfs.name()};
}

unsigned all_of(std::size_t items) {
  return (1U << items) - 1;
}

bool has(unsigned mask, std::size_t item) {
  return ((mask >> item) & 1U) != 0;
}

// Each outcome class of outcomes.md, with everything that the endpoint may have done behind it.
std::vector<Ending> endings_of(std::size_t items) {
  std::vector<Ending> endings = {
      {Kind::kRefused, 0}, {Kind::kRateLimited, 0}, {Kind::kNeverSent, 0}, {Kind::kStopRun, 0}};
  for (unsigned mask = 0; mask <= all_of(items); ++mask) {
    endings.push_back({Kind::kAnswered, mask});
    endings.push_back({Kind::kUnknown, mask});
  }
  return endings;
}

Delivery answer(const PostedUsage& posted, unsigned says) {
  std::string body;
  for (std::size_t i = 0; i < posted.items.size(); ++i) {
    body += std::string(body.empty() ? "" : ",") + R"({"sid":")" + posted.items[i].billing_sid + R"(","quantity":)" +
            posted.items[i].quantity + R"(,"submitted":)" + (has(says, i) ? "true}" : "false}");
  }
  return reply(202, R"({"billable_items":[)" + body + "]}");
}

// A 500 behind which all was billed, a reply cut behind which a part was, no reply at all where nothing was.
Delivery doubtful(const PostedUsage& posted, unsigned bills) {
  if (bills == all_of(posted.items.size())) return reply(500);
  Delivery delivery = answer(posted, bills);
  if (bills == 0) delivery = never_sent();
  delivery.times_issued = 1;
  delivery.fault = TransportFault::kConnectionLost;
  delivery.body_complete = false;
  return delivery;
}

// Retry-After makes a 429 wait for a step of its own, while what was never sent is claimed again by the commit that
// records it: there is no other back-off.
Delivery rate_limited() {
  Delivery delivery = reply(429);
  delivery.headers = "HTTP/1.1 429 Scripted\r\nRetry-After: 1\r\n\r\n";
  return delivery;
}

Delivery delivery_of(const SmallContact& contact) {
  switch (contact.ending.kind) {
    case Kind::kAnswered:
      return answer(contact.posted, contact.ending.bills);
    case Kind::kUnknown:
      return doubtful(contact.posted, contact.ending.bills);
    case Kind::kRefused:
      return reply(404);
    case Kind::kRateLimited:
      return rate_limited();
    case Kind::kStopRun:
      return reply(401);
    case Kind::kNeverSent:
      break;
  }
  return never_sent();
}

RunOptions options_of(const SmallModel& model) {
  RunOptions options;
  options.schedule.concurrency = model.concurrency;
  options.schedule.retry.max_attempts = model.attempts;
  options.schedule.retry.max_wait = std::chrono::seconds(model.attempts - 1);
  options.schedule.retry.backoff_base = Duration::zero();
  options.repost_unsubmitted = model.reposts;
  return options;
}

}  // namespace

std::string SmallModel::text() const {
  return std::to_string(installations) + " installations of " + std::to_string(items) + " items, " +
         std::to_string(attempts) + " attempts, " + std::to_string(concurrency) + " at once, " +
         std::to_string(crashes) + (dies_at == DiesAt::kEveryWrite ? " crashes at every write" : " crashes") +
         (reposts > 0 ? ", posted again" : "");
}

CrashDisk::Image recorded_model(const SmallModel& model) {
  Process process;
  CrashDisk disk(process);
  const CrashVfs vfs(disk, 0);
  Ledger::create(kLedger, FakeClock().wall_now(), ledger_options(vfs));
  {
    Ledger ledger = Ledger::open(kLedger, LedgerAccess::kWrite, ledger_options(vfs));
    record_run(ledger, model.installations, model.items);
  }
  return disk.image();
}

History::History(const SmallModel& model, const CrashDisk::Image& image, Choices& choices)
    : model_(model), choices_(choices), disk_(process_, image), vfs_(disk_, 0) {}

void History::complain(const std::string& text) {
  if (complaint_.empty()) complaint_ = "life " + std::to_string(life_) + ": " + text;
}

std::string History::run() {
  while (!is_finished_ && complaint_.empty()) {
    live();
    if (++life_ == kMostLives && !is_finished_) complain("the run is never finished");
  }
  return complaint_;
}

void History::live() {
  process_.begin();
  under_way_.clear();
  handed_out_.clear();
  is_armed_ = false;
  unsent_claims_ = 0;
  std::optional<Ledger> ledger;
  try {
    ledger.emplace(Ledger::open(kLedger, LedgerAccess::kWrite, ledger_options(vfs_)));
    resume(*ledger);
  } catch (const Died&) {
  } catch (const std::exception& error) {
    if (!process_.is_dead()) complain(std::string("an unexpected exception: ") + error.what());
  }
  if (process_.is_dead()) {
    ++crashes_;
    report_.claims_in_doubt += unsent_claims_;
  }
  process_.begin(1);  // no life closes its ledger in order: the next one finds what was written, and no more
  ledger.reset();
  clock_.advance(std::chrono::minutes(10));
}

// As the upload and resume commands do.
void History::resume(Ledger& ledger) {
  const RunInfo run = ledger.find_run("last").value();
  if (run.state == RunState::kOpen) {
    if (life_ > 0 && model_.dies_at == DiesAt::kEveryWrite && may_crash()) arm();
    ledger.recover(run.id, clock_.wall_now());
    disarm();
    RunObserver observer;
    observer.progress = [this](const RunProgress& progress) { after_recording(progress); };
    const auto before = [this] {
      before_commit();
      return 0;
    };
    const RunEnd end = send_run(ledger, run, *this, clock_, options_of(model_), before, observer);
    disarm();
    if (end.state != RunState::kFinished) return;
  }
  is_finished_ = true;
  ledger.each_row(run.id, [this](const RowRecord& row) { report_.rows.push_back(row); });
  report_.totals = ledger.period_totals(kScope);
  const std::string complaint = check_small(model_, report_);
  if (!complaint.empty()) complain(complaint);
}

// --- where it dies ---------------------------------------------------------------------------------------------------

bool History::dies() {
  return may_crash() && choices_.below(2) == 0;
}

void History::kill() {
  process_.begin(1);
  process_.step();
}

void History::die() {
  kill();
  throw Died();
}

// At each of the disk steps that come until disarm(); the last way is that it lives on.
void History::arm() {
  armed_fork_ = choices_.open_fork();
  is_armed_ = true;
  process_.begin(choices_.way(armed_fork_) + 1);
}

void History::disarm() {
  if (!is_armed_ || process_.is_dead()) return;
  is_armed_ = false;
  choices_.last_way(armed_fork_);
  process_.begin();
}

// Asked by the run before each commit that records and claims.
void History::before_commit() {
  disarm();
  if (process_.is_dead()) throw Died();
  started_since_commit_ = false;
  recorded_in_this_commit_ = !handed_out_.empty();
  if (model_.dies_at != DiesAt::kEveryWrite || !may_crash()) return;
  for (const std::size_t i : handed_out_) report_.contacts[i].recorded = Recorded::kPerhaps;
  arm();
  unsent_claims_ = free_places();
}

// The run has come past its commit.
void History::committed() {
  disarm();
  unsent_claims_ = 0;
  for (const std::size_t i : handed_out_) report_.contacts[i].recorded = Recorded::kYes;
  handed_out_.clear();
}

std::size_t History::free_places() const {
  return model_.concurrency - std::min<std::size_t>(model_.concurrency, under_way_.size());
}

// Told by the run after each commit and what it started.
void History::after_recording(const RunProgress&) {
  if (process_.is_dead()) return;
  committed();
  if (!recorded_in_this_commit_ || started_since_commit_) return;
  if (dies()) die();
  if (model_.dies_at == DiesAt::kEveryWrite && may_crash() && under_way_.empty()) arm();  // the end of the run
}

// --- the wire and the endpoint ---------------------------------------------------------------------------------------

Ending History::choose_ending(const PostedUsage& posted) {
  const unsigned all = all_of(posted.items.size());
  if (++attempts_[posted.installation] > model_.attempts || ++attempts_in_all_ > model_.attempts_in_all)
    return {Kind::kAnswered, all};
  std::vector<Ending> endings = endings_of(posted.items.size());
  // The program cannot see what is billed behind a reply in doubt; to send again is worst where all was.
  if (model_.pruned == Pruned::kTwins)
    std::erase_if(endings, [all](const Ending& e) { return e.kind == Kind::kUnknown && e.bills != all; });
  return endings[choices_.below(endings.size())];
}

void History::start(AttemptId attempt, const std::string& url, std::string body) {
  if (process_.is_dead()) throw Died();
  committed();
  started_since_commit_ = true;
  if (dies()) {
    unsent_claims_ = free_places();
    die();
  }
  auto posted = read_posted(url, body);
  if (!posted) return complain("not a request that the contract knows: " + body);
  const Ending ending = choose_ending(*posted);
  under_way_.push_back(report_.contacts.size());
  report_.contacts.push_back({attempt, life_, std::move(*posted), ending, Recorded::kNo});
  if (ending.bills == 0 || !dies()) return;
  // Billed, and dead before anything more is written; what else was claimed never leaves.
  unsent_claims_ = free_places();
  kill();
}

std::vector<FinishedTransfer> History::poll(SteadyTime until) {
  if (process_.is_dead()) throw Died();
  if (++polls_ > kMostPolls) {
    complain("the run does not end");
    throw Died();
  }
  std::vector<FinishedTransfer> finished;
  if (under_way_.empty()) {
    if (until > clock_.steady_now()) clock_.advance(until - clock_.steady_now());
    return finished;
  }
  clock_.advance(kTransferTime);
  // All at once, or one of them first; of twins only the last, as each ends in every way. Where a life before has left
  // them unlike, that drops an order, which the larger models have.
  const std::size_t firsts = model_.pruned == Pruned::kTwins ? 1 : under_way_.size();
  const std::size_t which = under_way_.size() - (under_way_.size() == 1 ? 1 : choices_.below(firsts + 1));
  std::vector<std::size_t> come = under_way_;
  if (which < under_way_.size()) come = {under_way_[which]};
  for (const std::size_t contact : come) finished.push_back(hand_out(contact));
  return finished;
}

FinishedTransfer History::hand_out(std::size_t index) {
  std::erase(under_way_, index);
  handed_out_.push_back(index);
  Delivery delivery = delivery_of(report_.contacts[index]);
  delivery.started_at = delivery.ended_at = clock_.wall_now();
  return {report_.contacts[index].attempt, std::move(delivery)};
}

}  // namespace usage::test

#include "simulation/period_simulation.h"

#include <sqlite3.h>

#include <exception>
#include <map>

#include "simulation/posted_usage.h"
#include "usage/base/error.h"

namespace usage::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const char* const kLedger = "/ledger.db";
const char* const kEndpoint = "https://marketplace.example";

const CrashDisk::Image& new_ledger() {
  static const CrashDisk::Image kImage = [] {
    Process process;
    CrashDisk disk(process);
    const CrashVfs vfs(disk, 0);
    Ledger::create(kLedger, FakeClock().wall_now(), {OnNetworkDrive::kRefuse, vfs.name()});
    return disk.image();
  }();
  return kImage;
}

RunOptions any_options(Dice& dice) {
  RunOptions options;
  options.schedule.concurrency = static_cast<unsigned>(dice.between(1, 3));
  if (dice.one_in(2)) options.schedule.claims_ahead = ClaimsAhead::kAsManyAgain;
  options.schedule.retry.max_attempts = static_cast<unsigned>(dice.between(1, 3));
  options.schedule.retry.max_wait = seconds(dice.one_of({0, 2}));
  options.schedule.retry.backoff_base = milliseconds(dice.one_of({0, 50}));
  options.schedule.retry.backoff_cap = seconds(2);
  if (dice.one_in(4)) options.on_503 = On503::kRetry;
  options.repost_unsubmitted = static_cast<unsigned>(dice.one_of({0, 0, 1, 2}));
  options.stops.max_unknown = dice.one_of<std::uint64_t>({1, 3, 20});
  options.stops.max_failures = dice.one_of<std::uint64_t>({0, 0, 2});
  return options;
}

Weather any_weather(Dice& dice, On503 on_503) {
  Weather weather;
  weather.faults_percent = static_cast<unsigned>(dice.one_of({0, 15, 40, 70}));
  weather.rejects_percent = static_cast<unsigned>(dice.one_of({0, 10, 40}));
  if (on_503 == On503::kRetry) weather.on_503 = ServiceUnavailable::kNeverBills;
  return weather;
}

Fate certain_fate(Dice& dice, const std::vector<Item>& items) {
  Fate fate = good_fate(dice, items, 0);
  while (fate.proof != Proof::kAnswered) fate = good_fate(dice, items, 0);
  return fate;
}

// Of a charge that was billed: each with the installation and the billing SID of its row.
struct BilledReferences {
  std::string period;
  std::string now;                // empty: none
  std::vector<std::string> ever;  // of all rows that stood for it
};

void note_billed_references(const PeriodBook& book, std::map<RowId, BilledReferences>& billed) {
  std::map<std::string, RowId> stands;  // by usage_row
  for (const ChargeRecord& charge : book.seen.charges)
    if (charge.row.status == RowStatus::kSubmitted) stands[charge.row.usage_row] = charge.row.id;
  for (const SeenRun& run : book.seen.runs)
    for (const RowRecord& row : run.rows) {
      const auto charge = stands.find(row.usage_row);
      if (charge == stands.end() || row.request == 0 || row.reference.empty()) continue;
      const std::string key = lowered(row.installation + row.billing_sid) + row.reference;
      BilledReferences& references = billed[charge->second];
      references.period = book.scope.period;
      references.ever.push_back(key);
      if (row.id == charge->second) references.now = key;
    }
}

}  // namespace

PeriodSimulation::PeriodSimulation(std::uint64_t seed)
    : dice_(seed, 2),
      disk_(process_, new_ledger()),
      vfs_(disk_, seed),
      endpoint_(clock_, process_),
      meanings_(dice_),
      operator_(dice_, meanings_),
      options_(any_options(dice_)) {
  weather_ = any_weather(dice_, options_.on_503);
  if (dice_.one_in(2)) max_items_ = dice_.between(1, 2);
  books_.resize(dice_.between(1, 3));
  for (std::size_t i = 0; i < books_.size(); ++i)
    books_[i].scope = {kEndpoint, "AC00000000000000000000000000000007", "2026-1" + std::to_string(i)};
}

void PeriodSimulation::complain(const std::string& text) {
  if (complaint_.empty()) complaint_ = "life " + std::to_string(period_of_life_.size()) + ": " + text + "\n" + trace_;
}

std::string PeriodSimulation::run(PeriodFigures& figures) {
  const std::size_t uploads = dice_.between(2, 6);
  for (std::size_t i = 0; i < uploads && !is_over(); ++i) {
    const std::size_t period = i == 0 ? 0 : dice_.below(books_.size());
    upload_any(period);
    if (!is_over() && dice_.one_in(2))
      live(period, Temper::kAny, [&](Ledger& ledger) { settle(ledger, period, dice_.one_in(2) ? 100 : 60); });
    if (!is_over() && dice_.one_in(4))
      live(period, Temper::kAny, [&](Ledger& ledger) { leave_out_some(ledger, period); });
    if (!is_over() && dice_.one_in(6))
      live(period, Temper::kAny, [&](Ledger& ledger) { take_back(ledger, period, 60); });
  }
  for (std::size_t period = 0; period < books_.size() && !is_over(); ++period)
    if (!books_[period].sheet.empty()) come_to_rest(period);
  add_up();
  figures += figures_;
  return complaint_.empty() ? "" : complaint_ + told();
}

void PeriodSimulation::upload_any(std::size_t period) {
  Upload file = operator_.next_file(books_, period);
  ++figures_.uploads;
  upload_is_over_ = false;
  for (std::size_t lives = dice_.between(1, 4); lives > 0 && !upload_is_over_ && !is_over(); --lives)
    live(period, Temper::kAny, [&](Ledger& ledger) { upload(ledger, file, Temper::kAny); });
}

// Settle, take back what was left out, upload what failed, then the sheet as it is now: everything in it must be billed
// then.
void PeriodSimulation::come_to_rest(std::size_t period) {
  const auto settle_all = [&](Ledger& ledger) { settle(ledger, period, 100); };
  live(period, Temper::kCareful, [&](Ledger& ledger) {
    if (const auto open = open_run(ledger, books_[period].scope)) resume(ledger, *open);
  });
  if (!is_over()) live(period, Temper::kCareful, settle_all);
  if (!is_over()) live(period, Temper::kCareful, [&](Ledger& ledger) { take_back(ledger, period, 100); });
  if (!is_over()) upload_in_calm(period, {operator_.all_unbilled(books_[period]), OnInvalid::kRefuse, period, {}});
  operator_.mend(books_[period].sheet);
  if (!is_over()) upload_in_calm(period, {books_[period].sheet, OnInvalid::kRefuse, period, {}});
  if (!is_over()) check_wanted(period);
}

void PeriodSimulation::upload_in_calm(std::size_t period, Upload file) {
  const auto go = [&](Ledger& ledger) { upload(ledger, file, Temper::kCareful); };
  live(period, Temper::kCareful, go);
  if (is_over() || file.rows.empty()) return;
  if (!upload_is_over_) complain("an upload in calm weather does not come to its end");
  const std::size_t sent = endpoint_.contacts().size();
  if (!is_over()) live(period, Temper::kCareful, go);  // once more
  if (endpoint_.contacts().size() != sent) complain("SENT AGAIN, though all of it was billed");
}

void PeriodSimulation::check_wanted(std::size_t period) {
  const PeriodBook& book = books_[period];
  std::set<Intent> wanted;
  for (const MeantRow& row : book.sheet)
    if (row.row.kind == RowKind::kValid) wanted.insert(row.intent);
  figures_.wanted += wanted.size();
  const std::size_t billed = book.intended.billed_of(wanted, billed_in(period));
  figures_.lost += wanted.size() - billed;
  if (billed < wanted.size())
    complain("LOST: " + std::to_string(wanted.size() - billed) + " charges of " + book.scope.period);
}

void PeriodSimulation::plan_mishaps() {
  process_.begin(dice_.percent(50) ? 1 + dice_.below(dice_.one_of<std::size_t>({40, 80, 160})) : Process::kNever);
  signal_at_.reset();
  if (dice_.percent(8)) signal_at_ = static_cast<std::uint32_t>(dice_.below(8));
  disk_.mend();
  if (dice_.percent(5)) arm_disk_fault();
}

void PeriodSimulation::arm_disk_fault() {
  DiskFault fault;
  fault.call = dice_.one_of({DiskCall::kWrite, DiskCall::kSync, DiskCall::kRead});
  fault.at = 1 + dice_.below(60);
  fault.result = dice_.one_of({SQLITE_IOERR_WRITE, SQLITE_FULL});
  if (fault.call == DiskCall::kSync) fault.result = SQLITE_IOERR_FSYNC;
  if (fault.call == DiskCall::kRead) fault.result = SQLITE_IOERR_READ;
  fault.lasts = dice_.one_of({FaultLasts::kOnce, FaultLasts::kUntilMended});
  if (dice_.one_in(4)) fault.failed_sync = FailedSync::kDropsWrites;
  disk_.arm(fault);
}

void PeriodSimulation::live(std::size_t period, Temper weather, const Command& command) {
  temper_ = weather;
  if (weather == Temper::kAny) {
    plan_mishaps();
  } else {
    process_.begin();
    disk_.mend();
    signal_at_.reset();
  }
  endpoint_.begin_life(
      period_of_life_.size(), options_.schedule,
      [this](const std::vector<Item>& items) {
        return temper_ == Temper::kCareful ? certain_fate(dice_, items) : any_fate(dice_, items, weather_);
      },
      [this] { return !disk_.has_failed(); });
  trace_ += "life " + std::to_string(period_of_life_.size()) + " in " + books_[period].scope.period + ":";
  period_of_life_.push_back(period);
  LifeEnd end = LifeEnd::kOrderly;
  std::optional<Ledger> ledger;
  try {
    ledger.emplace(Ledger::open(kLedger, LedgerAccess::kWrite, {OnNetworkDrive::kRefuse, vfs_.name()}));
    check(*ledger);
    if (!is_over()) command(*ledger);
    if (!operator_.complaint().empty()) complain(operator_.complaint());
    check(*ledger);
  } catch (const Died&) {
    end = LifeEnd::kDied;
  } catch (const LedgerError& error) {
    end = process_.is_dead() ? LifeEnd::kDied : LifeEnd::kLedgerFailed;
    is_damaged_ = disk_.has_dropped_writes() && error.name() == "ledger-damaged";
    if (end == LifeEnd::kLedgerFailed && !disk_.has_failed() && !is_damaged_)
      complain("the ledger failed without a reason: " + std::string(error.what()));
  } catch (const std::exception& error) {
    end = LifeEnd::kDied;
    complain(std::string("an unexpected exception: ") + error.what());
  }
  if (end == LifeEnd::kDied || (weather == Temper::kAny && dice_.one_in(4))) process_.begin(1);
  ledger.reset();
  end_life(end);
}

void PeriodSimulation::end_life(LifeEnd end) {
  endpoint_.end_life(end, dice_);
  if (!endpoint_.complaint().empty()) complain(endpoint_.complaint());
  ++figures_.lives;
  if (end == LifeEnd::kDied) ++figures_.kills;
  if (end == LifeEnd::kLedgerFailed) ++figures_.disk_faults;
  trace_ += end == LifeEnd::kDied ? " died" : end == LifeEnd::kLedgerFailed ? " disk failed" : "";
  if (temper_ == Temper::kAny && dice_.percent(end == LifeEnd::kDied ? 60 : 20)) {
    disk_.power_cut(dice_);
    ++figures_.power_cuts;
    trace_ += " power cut";
  }
  trace_ += "\n";
  clock_.advance(seconds(dice_.between(0, 3000)));
}

std::vector<std::string> PeriodSimulation::billed_in(std::size_t period) const {
  std::vector<std::string> items;
  for (const Contact& contact : endpoint_.contacts()) {
    if (period_of_life_[contact.life] != period) continue;
    for (std::size_t i = 0; i < contact.billed.size(); ++i)
      if (contact.billed[i])
        items.push_back(content_key(contact.posted.installation, contact.posted.items[i].billing_sid,
                                    contact.posted.items[i].quantity));
  }
  return items;
}

SeenRun PeriodSimulation::look_at_run(const Ledger& ledger, std::size_t period, const RunInfo& run) {
  SeenRun seen;
  seen.run = run;
  ledger.each_row(run.id, [&](const RowRecord& row) { seen.rows.push_back(row); });
  for (const SeenRun& known : books_[period].seen.runs)
    if (known.run.id == run.id) seen.file = known.file;
  if (!seen.file.empty()) return seen;
  if (!recording_ || recording_->period != period) {
    complain("a run that nobody began");
    return seen;
  }
  seen.file = recording_->rows;
  SimulatedOperator::note_upload(books_[period], *recording_);
  recording_.reset();
  ++figures_.runs;
  return seen;
}

void PeriodSimulation::find_causes(const Ledger& ledger, std::size_t period, const SeenRun& run) {
  auto& doubts = books_[period].doubts;
  for (const RowRecord& row : run.rows) {
    if (row.status != RowStatus::kUnknown || row.request == 0 || doubts.contains(row.id)) continue;
    if (const auto evidence = ledger.evidence(run.run.id, row.request))
      doubts[row.id] = cause_of_doubt(*evidence, endpoint_.contacts());
  }
}

SeenPeriod PeriodSimulation::look(const Ledger& ledger, std::size_t period) {
  SeenPeriod seen;
  for (const RunInfo& run : ledger.runs_of(books_[period].scope)) {
    seen.runs.push_back(look_at_run(ledger, period, run));
    find_causes(ledger, period, seen.runs.back());
  }
  ledger.each_charge(books_[period].scope, [&](const ChargeRecord& charge) { seen.charges.push_back(charge); });
  return seen;
}

void PeriodSimulation::check(const Ledger& ledger) {
  for (std::size_t period = 0; period < books_.size(); ++period) {
    PeriodBook& book = books_[period];
    SeenPeriod now = look(ledger, period);
    const std::vector<std::string> items = billed_in(period);
    if (!is_over()) figures_.double_bills += items.size() - book.intended.distinct(items);
    const std::string complaints = check_period(book.seen, now, book.intended, items);
    if (!complaints.empty()) complain(book.scope.period + ": " + complaints);
    book.see(std::move(now));
    book.correct_sids(book.sheet);
  }
  check_references();
  if (recording_ && is_acknowledged_) complain("LOST A RUN, which was acknowledged");
  recording_.reset();
}

// A reference names one charge of a billing item, over all periods: no charge is billed under one that a charge billed
// before has, or had in an earlier row.
void PeriodSimulation::check_references() {
  std::map<RowId, BilledReferences> billed;  // by the row that stands for the charge: in order of the uploads
  for (const PeriodBook& book : books_) note_billed_references(book, billed);
  std::map<std::string, std::string> billed_in;
  for (const auto& [row, charge] : billed) {
    const auto first = billed_in.find(charge.now);
    if (first != billed_in.end() && first->second != charge.period)
      complain("BILLED IN TWO PERIODS: " + charge.now + " in " + first->second + " and " + charge.period);
    for (const std::string& reference : charge.ever) billed_in.emplace(reference, charge.period);
  }
}

void PeriodSimulation::add_up() {
  figures_.damaged = is_damaged_ ? 1 : 0;
  figures_.corrected_sids = operator_.corrected_sids();
  for (const PeriodBook& book : books_)
    for (const auto& [row, cause] : book.doubts) figures_.doubts.add(cause);
  for (const PeriodBook& book : books_)
    for (const SeenRun& run : book.seen.runs)
      for (const RowRecord& row : run.rows) {
        figures_.left_in_doubt += row.status == RowStatus::kUnknown && row.request != 0 ? 1U : 0U;
        figures_.duplicates += row.status == RowStatus::kDuplicate ? 1U : 0U;
        const bool was_invalid = row.status == RowStatus::kInvalid;
        (was_invalid ? figures_.corrected : figures_.taken_over) += row.superseded_by.empty() ? 0U : 1U;
        figures_.met_left_out += row.status == RowStatus::kLeftOut && row.settled_by.empty() && !row.usage_row.empty();
      }
  for (std::size_t period = 0; period < books_.size(); ++period) figures_.billed += billed_in(period).size();
}

std::string PeriodSimulation::told() const {
  std::string text;
  const auto add = [&text](const MeantRow& row, const std::string& more) {
    text += "  " + content_key(row.row).substr(26, 9) + content_key(row.row).substr(61) + " " + row.row.reference +
            " means " + std::to_string(row.intent) + " " + more + "\n";
  };
  for (const PeriodBook& book : books_) {
    for (const SeenRun& run : book.seen.runs) {
      text += run.run.name + " " + run.run.stop_name + "\n";
      for (const RowRecord& row : run.rows)
        add(run.file[row.ordinal], row.usage_row + " " + std::string(name_of(row.status)) + " " + row.superseded_by +
                                       " named " + run.file[row.ordinal].row.usage_row + " " + row.reason);
    }
    text += "sheet of " + book.scope.period + "\n";
    for (const MeantRow& row : book.sheet) add(row, "");
  }
  return text;
}

}  // namespace usage::test

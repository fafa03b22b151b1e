// The program's commands, as src/cli puts them together.
#include <algorithm>
#include <csignal>

#include "simulation/period_simulation.h"
#include "usage/run/record_plan.h"

namespace usage::test {
namespace {

// A usage_row of another period.
bool names_nothing_here(const PeriodBook& book, const std::string& usage_row) {
  if (usage_row.empty()) return false;
  return std::ranges::none_of(book.seen.runs, [&](const SeenRun& run) {
    return std::ranges::any_of(run.rows, [&](const RowRecord& row) { return row.usage_row == usage_row; });
  });
}

// A charge of the same billing item that is not billed for certain.
bool has_open_charge(const PeriodBook& book, const FileRow& row) {
  const auto& charges = book.seen.charges;
  return std::any_of(charges.begin(), charges.end(), [&](const ChargeRecord& charge) {
    const bool same_item = lowered(charge.row.installation) == lowered(row.installation) &&
                           lowered(charge.row.billing_sid) == lowered(row.billing_sid);
    return same_item && charge.row.usage_row != row.usage_row && charge.row.status != RowStatus::kSubmitted;
  });
}

}  // namespace

std::optional<RunInfo> PeriodSimulation::open_run(const Ledger& ledger, const Scope& scope) {
  for (RunInfo& run : ledger.runs_of(scope))
    if (run.state == RunState::kOpen) return std::move(run);
  return std::nullopt;
}

// As the command: the same content goes on, other content waits until the open run is finished or abandoned.
void PeriodSimulation::upload(Ledger& ledger, Upload& file, Temper temper) {
  PeriodBook& book = books_[file.period];
  if (const auto open = open_run(ledger, book.scope)) {
    const bool same = digest_of_content(input_of(file_of(file.rows))) == open->content_digest;
    if (same || temper == Temper::kCareful || !dice_.one_in(3)) {
      resume(ledger, *open);
      upload_is_over_ = same && !open_run(ledger, book.scope);
    } else {
      abandon(ledger, *open);
    }
    return;
  }
  const auto accepted = operator_.agree(ledger, book, file, billed_in(file.period), max_items_, temper);
  upload_is_over_ = true;
  if (accepted) return record_and_send(ledger, file, *accepted);
  ++figures_.given_up;
  trace_ += " given up";
}

void PeriodSimulation::record_and_send(Ledger& ledger, Upload& file, const Accepted& accepted) {
  PeriodBook& book = books_[file.period];
  upload_is_over_ = false;
  recording_ = file;
  is_acknowledged_ = false;
  for (const MeantRow& row : file.rows)
    if (row.row.kind == RowKind::kValid && !names_nothing_here(book, row.row.usage_row))
      book.intended.may_stand_as(content_key(row.row), row.intent);
  // Who allows a row beside a charge that is not billed may have both billed in the end.
  for (const std::size_t i : accepted.additional)
    if (has_open_charge(book, file.rows[i].row))
      book.intended.may_stand_as(content_key(file.rows[i].row), meanings_.next());
  NewRun run;
  run.scope = book.scope;
  run.retry_503 = options_.on_503 == On503::kRetry;
  run.program_version = "1.2.3";
  run.out_folder = "/out";
  run.started_at = clock_.wall_now();
  run.started_by = "clerk@simulation";
  ledger.open_period(book.scope, run.started_at);
  const RunInfo recorded = record_plan(ledger, accepted.input, accepted.plan, run);
  is_acknowledged_ = true;
  figures_.additional += accepted.additional.size();
  trace_ += " recorded " + recorded.name;
  if (!accepted.plan.requests.empty()) return send(ledger, recorded);
  ledger.begin();
  ledger.end_run(recorded.id, RunState::kFinished, "nothing-to-send", "all is there", clock_.wall_now());
  ledger.commit();
  upload_is_over_ = true;
}

void PeriodSimulation::resume(Ledger& ledger, const RunInfo& run) {
  ++figures_.resumed;
  trace_ += " resumed " + run.name;
  ledger.recover(run.id, clock_.wall_now());
  ledger.add_event(run.id, {RunEventKind::kResumed, "clerk@simulation", clock_.wall_now()});
  send(ledger, run);
}

void PeriodSimulation::abandon(Ledger& ledger, const RunInfo& run) {
  ledger.recover(run.id, clock_.wall_now());
  ledger.begin();
  ledger.end_run(run.id, RunState::kAbandoned, "abandoned", "abandoned by the operator", clock_.wall_now());
  ledger.add_event(run.id, {RunEventKind::kAbandoned, "clerk@simulation", clock_.wall_now()});
  ledger.commit();
  ++figures_.abandoned;
  trace_ += " abandoned " + run.name;
}

void PeriodSimulation::settle(Ledger& ledger, std::size_t period, unsigned percent) {
  const PeriodBook& book = books_[period];
  if (const auto open = open_run(ledger, book.scope)) ledger.recover(open->id, clock_.wall_now());
  const auto decided = operator_.settlements(ledger, book, endpoint_.contacts(), percent, clock_.wall_now());
  if (decided.empty()) return;
  ledger.settle(decided);
  figures_.settlements += decided.size();
  trace_ += " settled " + std::to_string(decided.size());
}

// By what was known when this life of the program began.
void PeriodSimulation::leave_out_some(Ledger& ledger, std::size_t period) {
  const auto decided = operator_.left_out(books_[period], 50, clock_.wall_now());
  if (decided.empty()) return;
  ledger.settle(decided);
  figures_.left_out += decided.size();
  trace_ += " left out " + std::to_string(decided.size());
}

void PeriodSimulation::take_back(Ledger& ledger, std::size_t period, unsigned percent) {
  const auto decided = operator_.taken_back(books_[period], percent, clock_.wall_now());
  if (decided.empty()) return;
  ledger.settle(decided);
  trace_ += " took back " + std::to_string(decided.size());
}

void PeriodSimulation::send(Ledger& ledger, const RunInfo& run) {
  RunOptions options = options_;
  if (temper_ == Temper::kCareful) options.stops = {};
  options.seed = dice_.next();
  std::uint32_t asked = 0;
  const RunEnd end = send_run(ledger, run, endpoint_, clock_, options,
                              [&] { return signal_at_ && asked++ >= *signal_at_ ? SIGTERM : 0; }, {});
  endpoint_.all_recorded();
  upload_is_over_ = end.state == RunState::kFinished;
  trace_ += " " + end.name;
}

}  // namespace usage::test

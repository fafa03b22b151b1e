// A run's beginning: one transaction.
#include "ledger_state.h"
#include "usage/base/text.h"

namespace usage {
namespace {

std::int64_t period_of(LedgerState& state, const Scope& scope) {
  Rows rows = state
                  .statement(
                      "SELECT p.id FROM period p JOIN scope s ON s.id = p.scope "
                      "WHERE s.endpoint = ? AND s.account = ? AND p.name = ?")
                  .query(scope.endpoint, scope.account, scope.period);
  require(rows.next(), "record a run of a period that was not opened");
  return rows.integer(0);
}

RowId next_row_id(LedgerState& state) {
  Rows rows = state.statement("SELECT coalesce(max(id), 0) + 1 FROM usage_row").query();
  rows.next();
  return rows.integer(0);
}

void add_files(LedgerState& state, const NewRun& run) {
  Statement& insert = state.statement(
      "INSERT INTO input_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?)");
  int position = 0;
  for (const InputFile& file : run.files) {
    const ColumnMapping& mapping = file.mapping;
    insert.run(state.recording.run, position++, file.name, file.spool, file.digest, file.bytes, name_of(file.encoding),
               file.spool_bytes, file.spool_digest, file.body_offset, file.header_line,
               std::string_view(&file.delimiter, 1), file.decimal_sign == DecimalSign::kComma ? "," : ".",
               name_of(file.grouping), file.had_bom_or_other_encoding, file.header, mapping.installation,
               mapping.billing_sid, mapping.quantity, mapping.reference, mapping.currency, mapping.usage_row,
               mapping.installation_key, mapping.billing_sid_key, mapping.installation_constant,
               mapping.billing_sid_constant, mapping.currency_constant);
  }
}

void add_totals(LedgerState& state, const NewRun& run) {
  Statement& insert = state.statement(
      "INSERT INTO input_total (run, status, currency, rows, rows_without_amount, amount) VALUES (?, ?, ?, ?, ?, ?)");
  for (const Total& total : run.input_totals)
    insert.run(state.recording.run, name_of(total.status), total.currency, total.rows, total.rows_without_amount,
               total.amount.text());
}

// A seed has the name that its run had; a name of another form could be given a second time.
void require_free_name(const Ledger& ledger, const NewRun& run) {
  const std::string& name = run.name;
  const std::size_t dash = run.scope.period.size();
  require(ascii_equal_ignoring_case(name.substr(0, dash), run.scope.period) && name.find('-', dash) == dash &&
              name.size() > dash + 1 && name.find_first_not_of("0123456789", dash + 1) == std::string::npos,
          "name a run otherwise than PERIOD-N");
  require(!ledger.find_run(name), "give a run's name a second time");
}

}  // namespace

void Ledger::open_period(const Scope& scope, WallTime now) {
  Change change(*state_);
  state_->statement("INSERT INTO scope (endpoint, account) VALUES (?, ?) ON CONFLICT DO NOTHING")
      .run(scope.endpoint, scope.account);
  state_
      ->statement(
          "INSERT INTO period (scope, name, opened_at) SELECT id, ?, ? FROM scope WHERE endpoint = ? AND account = ? "
          "ON CONFLICT DO NOTHING")
      .run(scope.period, now, scope.endpoint, scope.account);
  change.done();
}

std::string starter_of(const std::vector<RunEvent>& events) {
  const bool known = !events.empty() && events.front().kind == RunEventKind::kStarted;
  return known ? events.front().user : "";
}

RunId Ledger::begin_run(const NewRun& run) {
  state_->set_up_for_recording();
  state_->begin();
  Change change(*state_);
  Recording& recording = state_->recording;
  recording = {};
  recording.is_seed = !run.name.empty();
  if (recording.is_seed) require_free_name(*this, run);
  recording.name = recording.is_seed ? run.name : next_run_name(run.scope.period);
  if (run.opens_period) open_period(run.scope, run.started_at);
  recording.period = period_of(*state_, run.scope);
  recording.first_row = recording.next_row = recording.next_charge = next_row_id(*state_);
  state_
      ->statement(
          "INSERT INTO run (period, name, content_digest, retry_503, program_version, out_folder, started_at, "
          "first_row) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .run(recording.period, recording.name, run.content_digest, run.retry_503, run.program_version, run.out_folder,
           run.started_at, recording.first_row);
  recording.run = state_->database.last_row_id();
  add_files(*state_, run);
  add_totals(*state_, run);
  if (run.approval)
    state_->statement("INSERT INTO approval (run, plan_digest, approved_by) VALUES (?, ?, ?)")
        .run(recording.run, run.approval->plan_digest, run.approval->approved_by);
  if (!run.started_by.empty()) add_event(recording.run, {RunEventKind::kStarted, run.started_by, run.started_at});
  for (const Warning& warning : run.warnings) add_warning(recording.run, warning);
  change.done();
  return recording.run;
}

RunInfo Ledger::commit_run() {
  Recording recording;
  {
    Change change(*state_);
    state_->require_recording();
    make_charges(*state_);
    recording = std::exchange(state_->recording, {});
    for (const Recording::Request& request : recording.requests)
      require(request.rows > 0, "record a request of no rows");
    state_->statement("UPDATE run SET row_count = ? WHERE id = ?")
        .run(recording.next_row - recording.first_row, recording.run);
    if (recording.is_seed)
      state_->statement("UPDATE run SET state = 'finished', stop_name = 'seeded', ended_at = started_at WHERE id = ?")
          .run(recording.run);
    change.done();
  }
  state_->commit();
  state_->set_up_for_use();
  return *find_run(recording.name);
}

void Ledger::add_warning(RunId run, const Warning& warning) {
  Change change(*state_);
  state_->statement("INSERT INTO warning (run, name, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
      .run(run, warning.name, warning.text);
  change.done();
}

void Ledger::add_event(RunId run, const RunEvent& event) {
  Change change(*state_);
  state_->statement("INSERT INTO run_event (run, name, user, happened_at) VALUES (?, ?, ?, ?)")
      .run(run, kRunEventNames.at(static_cast<std::size_t>(event.kind)), event.user, event.happened_at);
  change.done();
}

void Ledger::waive_503(RunId run) {
  Change change(*state_);
  state_->statement("UPDATE run SET retry_503 = 1 WHERE id = ?").run(run);
  change.done();
}

}  // namespace usage

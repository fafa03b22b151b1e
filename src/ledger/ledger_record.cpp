// A run's beginning: one transaction.
#include <optional>

#include "ledger_state.h"
#include "usage/base/sid.h"

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
  Statement& insert = state.statement("INSERT INTO input_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  int position = 0;
  for (const InputFile& file : run.files) {
    const ColumnMapping& mapping = file.mapping;
    insert.run(state.recording.run, position++, file.name, file.spool, file.digest, file.bytes, file.body_offset,
               std::string_view(&file.delimiter, 1), file.had_bom_or_other_encoding, file.header, mapping.installation,
               mapping.billing_sid, mapping.quantity, mapping.reference, mapping.currency, mapping.usage_row);
  }
}

void add_totals(LedgerState& state, const NewRun& run) {
  Statement& insert = state.statement(
      "INSERT INTO input_total (run, status, currency, rows, rows_without_amount, amount) VALUES (?, ?, ?, ?, ?, ?)");
  for (const Total& total : run.input_totals)
    insert.run(state.recording.run, name_of(total.status), total.currency, total.rows, total.rows_without_amount,
               total.amount.text());
}

// The installation's place among the period's; made where it is new.
std::int64_t installation_of(LedgerState& state, std::string_view sid) {
  const std::string key = sid_key(sid);
  {
    Rows rows = state.statement("SELECT id FROM installation WHERE sid_key = ? AND period = ?")
                    .query(key, state.recording.period);
    if (rows.next()) return rows.integer(0);
  }
  state.statement("INSERT INTO installation (period, sid_key) VALUES (?, ?)").run(state.recording.period, key);
  return state.database.last_row_id();
}

// What a row has by itself where it is in no request, and shares with its request where it is in one.
struct OwnValues {
  std::optional<std::int64_t> installation;
  std::optional<RequestId> request;
  std::optional<std::uint32_t> position;
  std::optional<std::string_view> sid;
  std::optional<std::string_view> status;
  std::optional<std::string_view> reason;
  bool is_charge = true;
};

OwnValues values_in_request(LedgerState& state, const NewRow& row) {
  require(row.request <= state.recording.requests.size(), "record a row of a request that it does not have");
  Recording::Request& request = state.recording.requests[row.request - 1];
  require(row.status == RowStatus::kNotSent, "record a row in a request that has its outcome already");
  require(row.position == request.rows, "record a request's rows in another order than that of its items");
  ++request.rows;
  return {request.installation, request.id, row.position, {}, {}, {}, true};
}

// A valid row is a charge, also where it is held back; an invalid one, or one left out, is none.
OwnValues values_alone(LedgerState& state, const NewRow& row) {
  OwnValues values{{}, {}, {}, row.installation, name_of(row.status), row.reason, row.status == RowStatus::kNotSent};
  if (values.is_charge) values.installation = installation_of(state, row.installation);
  return values;
}

void require_recording(const LedgerState& state) {
  require(state.recording.run != 0 && state.database.in_transaction(), "record outside of a run's beginning");
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

RunId Ledger::begin_run(const NewRun& run) {
  state_->begin();
  Change change(*state_);
  Recording& recording = state_->recording;
  recording = {};
  recording.name = next_run_name(run.scope.period);
  recording.period = period_of(*state_, run.scope);
  recording.first_row = recording.next_row = next_row_id(*state_);
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
  for (const Warning& warning : run.warnings) add_warning(recording.run, warning);
  change.done();
  return recording.run;
}

void Ledger::add_request(std::uint32_t number, std::string_view installation, std::string_view body) {
  Change change(*state_);
  require_recording(*state_);
  Recording& recording = state_->recording;
  require(number == recording.requests.size() + 1, "number requests out of order");
  Recording::Request request;
  request.installation = installation_of(*state_, installation);
  state_->statement("INSERT INTO request (run, number, installation, sid) VALUES (?, ?, ?, ?)")
      .run(recording.run, number, request.installation, installation);
  request.id = state_->database.last_row_id();
  state_->statement("INSERT INTO request_body VALUES (?, ?)").run(request.id, Blob{body});
  recording.requests.push_back(request);
  change.done();
}

void Ledger::add_row(const NewRow& row) {
  Change change(*state_);
  require_recording(*state_);
  const OwnValues own = row.request != 0 ? values_in_request(*state_, row) : values_alone(*state_, row);
  const RowId id = state_->recording.next_row++;
  const std::optional<RowId> charge = own.is_charge ? std::optional(id) : std::nullopt;
  state_->statement("INSERT INTO usage_row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(id, state_->recording.run, own.installation, own.request, own.position, charge, row.file, row.place.line,
           row.place.offset, row.place.length, own.sid, row.billing_sid, row.quantity, row.has_amount, row.currency,
           row.reference, own.status, own.reason);
  if (charge) state_->statement("INSERT INTO charge VALUES (?1, ?1)").run(id);
  change.done();
}

RunInfo Ledger::commit_run() {
  Recording recording;
  {
    Change change(*state_);
    require_recording(*state_);
    recording = std::exchange(state_->recording, {});
    for (const Recording::Request& request : recording.requests)
      require(request.rows > 0, "record a request of no rows");
    state_->statement("UPDATE run SET row_count = ? WHERE id = ?")
        .run(recording.next_row - recording.first_row, recording.run);
    change.done();
  }
  state_->commit();
  return *find_run(recording.name);
}

void Ledger::add_warning(RunId run, const Warning& warning) {
  Change change(*state_);
  state_->statement("INSERT INTO warning (run, name, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
      .run(run, warning.name, warning.text);
  change.done();
}

}  // namespace usage

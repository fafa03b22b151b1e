// A run's beginning: one transaction.
#include "ledger_state.h"
#include "usage/base/sid.h"

namespace usage {
namespace {

constexpr const char* kFindPeriod =
    "SELECT p.id FROM period p JOIN scope s ON s.id = p.scope WHERE s.endpoint = ? AND s.account = ? AND p.name = ?";

}  // namespace

void Ledger::open_period(const Scope& scope, WallTime now) {
  state_->begin();
  state_->statement("INSERT INTO scope (endpoint, account) VALUES (?, ?) ON CONFLICT DO NOTHING").run(scope.endpoint, scope.account);
  state_->statement("INSERT INTO period (scope, name, opened_at) SELECT id, ?, ? FROM scope WHERE endpoint = ? AND account = ? "
                    "ON CONFLICT DO NOTHING")
      .run(scope.period, now, scope.endpoint, scope.account);
  state_->commit();
}

RunId Ledger::begin_run(const NewRun& run) {
  State& state = *state_;
  state.recording = {};
  state.recording.name = next_run_name(run.scope.period);
  state.begin();
  Statement& period = state.statement(kFindPeriod);
  period.query(run.scope.endpoint, run.scope.account, run.scope.period);
  state.require_one(period.next() ? 1 : 0, "record a run of a period that was not opened");
  state.recording.period = period.integer(0);
  period.reset();
  state.statement("INSERT INTO run (period, name, state, content_digest, retry_503, program_version, out_folder, started_at) "
                  "VALUES (?, ?, 'open', ?, ?, ?, ?, ?)")
      .run(state.recording.period, state.recording.name, run.content_digest, run.retry_503 ? 1 : 0, run.program_version,
           run.out_folder, run.started_at);
  state.recording.run = state.database.last_row_id();
  int position = 0;
  for (const InputFile& file : run.files)
    state.statement("INSERT INTO input_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(state.recording.run, position++, file.name, file.spool, file.digest, file.bytes, file.body_offset,
             std::string(1, file.delimiter), file.had_bom_or_other_encoding ? 1 : 0, file.header, file.mapping.installation,
             file.mapping.billing_sid, file.mapping.quantity, file.mapping.reference, file.mapping.currency,
             file.mapping.usage_row);
  for (const Total& total : run.input_totals)
    state.statement("INSERT INTO input_total VALUES (?, ?, ?, ?, ?, ?)")
        .run(state.recording.run, name_of(total.status), total.currency, total.rows, total.rows_without_amount, total.amount.text());
  for (const Warning& warning : run.warnings) add_warning(state.recording.run, warning);
  return state.recording.run;
}

void Ledger::add_request(std::uint32_t number, std::string_view installation, std::string_view body) {
  State& state = *state_;
  state.require_one(number == state.recording.requests.size() + 1 ? 1 : 0, "number requests out of order");
  state.statement("INSERT INTO request (run, number, installation, body) VALUES (?, ?, ?, ?)")
      .run(state.recording.run, number, installation, Blob{body});
  state.recording.requests.push_back(state.database.last_row_id());
}

void Ledger::add_row(const NewRow& row) {
  State& state = *state_;
  const bool sent = row.request != 0;
  std::optional<std::int64_t> request;
  std::optional<std::string_view> status;
  if (sent)
    request = state.recording.requests.at(row.request - 1);
  else
    status = name_of(row.status);
  state.statement("INSERT INTO row (run, ordinal, file, line, offset, length, installation, billing_sid, quantity, has_amount, "
                  "currency, reference, request, position, status, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(state.recording.run, state.recording.rows++, static_cast<int>(row.file), row.place.line, row.place.offset, row.place.length,
           row.installation, row.billing_sid, row.quantity, row.has_amount ? 1 : 0, row.currency, row.reference, request,
           row.position, status, row.reason.empty() ? std::optional<std::string_view>() : row.reason);
  // A valid row is a charge, also where it is held back; an invalid one, or one left out, is none.
  if (!sent && row.status != RowStatus::kNotSent) return;
  const RowId id = state.database.last_row_id();
  state.statement("INSERT INTO charge VALUES (?1, ?2, ?3, ?1)").run(id, state.recording.period, sid_key(row.installation));
  state.statement("UPDATE row SET charge = ?1 WHERE id = ?1").run(id);
}

RunInfo Ledger::commit_run() {
  state_->commit();
  return *find_run(state_->recording.name);
}

void Ledger::add_warning(RunId run, const Warning& warning) {
  state_->statement("INSERT INTO warning (run, name, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").run(run, warning.name, warning.text);
}

}  // namespace usage

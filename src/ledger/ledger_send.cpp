// Attempts: claimed before they leave, ended when they come back.
#include <array>

#include "ledger_state.h"

namespace usage {
namespace {

constexpr std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 5> names = {"answered", "refused", "not_processed", "unknown", "stop_run"};
  return names[static_cast<std::size_t>(verdict)];
}

}  // namespace

std::size_t Ledger::recover(RunId run, WallTime now) {
  State& state = *state_;
  state.begin();
  const int found = state.statement(
      "UPDATE request SET status = 'unknown', attempts = attempts + 1, "
      "reason = 'the program ended while this request was under way' "
      "WHERE run = ? AND EXISTS (SELECT 1 FROM attempt a WHERE a.request = request.id AND a.verdict = 'sending')").run(run);
  state.statement(
      "UPDATE attempt SET verdict = 'unknown', name = 'interrupted', reason = 'the program ended while it was under way', "
      "completed_at = ? WHERE verdict = 'sending' AND request IN (SELECT id FROM request WHERE run = ?)").run(now, run);
  state.commit();
  return static_cast<std::size_t>(found);
}

std::vector<StoredRequest> Ledger::planned_requests(RunId run, std::uint32_t after, std::size_t limit) const {
  std::vector<StoredRequest> requests;
  Statement& list = state_->statement(
      "SELECT id, number, installation, attempts, reposts FROM request WHERE run = ? AND number > ? AND status = 'not_sent' "
      "ORDER BY number LIMIT ?");
  for (list.query(run, after, static_cast<std::uint64_t>(limit)); list.next();) {
    StoredRequest request;
    request.id = list.integer(0);
    request.number = static_cast<std::uint32_t>(list.integer(1));
    request.request.installation = list.text(2);
    request.attempts = static_cast<unsigned>(list.integer(3));
    request.reposts = static_cast<unsigned>(list.integer(4));
    requests.push_back(std::move(request));
  }
  for (StoredRequest& request : requests) load_items(request);
  return requests;
}

void Ledger::load_items(StoredRequest& request) const {
  Statement& rows = state_->statement("SELECT id, billing_sid, quantity FROM row WHERE request = ? ORDER BY position");
  for (rows.query(request.id); rows.next();) {
    const auto quantity = Quantity::parse(rows.text(2));
    state_->require_one(std::holds_alternative<Quantity>(quantity) ? 1 : 0, "send a row without an amount");
    request.rows.push_back(rows.integer(0));
    request.request.items.push_back({rows.text(1), std::get<Quantity>(quantity)});
  }
}

std::string Ledger::request_body(RequestId request) const {
  Statement& body = state_->statement("SELECT body FROM request WHERE id = ?");
  body.query(request);
  state_->require_one(body.next() ? 1 : 0, "show a request it does not have");
  std::string bytes = body.text(0);
  body.reset();
  return bytes;
}

void Ledger::begin() { state_->begin(); }
void Ledger::commit() { state_->commit(); }

AttemptId Ledger::start_attempt(RequestId request, WallTime now) {
  State& state = *state_;
  // The index attempt_once refuses an attempt beside one that is under way or may have been processed.
  state.statement("INSERT INTO attempt (request, sent_at, verdict) VALUES (?, ?, 'sending')").run(request, now);
  const AttemptId attempt = state.database.last_row_id();
  const int changed =
      state.statement("UPDATE request SET last_attempt = ? WHERE id = ? AND status = 'not_sent'").run(attempt, request);
  state.require_one(changed, "send a request that already has its outcome");
  return attempt;
}

void Ledger::withdraw_attempt(AttemptId attempt) {
  State& state = *state_;
  state.statement("UPDATE request SET last_attempt = (SELECT max(id) FROM attempt WHERE request = request.id AND id <> ?1) "
                  "WHERE last_attempt = ?1").run(attempt);
  state.require_one(state.statement("DELETE FROM attempt WHERE id = ? AND verdict = 'sending'").run(attempt),
                    "withdraw an attempt that has ended");
}

void Ledger::end_attempt(AttemptId attempt, const Delivery& delivery, const AttemptOutcome& outcome) {
  State& state = *state_;
  const int ended = state.statement(
      "UPDATE attempt SET verdict = ?2, name = ?3, reason = ?4, times_issued = ?5, http_status = ?6, connect_status = ?7, "
      "fault = ?8, fault_text = ?9, headers = ?10, body = ?11, error_code = ?12, twilio_request_id = ?13, sent_at = ?14, "
      "completed_at = ?15 WHERE id = ?1 AND verdict = 'sending'")
      .run(attempt, verdict_name(outcome.verdict), outcome.name, outcome.reason, delivery.times_issued, delivery.http_status,
           delivery.connect_status, static_cast<int>(delivery.fault), delivery.fault_text, Blob{delivery.headers},
           Blob{delivery.body}, outcome.error_code, outcome.twilio_request_id, delivery.started_at, delivery.ended_at);
  state.require_one(ended, "end an attempt that is not under way");
  state.require_one(state.statement("UPDATE request SET attempts = attempts + 1 WHERE last_attempt = ?1 AND "
                                    "id = (SELECT request FROM attempt WHERE id = ?1)").run(attempt),
                    "end an attempt of no request");
}

void Ledger::finish_request(RequestId request, const RequestResult& result) {
  State& state = *state_;
  const int changed = state.statement("UPDATE request SET status = ?, reason = ? WHERE id = ? AND status = 'not_sent'")
                          .run(name_of(result.status), result.reason, request);
  state.require_one(changed, "change a request's outcome");
  for (const RequestResult::Other& other : result.others)
    state.require_one(state.statement("UPDATE row SET status = ?, reason = ? WHERE id = ? AND request = ? AND status IS NULL")
                          .run(name_of(other.status), other.reason, other.row, request),
                      "change a row's outcome");
}

StoredRequest Ledger::add_repost(RequestId parent, std::span<const RowId> rows, std::string_view body) {
  State& state = *state_;
  // Only a full answer proves that an item was not billed.
  const int made = state.statement(
      "INSERT INTO request (run, number, parent, reposts, installation, body) "
      "SELECT run, (SELECT max(number) + 1 FROM request r WHERE r.run = request.run), id, reposts + 1, installation, ?2 "
      "FROM request WHERE id = ?1 AND status = 'not_sent' AND EXISTS "
      "(SELECT 1 FROM attempt WHERE id = request.last_attempt AND verdict = 'answered')").run(parent, Blob{body});
  state.require_one(made, "post items of a request again that was not answered");
  StoredRequest request;
  request.id = state.database.last_row_id();
  int position = 0;
  for (const RowId row : rows)
    state.require_one(state.statement("UPDATE row SET request = ?, position = ? WHERE id = ? AND request = ? AND status IS NULL")
                          .run(request.id, position++, row, parent),
                      "post a row of another request again");
  Statement& stored = state.statement("SELECT number, installation, reposts FROM request WHERE id = ?");
  stored.query(request.id);
  stored.next();
  request.number = static_cast<std::uint32_t>(stored.integer(0));
  request.request.installation = stored.text(1);
  request.reposts = static_cast<unsigned>(stored.integer(2));
  stored.reset();
  load_items(request);
  return request;
}

void Ledger::end_run(RunId run, RunState run_state, std::string_view stop_name, std::string_view stop_reason, WallTime now) {
  constexpr std::array<std::string_view, 3> names = {"open", "finished", "abandoned"};
  const int changed = state_->statement("UPDATE run SET state = ?, stop_name = ?, stop_reason = ?, ended_at = ? WHERE id = ? AND state = 'open'")
                          .run(names[static_cast<std::size_t>(run_state)], stop_name, stop_reason, now, run);
  state_->require_one(changed, "end a run that is not open");
}

}  // namespace usage

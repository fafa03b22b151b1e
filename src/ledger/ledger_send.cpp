// Attempts: claimed before they leave, ended when they come back.
#include <algorithm>
#include <array>

#include "ledger_state.h"

namespace usage {
namespace {

constexpr std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 5> kNames = {"answered", "refused", "not_processed", "unknown", "stop_run"};
  return kNames[static_cast<std::size_t>(verdict)];
}

// A '1' or '0' an item, as the reply says.
std::optional<std::string> submitted_text(const AttemptOutcome& outcome) {
  if (outcome.verdict != Verdict::kAnswered) return std::nullopt;
  std::string text;
  for (const bool submitted : outcome.submitted) text += submitted ? '1' : '0';
  return text;
}

void count_ended(LedgerState& state, AttemptId attempt) {
  const int counted = state
                          .statement(
                              "UPDATE OR ROLLBACK request SET attempts = attempts + 1, last_attempt = ?1 "
                              "WHERE id = (SELECT request FROM attempt WHERE id = ?1)")
                          .run(attempt);
  require(counted == 1, "end an attempt of no request");
}

void set_outcome(LedgerState& state, RequestId request, RowStatus status, std::string_view reason) {
  const int changed =
      state.statement("UPDATE OR ROLLBACK request SET status = ?, reason = ? WHERE id = ? AND status = 'not_sent'")
          .run(name_of(status), reason, request);
  require(changed == 1, "change a request's outcome");
}

// An attempt after which its request can neither be sent again nor has an outcome yet.
struct LooseEnd {
  RequestId request = 0;
  AttemptId attempt = 0;
  bool under_way = false;
};

std::vector<LooseEnd> loose_ends(LedgerState& state, RunId run) {
  std::vector<LooseEnd> ends;
  Rows rows = state
                  .statement(
                      "SELECT q.id, a.id, a.verdict = 'sending' FROM request q JOIN attempt a ON a.request = q.id "
                      "WHERE q.run = ? AND q.status = 'not_sent' AND a.verdict NOT IN ('not_processed', 'stop_run') "
                      "ORDER BY q.number")
                  .query(run);
  while (rows.next()) ends.push_back({rows.integer(0), rows.integer(1), rows.integer(2) != 0});
  return ends;
}

void interrupt(LedgerState& state, AttemptId attempt, WallTime now) {
  state
      .statement(
          "UPDATE attempt SET verdict = 'unknown', name = 'interrupted', reason = 'the program ended while it was "
          "under "
          "way', completed_at = ? WHERE id = ?")
      .run(now, attempt);
  count_ended(state, attempt);
}

// A request with what planned_requests and add_repost hand out; its items come after.
StoredRequest read_request(const Rows& row) {
  StoredRequest request;
  request.id = row.integer(0);
  request.number = row.integer_as<std::uint32_t>(1);
  request.request.installation = row.text(2);
  request.attempts = row.integer_as<unsigned>(3);
  request.reposts = row.integer_as<unsigned>(4);
  return request;
}

// Asked for without an order, which would have every request's rows sorted by SQLite; they nearly always come in order.
void read_items(LedgerState& state, StoredRequest& request) {
  struct Item {
    std::int64_t position = 0;
    RowId row = 0;
    BillableItem item;
    std::string currency;
  };
  std::vector<Item> items;
  Rows rows = state
                  .statement(
                      "SELECT position, id, billing_sid, quantity, currency FROM usage_row WHERE request = ?1 "
                      "AND installation = (SELECT installation FROM request WHERE id = ?1)")
                  .query(request.id);
  while (rows.next()) {
    const auto quantity = Quantity::parse(rows.view(3));
    require(std::holds_alternative<Quantity>(quantity), "send a row without an amount");
    items.push_back({rows.integer(0), rows.integer(1), {rows.text(2), std::get<Quantity>(quantity)}, rows.text(4)});
  }
  const auto place = [](const Item& item) { return item.position; };
  if (!std::ranges::is_sorted(items, {}, place)) std::ranges::sort(items, {}, place);
  for (Item& item : items) {
    request.rows.push_back(item.row);
    request.request.items.push_back(std::move(item.item));
    request.currencies.push_back(std::move(item.currency));
  }
}

// The request just made, which planned_requests does not hand out a second time.
StoredRequest hand_out(LedgerState& state, RequestId id) {
  StoredRequest request;
  RunId run = 0;
  {
    Rows rows = state.statement("SELECT id, number, sid, attempts, reposts, run FROM request WHERE id = ?").query(id);
    rows.next();
    request = read_request(rows);
    run = rows.integer(5);
  }
  read_items(state, request);
  state.first_repost.try_emplace(run, request.number);
  return request;
}

}  // namespace

std::size_t Ledger::recover(RunId run, WallTime now) {
  state_->require_all_rows(run);
  Change change(*state_);
  const std::vector<LooseEnd> ends = loose_ends(*state_, run);
  for (const LooseEnd& end : ends) {
    if (end.under_way) interrupt(*state_, end.attempt, now);
    set_outcome(*state_, end.request, RowStatus::kUnknown, "the program ended while this request was under way");
  }
  change.done();
  return ends.size();
}

std::vector<StoredRequest> Ledger::planned_requests(RunId run, std::uint32_t after, std::size_t limit) const {
  state_->require_usable();
  const auto repost = state_->first_repost.find(run);
  const std::uint32_t end = repost == state_->first_repost.end() ? UINT32_MAX : repost->second;
  std::vector<StoredRequest> requests;
  {
    Rows rows = state_
                    ->statement(
                        "SELECT id, number, sid, attempts, reposts FROM request WHERE run = ? AND number > ? "
                        "AND number < ? AND status = 'not_sent' ORDER BY number LIMIT ?")
                    .query(run, after, end, limit);
    while (rows.next()) requests.push_back(read_request(rows));
  }
  for (StoredRequest& request : requests) read_items(*state_, request);
  return requests;
}

std::string Ledger::request_body(RequestId request) const {
  state_->require_usable();
  Rows rows = state_->statement("SELECT body FROM request_body WHERE request = ?").query(request);
  require(rows.next(), "show a request that it does not have");
  return rows.text(0);
}

AttemptId Ledger::start_attempt(RequestId request, WallTime now) {
  Change change(*state_);
  const AttemptId attempt = state_->next_attempt();
  const int started = state_
                          ->statement(
                              "INSERT OR ROLLBACK INTO attempt (id, request, number, verdict, sent_at) "
                              "VALUES (?1, ?2, (SELECT attempts + 1 FROM request WHERE id = ?2), 'sending', ?3)")
                          .run(attempt, request, now);
  require(started == 1, "send a request that it does not have");
  change.done();
  return attempt;
}

void Ledger::withdraw_attempt(AttemptId attempt) {
  Change change(*state_);
  const int withdrawn = state_->statement("DELETE FROM attempt WHERE id = ? AND verdict = 'sending'").run(attempt);
  require(withdrawn == 1, "withdraw an attempt that is not under way");
  change.done();
}

void Ledger::end_attempt(AttemptId attempt, const Delivery& delivery, const AttemptOutcome& outcome) {
  Change change(*state_);
  const int ended =
      state_
          ->statement(
              "UPDATE OR ROLLBACK attempt SET verdict = ?2, submitted = ?3, name = ?4, reason = ?5, times_issued = ?6, "
              "http_status = ?7, connect_status = ?8, fault = ?9, fault_text = ?10, error_code = ?11, "
              "twilio_request_id = ?12, sent_at = ?13, completed_at = ?14 WHERE id = ?1 AND verdict = 'sending'")
          .run(attempt, verdict_name(outcome.verdict), submitted_text(outcome), outcome.name, outcome.reason,
               delivery.times_issued, delivery.http_status, delivery.connect_status, static_cast<int>(delivery.fault),
               delivery.fault_text, outcome.error_code, outcome.twilio_request_id, delivery.started_at,
               delivery.ended_at);
  require(ended == 1, "end an attempt that is not under way");
  if (!delivery.headers.empty() || !delivery.body.empty())
    state_->statement("INSERT OR ROLLBACK INTO reply VALUES (?, ?, ?)")
        .run(attempt, Blob{delivery.headers}, Blob{std::string_view(delivery.body).substr(0, kMaxKeptReplyBytes)});
  count_ended(*state_, attempt);
  change.done();
}

void Ledger::finish_request(RequestId request, const RequestResult& result) {
  Change change(*state_);
  // Rows first: what has an outcome of its own does not take part in the request's.
  for (const RequestResult::Other& other : result.others) {
    const int changed =
        state_->statement("UPDATE usage_row SET status = ?, reason = ? WHERE id = ? AND request = ? AND status IS NULL")
            .run(name_of(other.status), other.reason, other.row, request);
    require(changed == 1, "change a row's outcome");
  }
  set_outcome(*state_, request, result.status, result.reason);
  change.done();
}

StoredRequest Ledger::add_repost(RequestId parent, std::span<const RowId> rows, std::string_view body) {
  Change change(*state_);
  const int made = state_
                       ->statement(
                           "INSERT INTO request (run, number, parent, reposts, earlier, installation, sid) "
                           "SELECT run, (SELECT max(number) + 1 FROM request r WHERE r.run = p.run), id, reposts + 1, "
                           "earlier + attempts, installation, sid FROM request p WHERE id = ?")
                       .run(parent);
  require(made == 1 && !rows.empty(), "post nothing again");
  const RequestId made_id = state_->database.last_row_id();
  state_->statement("INSERT INTO request_body VALUES (?, ?)").run(made_id, Blob{body});
  int position = 0;
  for (const RowId row : rows) {
    const int moved = state_->statement("UPDATE usage_row SET request = ?, position = ? WHERE id = ? AND request = ?")
                          .run(made_id, position++, row, parent);
    require(moved == 1, "post a row of another request again");
  }
  StoredRequest request = hand_out(*state_, made_id);
  change.done();
  return request;
}

void Ledger::end_run(RunId run, RunState run_state, std::string_view stop_name, std::string_view stop_reason,
                     WallTime now) {
  Change change(*state_);
  const int changed =
      state_
          ->statement(
              "UPDATE run SET state = ?, stop_name = ?, stop_reason = ?, ended_at = ? WHERE id = ? AND state = 'open'")
          .run(name_of(run_state), stop_name, stop_reason, now, run);
  require(changed == 1, "end a run that is not open");
  change.done();
}

}  // namespace usage

// One request with everything that is known of it, as a controller or the endpoint's support would ask for it.
#include "ledger_state.h"
#include "request_items.h"
#include "row_sql.h"

namespace usage {
namespace {

std::vector<SettlementEvidence> settlements_of(LedgerState& state, RequestId request) {
  static const std::string sql = joined(kWithItems, place_sql("r"), ", s.status, s.settled_by, s.note, s.settled_at",
                                        kFromItems, "JOIN settlement s ON s.row = r.id ORDER BY s.id");
  Rows rows = state.statement(sql.c_str()).query(request);
  std::vector<SettlementEvidence> settlements;
  while (rows.next()) settlements.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.time(4)});
  return settlements;
}

AttemptEvidence read_attempt(const Rows& row) {
  AttemptEvidence attempt;
  attempt.id = row.integer(0);
  attempt.sent_at = row.time(1);
  attempt.completed_at = row.optional_time(2);
  attempt.verdict = row.text(3);
  attempt.name = row.text(4);
  attempt.reason = row.text(5);
  if (!row.is_null(6)) attempt.times_issued = row.integer_as<unsigned>(6);
  attempt.http_status = row.integer_as<int>(7);
  attempt.connect_status = row.integer_as<int>(8);
  attempt.fault_text = row.text(9);
  attempt.error_code = row.text(10);
  attempt.twilio_request_id = row.text(11);
  attempt.headers = row.text(12);
  attempt.body = row.text(13);
  return attempt;
}

std::vector<AttemptEvidence> attempts_of(LedgerState& state, RequestId request) {
  Rows rows =
      state
          .statement(
              "SELECT a.id, a.sent_at, a.completed_at, a.verdict, a.name, a.reason, a.times_issued, "
              "a.http_status, a.connect_status, a.fault_text, a.error_code, a.twilio_request_id, r.headers, "
              "r.body FROM attempt a LEFT JOIN reply r ON r.attempt = a.id WHERE a.request = ? ORDER BY a.number")
          .query(request);
  std::vector<AttemptEvidence> attempts;
  while (rows.next()) attempts.push_back(read_attempt(rows));
  return attempts;
}

}  // namespace

std::optional<RequestEvidence> Ledger::evidence(RunId run, std::uint32_t request) const {
  state_->require_usable();
  RequestEvidence found;
  RequestId id = 0;
  {
    Rows rows = state_
                    ->statement(
                        "SELECT q.id, q.number, parent.number, q.sid, b.body FROM request q "
                        "LEFT JOIN request parent ON parent.id = q.parent "
                        "JOIN request_body b ON b.request = q.id WHERE q.run = ? AND q.number = ?")
                    .query(run, request);
    if (!rows.next()) return std::nullopt;
    id = rows.integer(0);
    found.number = rows.integer_as<std::uint32_t>(1);
    found.parent = rows.integer_as<std::uint32_t>(2);
    found.installation = rows.text(3);
    found.body = rows.text(4);
  }
  found.rows = items_of(*state_, id);
  found.attempts = attempts_of(*state_, id);
  found.settlements = settlements_of(*state_, id);
  return found;
}

}  // namespace usage

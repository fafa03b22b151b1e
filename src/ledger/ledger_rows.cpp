// A run's rows, each with its request's last attempt and its last settlement.
#include "ledger_state.h"

namespace usage {
namespace {

// A row without a status of its own has its request's; one without a sid, its request's. What was not sent says why the
// run stopped.
constexpr std::string_view kRowsOfRun = R"sql(
SELECT r.id, r.id - run.first_row, r.file, r.line, r.offset, r.length, coalesce(r.sid, q.sid), r.billing_sid, r.quantity,
  r.has_amount, r.currency, r.reference, r.charge, coalesce(s.status, r.status, q.status),
  coalesce(r.reason, nullif(q.reason, ''), iif(q.status = 'not_sent', run.stop_reason, NULL)), q.number,
  q.earlier + q.attempts, a.http_status, a.error_code, a.twilio_request_id, a.sent_at, a.completed_at,
  s.settled_by, s.settled_at, s.note
FROM run JOIN usage_row r ON r.id >= run.first_row AND r.id < run.first_row + run.row_count
LEFT JOIN request q ON q.id = r.request
LEFT JOIN attempt a ON a.id = q.last_attempt
LEFT JOIN settlement s ON s.id = (SELECT max(id) FROM settlement WHERE row = r.id)
WHERE run.id = ? ORDER BY r.id)sql";

// Into a record that is used again and again, so that its texts keep their memory.
void read_input(const Rows& row, RowRecord& record) {
  record.id = row.integer(0);
  record.ordinal = row.integer_as<std::uint64_t>(1);
  record.file = row.integer_as<std::uint16_t>(2);
  record.place.line = row.integer_as<std::uint32_t>(3);
  record.place.offset = row.integer_as<std::uint64_t>(4);
  record.place.length = row.integer_as<std::uint32_t>(5);
  record.installation = row.view(6);
  record.billing_sid = row.view(7);
  record.quantity = row.view(8);
  record.has_amount = row.integer(9) != 0;
  record.currency = row.view(10);
  record.reference = row.view(11);
}

void read_outcome(const Rows& row, RowRecord& record) {
  record.status = row_status_of(row.view(13)).value_or(RowStatus::kUnknown);
  record.reason = row.view(14);
  record.request = row.integer_as<std::uint32_t>(15);
  record.attempts = row.integer_as<unsigned>(16);
  record.http_status = row.integer_as<int>(17);
  record.error_code = row.view(18);
  record.twilio_request_id = row.view(19);
  record.sent_at = row.optional_time(20);
  record.completed_at = row.optional_time(21);
  record.settled_by = row.view(22);
  record.settled_at = row.optional_time(23);
  record.settle_note = row.view(24);
}

}  // namespace

void Ledger::each_row(RunId run, const std::function<void(const RowRecord&)>& visit) const {
  // R-, the ledger, the charge: no spreadsheet makes a number, a date or a formula of it.
  const std::string token = "R-" + identity().id.substr(0, 8) + "-";
  Statement statement(state_->database.get(), kRowsOfRun);  // of its own: `visit` may ask for rows too
  Rows rows = statement.query(run);
  RowRecord record;
  while (rows.next()) {
    read_input(rows, record);
    read_outcome(rows, record);
    record.usage_row.clear();
    if (!rows.is_null(12)) record.usage_row.append(token).append(rows.view(12));
    visit(record);
  }
}

}  // namespace usage

// Rows, each with its request's last attempt and its last settlement.
#include "ledger_state.h"
#include "row_sql.h"

namespace usage {
namespace {

// A row without a status of its own has its request's; one without a sid, its request's. What was not sent says why the
// run stopped.
const std::string& record_columns() {
  static const std::string columns = joined(
      "r.id, r.id - run.first_row, r.file, r.line, r.offset, r.length, ", kSid,
      ", r.billing_sid, r.quantity, r.has_amount, r.currency, r.reference, r.charge, ", kLatestStatus,
      ", coalesce(r.reason, nullif(q.reason, ''), iif(w.id IS NOT NULL, 'under way, or left so by a program that "
      "ended: resume first', iif(q.status = 'not_sent', run.stop_reason, NULL))), q.number, "
      "q.earlier + q.attempts + (w.id IS NOT NULL), a.http_status, a.error_code, a.twilio_request_id, a.sent_at, "
      "a.completed_at, "
      "s.settled_by, s.settled_at, s.note");
  return columns;
}

const std::string& rows_of_run() {
  static const std::string sql = joined(
      "SELECT ", record_columns(), ", later_run.name || ', ' || ", place_sql("later"),
      " FROM run JOIN usage_row r ON r.id >= run.first_row AND r.id < run.first_row + run.row_count", kOutcomeJoins,
      " LEFT JOIN charge c ON c.id = r.charge LEFT JOIN usage_row later ON later.id = c.row AND c.row > r.id "
      "LEFT JOIN run later_run ON later_run.id = later.run WHERE run.id = ? ORDER BY r.id");
  return sql;
}

const std::string& charges_of_period() {
  static const std::string sql = joined("SELECT ", record_columns(), ", NULL, run.name, c.row <> c.id ",
                                        kChargesOfPeriod, kOutcomeJoins, kInOrderOfMaking);
  return sql;
}

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
  record.superseded_by = row.view(25);
}

void read_record(const Rows& row, std::string_view token_prefix, RowRecord& record) {
  read_input(row, record);
  read_outcome(row, record);
  record.usage_row.clear();
  if (!row.is_null(12)) record.usage_row.append(token_prefix).append(row.view(12));
}

void read_superseded(LedgerState& state, std::int64_t charge, std::vector<std::string>& places) {
  static const std::string sql = joined(
      "SELECT run.name || ', ' || ", place_sql("r"),
      " FROM charge c JOIN usage_row r ON r.id = c.id OR (r.charge = c.id AND r.charge <> r.id AND r.met IS NULL) "
      "JOIN run ON run.id = r.run WHERE c.id = ? AND r.id <> c.row ORDER BY r.id");
  Rows rows = state.statement(sql.c_str()).query(charge);
  while (rows.next()) places.push_back(rows.text(0));
}

}  // namespace

void Ledger::each_row(RunId run, const std::function<void(const RowRecord&)>& visit) const {
  const std::string prefix = state_->usage_row_prefix();
  Statement statement(state_->database.get(), rows_of_run());  // of its own: `visit` may ask for rows too
  Rows rows = statement.query(run);
  RowRecord record;
  while (rows.next()) {
    read_record(rows, prefix, record);
    visit(record);
  }
}

void Ledger::each_charge(const Scope& scope, const std::function<void(const ChargeRecord&)>& visit) const {
  const std::string prefix = state_->usage_row_prefix();
  Statement statement(state_->database.get(), charges_of_period());  // of its own: `visit` may ask for charges too
  Rows rows = statement.query(scope.endpoint, scope.account, scope.period);
  ChargeRecord record;
  while (rows.next()) {
    read_record(rows, prefix, record.row);
    record.run = rows.view(26);
    record.superseded.clear();
    if (rows.integer(27) != 0) read_superseded(*state_, rows.integer(12), record.superseded);
    visit(record);
  }
}

}  // namespace usage

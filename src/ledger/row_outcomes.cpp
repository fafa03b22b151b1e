#include "row_outcomes.h"

namespace usage {
namespace {

RequestOutcome read_outcome(const Rows& row) {
  RequestOutcome outcome;
  outcome.number = row.integer_as<std::uint32_t>(0);
  outcome.attempts = row.integer_as<unsigned>(1);
  outcome.http_status = row.integer_as<int>(2);
  outcome.status = status_in(row, 3);
  outcome.under_way = row.integer(4) != 0;
  outcome.sent_at = row.optional_time(5);
  outcome.completed_at = row.optional_time(6);
  for (int i = 0; i < 4; ++i) {
    outcome.texts.append(row.view(7 + i));
    outcome.begins[static_cast<std::size_t>(i) + 1] = static_cast<std::uint32_t>(outcome.texts.size());
  }
  outcome.texts.shrink_to_fit();
  return outcome;
}

RequestOutcome outcome_of(LedgerState& state, RequestId request) {
  Rows rows =
      state
          .statement(
              "SELECT q.number, q.earlier + q.attempts + (w.id IS NOT NULL), a.http_status, q.status, w.id IS "
              "NOT NULL, "
              "a.sent_at, a.completed_at, q.sid, a.twilio_request_id, a.error_code, q.reason, "
              "q.last_attempt IS NOT NULL AND a.id IS NULL, w.id IS NULL AND a.verdict = 'sending' FROM request q "
              "LEFT JOIN attempt w ON w.request = q.id AND w.number = q.attempts + 1 AND w.verdict = 'sending' "
              "LEFT JOIN attempt a ON a.id = coalesce(w.id, q.last_attempt) WHERE q.id = ?")
          .query(request);
  if (!rows.next()) fail_damaged("a request that a row of it belongs to");
  // Parts of it are from different moments: a disk lost one of several pages that were written together.
  if (rows.integer(11) != 0 || rows.integer(12) != 0)
    fail_damaged("what became of the last attempt of request " + rows.text(0));
  return read_outcome(rows);
}

// 0 where none is.
RowId settled_row(LedgerState& state, const char* sql) {
  Rows rows = state.statement(sql).query();
  return rows.next() ? rows.integer(0) : 0;
}

}  // namespace

const RequestOutcome& RequestOutcomes::of(RequestId request) {
  const auto place = static_cast<std::size_t>(request);
  std::unique_ptr<Shelf>& shelf = shelves_[place / std::tuple_size_v<Shelf> % shelves_.size()];
  if (!shelf) shelf = std::make_unique<Shelf>();
  Known& known = (*shelf)[place % shelf->size()];
  if (known.request != request) known = {request, outcome_of(state_, request)};
  return known.outcome;
}

LatestDecisions::LatestDecisions(LedgerState& state)
    : state_(state),
      first_(settled_row(state, "SELECT min(row) FROM settlement")),
      last_(settled_row(state, "SELECT max(row) FROM settlement")) {}

void LatestDecisions::apply(RowId row, RowRecord& record) const {
  record.settled_by.clear();
  record.settled_at.reset();
  record.settle_note.clear();
  if (row < first_ || row > last_) return;
  Rows rows = state_
                  .statement(
                      "SELECT status, settled_by, settled_at, note FROM settlement WHERE row = ? ORDER BY id DESC "
                      "LIMIT 1")
                  .query(row);
  if (!rows.next()) return;
  record.status = status_in(rows, 0);
  record.settled_by = rows.view(1);
  record.settled_at = rows.optional_time(2);
  record.settle_note = rows.view(3);
}

}  // namespace usage

// What people decided about a period's charges in doubt, and what became of those charges since.
#include "ledger_state.h"
#include "row_sql.h"

namespace usage {
namespace {

// Rows that took the charge over after the row that was decided on, where both may have been billed by what was sent.
// (What was left out, and then not, was in no doubt by that; what was refused was not billed.)
constexpr std::string_view kWasSentSince = R"sql(
(coalesce(decided.status, dq.status) = 'unknown'
 OR EXISTS (SELECT 1 FROM settlement WHERE row = decided.id AND status = 'submitted'))
AND EXISTS (SELECT 1 FROM usage_row later LEFT JOIN request lq ON lq.id = later.request
  WHERE later.charge = c.id AND later.charge <> later.id AND later.met IS NULL AND later.id > decided.id
    AND (coalesce(later.status, lq.status) IN ('submitted', 'unknown') OR EXISTS (
      SELECT 1 FROM attempt WHERE request = lq.id AND verdict = 'sending'))))sql";

// CROSS JOIN: in just this order, that of the decisions, so that nothing is sorted and memory does not grow with them.
constexpr std::string_view kDecisionsOfPeriod = R"sql(
FROM settlement d CROSS JOIN usage_row decided ON decided.id = d.row
CROSS JOIN run run_then ON run_then.id = decided.run
CROSS JOIN period ON period.id = run_then.period CROSS JOIN scope ON scope.id = period.scope
LEFT JOIN request dq ON dq.id = decided.request
JOIN charge c ON c.id = decided.charge JOIN usage_row r ON r.id = c.row JOIN run ON run.id = r.run)sql";

const std::string& decisions_of_period() {
  static const std::string sql = joined(
      "SELECT run_then.name, ", place_sql("decided"),
      ", coalesce(decided.sid, dq.sid), decided.billing_sid, decided.quantity, decided.currency, decided.reference, "
      "dq.number, d.status, d.settled_by, d.note, d.settled_at, "
      "NOT EXISTS (SELECT 1 FROM settlement WHERE row = decided.id AND id > d.id), ",
      kLatestStatus, ", r.id <> decided.id, run.name, ", place_sql("r"), ", r.quantity, r.currency, ", kWasSentSince,
      ", s.id IS NOT NULL", kDecisionsOfPeriod, kOutcomeJoins,
      " WHERE scope.endpoint = ? AND scope.account = ? AND period.name = ? ORDER BY d.id");
  return sql;
}

void read_decision(const Rows& row, DecisionRecord& decision) {
  decision.run = row.view(0);
  decision.place = row.view(1);
  decision.installation = row.view(2);
  decision.billing_sid = row.view(3);
  decision.quantity = row.view(4);
  decision.currency = row.view(5);
  decision.reference = row.view(6);
  decision.request = row.integer_as<std::uint32_t>(7);
  decision.status = status_in(row, 8);
  decision.settled_by = row.view(9);
  decision.note = row.view(10);
  decision.settled_at = row.time(11);
  decision.is_last_word = row.integer(12) != 0;
  decision.latest = status_in(row, 13);
  const bool was_taken_over = row.integer(14) != 0;
  decision.later_run = was_taken_over ? row.view(15) : "";
  decision.later_place = was_taken_over ? row.view(16) : "";
  decision.later_quantity = was_taken_over ? row.view(17) : "";
  decision.later_currency = was_taken_over ? row.view(18) : "";
  decision.was_sent_again = decision.is_last_word && row.integer(19) != 0;
  decision.is_latest_settled = row.integer(20) != 0;
}

}  // namespace

void Ledger::each_decision(const Scope& scope, const std::function<void(const DecisionRecord&)>& visit) const {
  state_->require_usable();
  Statement statement(state_->database.get(), decisions_of_period());  // of its own: `visit` may ask for them too
  Rows rows = statement.query(scope.endpoint, scope.account, scope.period);
  DecisionRecord decision;
  while (rows.next()) {
    read_decision(rows, decision);
    visit(decision);
  }
}

}  // namespace usage

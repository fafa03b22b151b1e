// A person's decisions on what is in doubt.
#include <map>

#include "ledger_state.h"
#include "row_sql.h"

namespace usage {
namespace {

// The row that a decision on this one settles: itself, or the one that it met. Whether it may be settled, the trigger
// settlement_of_doubt says.
RowId row_to_settle(LedgerState& state, RowId row) {
  Rows rows = state
                  .statement(
                      "SELECT r.id FROM usage_row named JOIN usage_row r "
                      "ON r.id = iif(named.met IS NOT NULL AND named.status = 'unknown', named.met, named.id) "
                      "JOIN charge c ON c.id = r.charge AND c.row = r.id WHERE named.id = ?")
                  .query(row);
  require(rows.next(), "settle a row that makes no charge, or whose charge a later row took over");
  return rows.integer(0);
}

const std::string kContentColumns =
    joined("SELECT run.name, period.name, ", kSid,
           ", r.billing_sid, r.quantity, r.currency, r.reference, "
           "EXISTS (SELECT 1 FROM charge WHERE charge.id = r.charge AND charge.row = r.id) ");

RowContent read_content(const Rows& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3),
          row.text(4), row.text(5), row.text(6), row.integer(7) != 0};
}

}  // namespace

void Ledger::settle(std::span<const Settlement> settlements) {
  Change change(*state_);
  Statement& insert =
      state_->statement("INSERT INTO settlement (row, status, settled_by, note, settled_at) VALUES (?, ?, ?, ?, ?)");
  std::map<RowId, RowStatus> decided;
  for (const Settlement& settlement : settlements) {
    const RowId row = row_to_settle(*state_, settlement.row);
    const RowStatus decision = decided.try_emplace(row, settlement.status).first->second;
    require(decision == settlement.status, "settle one charge two ways at once");
    insert.run(row, name_of(settlement.status), settlement.settled_by, settlement.note, settlement.settled_at);
  }
  change.done();
}

std::vector<RowContent> Ledger::decided_before(RowId row) const {
  static const std::string sql =
      joined(kContentColumns,
             "FROM usage_row named JOIN usage_row r ON r.id IN (SELECT named.charge UNION ALL "
             "SELECT id FROM usage_row WHERE charge = named.charge AND charge <> id AND met IS NULL) "
             "JOIN run ON run.id = r.run JOIN period ON period.id = run.period "
             "LEFT JOIN request q ON q.id = r.request WHERE named.id = ? "
             "AND coalesce(r.status, q.status) = 'unknown' "
             "AND EXISTS (SELECT 1 FROM settlement WHERE settlement.row = r.id) ORDER BY r.id");
  state_->require_usable();
  Rows rows = state_->statement(sql.c_str()).query(row);
  std::vector<RowContent> contents;
  while (rows.next()) contents.push_back(read_content(rows));
  return contents;
}

void Ledger::each_unsent(const Scope& scope, const std::function<void(const RowContent&)>& visit) const {
  static const std::string sql =
      joined(kContentColumns,
             "FROM scope JOIN period ON period.scope = scope.id "
             "JOIN run ON run.period = period.id AND run.state = 'open' "
             "JOIN usage_row r ON r.id >= run.first_row AND r.id < run.first_row + run.row_count",
             kOutcomeJoins, " WHERE scope.endpoint = ? AND scope.account = ? AND r.request IS NOT NULL AND ",
             kLatestStatus, " = 'not_sent'");
  state_->require_usable();
  Statement statement(state_->database.get(), sql);  // of its own: `visit` may ask for more
  Rows rows = statement.query(scope.endpoint, scope.account);
  while (rows.next()) visit(read_content(rows));
}

}  // namespace usage

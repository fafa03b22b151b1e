// A person's decisions on what is in doubt.
#include <map>

#include "ledger_state.h"

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

bool Ledger::was_decided_on(RowId row) const {
  state_->require_usable();
  Rows rows = state_
                  ->statement(
                      "SELECT 1 FROM usage_row r WHERE r.id = ? AND EXISTS (SELECT 1 FROM settlement WHERE row IN ("
                      "SELECT r.charge UNION ALL "
                      "SELECT id FROM usage_row WHERE charge = r.charge AND charge <> id AND met IS NULL))")
                  .query(row);
  return rows.next();
}

}  // namespace usage

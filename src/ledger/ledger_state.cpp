#include "ledger_state.h"

#include "usage/base/error.h"

namespace usage {

Statement& LedgerState::statement(const char* sql) {
  std::unique_ptr<Statement>& slot = statements_[sql];
  if (!slot) slot = std::make_unique<Statement>(database.get(), sql);
  return *slot;
}

void LedgerState::require_usable() const {
  if (!failed_) return;
  throw LedgerError("ledger-failed", "the ledger failed before and takes nothing more",
                    "mend what made it fail, then do the same again");
}

void LedgerState::require_recording() const {
  require(recording.run != 0 && database.in_transaction(), "record outside of a run's beginning");
}

void LedgerState::begin() {
  require_usable();
  require(!database.in_transaction(), "begin a transaction within a transaction");
  statement("BEGIN IMMEDIATE").run();
}

void LedgerState::commit() {
  require_usable();
  require(database.in_transaction(), "commit what was never begun");
  try {
    statement("COMMIT").run();
  } catch (...) {
    fail();
    throw;
  }
}

void LedgerState::fail() noexcept {
  failed_ = true;
  database.roll_back();
}

// Not the database's own numbering: it would give the id of a withdrawn attempt again, to another request.
AttemptId LedgerState::next_attempt() {
  if (last_attempt_ == 0) {
    Rows rows = statement("SELECT coalesce(max(id), 0) FROM attempt").query();
    rows.next();
    last_attempt_ = rows.integer(0);
  }
  return ++last_attempt_;
}

std::string LedgerState::usage_row_prefix() {
  require_usable();
  Rows rows = statement("SELECT id FROM ledger").query();
  require(rows.next(), "name itself");
  return "R-" + std::string(rows.view(0).substr(0, 8)) + "-";
}

Change::Change(LedgerState& state) : state_(state), own_(!state.database.in_transaction()) {
  if (own_)
    state_.begin();
  else
    state_.require_usable();
}

Change::~Change() {
  if (!done_) state_.fail();
}

void Change::done() {
  if (own_) state_.commit();
  done_ = true;
}

void fail_unreadable(const char* what) {
  throw LedgerError("ledger-damaged", std::string("the ledger holds an unreadable ") + what,
                    "restore it from its backup; do not upload without it");
}

void LedgerState::require_all_rows(RunId run) {
  Rows rows = statement(
                  "SELECT run.name, run.row_count, (SELECT count(*) FROM usage_row WHERE id >= run.first_row "
                  "AND id < run.first_row + run.row_count) FROM run WHERE run.id = ?")
                  .query(run);
  if (!rows.next() || rows.integer(1) == rows.integer(2)) return;
  fail_damaged("rows of run " + rows.text(0) + ": it holds " + rows.text(2) + " of " + rows.text(1));
}

void fail_damaged(const std::string& lost) {
  throw LedgerError("ledger-damaged", "the ledger has lost " + lost,
                    "restore it from its backup; do not upload without it");
}

RowStatus status_in(const Rows& row, int column) {
  const auto status = row_status_of(row.view(column));
  if (!status) fail_unreadable("status");
  return *status;
}

void require(bool holds, const char* what) {
  if (holds) return;
  throw LedgerError("ledger-conflict", std::string("the ledger refuses to ") + what,
                    "this is an error of the program, stopped before it could bill twice; please report it");
}

}  // namespace usage

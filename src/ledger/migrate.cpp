#include "migrate.h"

#include <array>
#include <string>
#include <vector>

#include "schema.h"
#include "usage/base/error.h"
#include "usage/base/sid.h"

namespace usage {
namespace {

constexpr std::array kTablesOfVersion1 = {"ledger",  "scope",   "period",  "run", "input_file", "input_total",
                                          "warning", "request", "attempt", "row", "charge",     "settlement"};

// Under other names, and without the indexes whose names are needed again.
void move_aside(Database& database) {
  database.execute("DROP INDEX attempt_once; DROP INDEX settlement_of_row");
  for (const char* table : kTablesOfVersion1)
    database.execute(std::string("ALTER TABLE \"") + table + "\" RENAME TO old_" + table);
}

// Version 1 kept the keys of charges, not those of requests.
void note_sid_keys(Database& database) {
  database.execute("CREATE TEMP TABLE known_sid (sid TEXT PRIMARY KEY, sid_key TEXT NOT NULL) STRICT, WITHOUT ROWID");
  Statement sids(database.get(), "SELECT DISTINCT installation FROM old_request");
  Statement insert(database.get(), "INSERT INTO known_sid VALUES (?, ?)");
  Rows rows = sids.query();
  while (rows.next()) insert.run(rows.view(0), sid_key(rows.view(0)));
}

// What version 1 did not keep: the amounts' decimal sign (a point, unless told otherwise), and what an answer said of
// each item (NULL: nothing more follows from it). Its `last_attempt` could be one under way, its numbers of attempts
// left out those of the requests that were posted again. Nothing took a charge over, or met one.
constexpr const char* kCopy = R"sql(
INSERT INTO ledger SELECT id, made_at FROM old_ledger;
INSERT INTO scope SELECT id, endpoint, account FROM old_scope;
INSERT INTO period SELECT id, scope, name, opened_at FROM old_period;

INSERT INTO installation (period, sid_key)
SELECT run.period, known_sid.sid_key FROM old_request q JOIN old_run run ON run.id = q.run
  JOIN known_sid ON known_sid.sid = q.installation
UNION SELECT period, installation FROM old_charge;

INSERT INTO run SELECT id, period, name, state, stop_name, stop_reason, content_digest, retry_503, program_version,
  out_folder, started_at, ended_at,
  coalesce((SELECT min(id) FROM old_row WHERE run = o.id), (SELECT coalesce(max(id), 0) + 1 FROM old_row WHERE run < o.id)),
  (SELECT count(*) FROM old_row WHERE run = o.id) FROM old_run o;

INSERT INTO input_file SELECT run, position, name, spool, digest, bytes, 'utf-8', bytes, digest, body_offset, 1,
  delimiter, '.', '', bom, header, installation, billing_sid, quantity, reference, currency, usage_row,
  '', '', '', '', '' FROM old_input_file;
INSERT INTO input_total (run, status, currency, rows, rows_without_amount, amount)
SELECT run, status, currency, rows, rows_without_amount, amount FROM old_input_total ORDER BY run, status, currency;
INSERT INTO warning SELECT id, run, name, text FROM old_warning;

INSERT INTO attempt SELECT id, request, row_number() OVER (PARTITION BY request ORDER BY id), verdict, sent_at,
  completed_at, NULL, name, reason, times_issued, http_status, connect_status, fault, fault_text, error_code,
  twilio_request_id FROM old_attempt;
INSERT INTO reply SELECT id, coalesce(headers, x''), coalesce(body, x'') FROM old_attempt
WHERE length(headers) > 0 OR length(body) > 0;

INSERT INTO request SELECT q.id, q.run, q.number, q.parent, q.reposts, 0, i.id, q.installation, q.status, q.reason,
  (SELECT count(*) FROM attempt WHERE request = q.id AND verdict <> 'sending'),
  (SELECT max(id) FROM attempt WHERE request = q.id AND verdict <> 'sending')
FROM old_request q JOIN old_run run ON run.id = q.run JOIN known_sid ON known_sid.sid = q.installation
  JOIN installation i ON i.sid_key = known_sid.sid_key AND i.period = run.period;
INSERT INTO request_body SELECT id, body FROM old_request;
UPDATE request SET earlier = (
  WITH RECURSIVE above(parent, attempts) AS (
    SELECT p.parent, p.attempts FROM request p WHERE p.id = request.parent
    UNION ALL SELECT p.parent, p.attempts FROM above JOIN request p ON p.id = above.parent)
  SELECT sum(attempts) FROM above) WHERE parent IS NOT NULL;

INSERT INTO usage_row SELECT r.id, r.run, coalesce(q.installation, i.id), r.request,
  iif(r.request IS NULL, NULL, r.position), r.charge, r.file, r.line, r.offset, r.length,
  iif(r.installation = q.sid, NULL, r.installation), r.billing_sid, r.quantity, r.has_amount, r.currency, r.reference,
  r.status, r.reason, NULL
FROM old_row r LEFT JOIN request q ON q.id = r.request LEFT JOIN old_charge c ON c.id = r.charge
  LEFT JOIN installation i ON i.sid_key = c.installation AND i.period = c.period;
INSERT INTO charge SELECT id, row FROM old_charge;
INSERT INTO settlement SELECT id, row, status, settled_by, note, settled_at FROM old_settlement;
DROP TABLE temp.known_sid)sql";

// Versions 1 and 2 read UTF-8 with the header first (the number of blank lines above it was not kept), columns only.
constexpr const char* kCopyFromVersion2 = R"sql(
INSERT INTO input_file SELECT run, position, name, spool, digest, bytes, 'utf-8', bytes, digest, body_offset, 1,
  delimiter, decimal_sign, '', bom, header, installation, billing_sid, quantity, reference, currency, usage_row,
  '', '', '', '', '' FROM old_input_file)sql";

// A run's rows must lie together, as version 2 finds them: in order of their ordinals, from first_row.
constexpr const char* kMisplacedRows =
    "SELECT count(*) FROM old_row JOIN run ON run.id = old_row.run WHERE old_row.id <> run.first_row + old_row.ordinal "
    "OR old_row.ordinal >= run.row_count";

void require_sound(bool sound, const std::string& what) {
  if (!sound) throw LedgerError("ledger-migration", what, "keep the file as it is, and please report it");
}

void require_all_copied(Database& database, const std::string& table, const std::string& now) {
  require_sound(database.single_value("SELECT (SELECT count(*) FROM old_" + table + ") = (SELECT count(*) FROM " + now +
                                      ")") == "1",
                "not all of its table " + table + " fits");
}

void copy_from_version_1(Database& database) {
  move_aside(database);
  database.execute(kTables);
  database.execute(kSendingTables);
  database.execute(kInputFileTable);
  database.execute(kSettlementTable);
  note_sid_keys(database);
  database.execute(kCopy);
  for (const std::string table : kTablesOfVersion1)
    require_all_copied(database, table, table == "row" ? "usage_row" : table);
  require_sound(database.single_value(kMisplacedRows) == "0", "the rows of a run do not lie together");
  for (const char* table : kTablesOfVersion1) database.execute(std::string("DROP TABLE old_") + table);
  database.execute(kGuards);
  database.execute(kChargeGuards);
  database.execute(kSettlementGuards);
}

void copy_from_version_2(Database& database) {
  database.execute("ALTER TABLE input_file RENAME TO old_input_file");
  database.execute(kInputFileTable);
  database.execute(kCopyFromVersion2);
  require_all_copied(database, "input_file", "input_file");
  database.execute("DROP TABLE old_input_file");
}

std::vector<std::string> trigger_names(Database& database) {
  Statement triggers(database.get(), "SELECT name FROM sqlite_schema WHERE type = 'trigger'");
  Rows rows = triggers.query();
  std::vector<std::string> names;
  while (rows.next()) names.push_back(rows.text(0));
  return names;
}

// Tables with other words for their checks, and the same columns. With the legacy way of renaming, what refers to a
// table goes on to refer to its name.
void renew_tables(Database& database, const std::vector<std::string>& tables, const char* made_by) {
  database.execute("PRAGMA legacy_alter_table = ON");
  for (const std::string& table : tables) database.execute("ALTER TABLE " + table + " RENAME TO old_" + table);
  database.execute("PRAGMA legacy_alter_table = OFF");
  database.execute(made_by);
  for (const std::string& table : tables) {
    database.execute("INSERT INTO " + table + " SELECT * FROM old_" + table);
    require_all_copied(database, table, table);
    database.execute("DROP TABLE old_" + table);
  }
}

// Versions 2 and 3 say the same of these tables and of what is guarded, in words that cost SQLite more.
void renew_sending_tables(Database& database) {
  for (const std::string& name : trigger_names(database)) database.execute("DROP TRIGGER " + name);
  database.execute("DROP INDEX request_left; DROP INDEX attempt_once");
  renew_tables(database, {"request", "attempt"}, kSendingTables);
  database.execute(kGuards);
  database.execute(kChargeGuards);
  database.execute(kSettlementGuards);
}

// Up to version 6 nothing could be left out by a decision.
void renew_settlements(Database& database) {
  for (const char* trigger : {"settlement_stays", "settlement_remains", "settlement_of_doubt"})
    database.execute(std::string("DROP TRIGGER ") + trigger);
  database.execute("DROP INDEX settlement_of_row");
  renew_tables(database, {"settlement"}, kSettlementTable);
  database.execute(kSettlementGuards);
}

// Up to version 7 a charge began with a row that was owed.
void renew_charge_guards(Database& database) {
  for (const char* trigger : {"charge_made", "charge_taken_over", "charge_stays"})
    database.execute(std::string("DROP TRIGGER ") + trigger);
  database.execute(kChargeGuards);
}

void copy_all(Database& database, std::int64_t version) {
  if (version == 1) copy_from_version_1(database);
  if (version == 2) copy_from_version_2(database);
  if (version == 2 || version == 3) renew_sending_tables(database);
  if (version < 4) database.execute(kApprovalTable);
  if (version < 5) database.execute(kRunEventTable);
  if (version > 1 && version < 7) renew_settlements(database);
  if (version > 3) renew_charge_guards(database);
  database.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  require_sound(database.single_value("PRAGMA foreign_key_check").empty(), "something in it points to nothing");
  require_sound(database.single_value("PRAGMA quick_check(1)") == "ok", "its pages are not sound afterwards");
}

}  // namespace

void migrate(Database& database, std::int64_t version) {
  database.execute("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE");  // ON, each copied row would be looked up: at the end
  try {
    copy_all(database, version);
    database.execute("COMMIT; PRAGMA foreign_keys = ON");
  } catch (const LedgerError& error) {
    database.roll_back();
    const bool misfit = error.name() == "ledger-conflict";
    throw LedgerError(misfit ? "ledger-migration" : error.name(),
                      "the ledger stays at schema version " + std::to_string(version) + ": " + error.what(),
                      misfit ? "keep the file as it is, and please report it" : error.remedy());
  }
}

}  // namespace usage

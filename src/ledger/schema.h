#pragma once

#include <cstdint>

namespace usage {

inline constexpr std::int64_t kApplicationId = 0x55534C47;  // "USLG"
inline constexpr std::int64_t kSchemaVersion = 1;

// Times are microseconds since 1970 UTC. A status is a name of RowStatus.
inline constexpr const char* kSchema = R"sql(
CREATE TABLE ledger (id TEXT NOT NULL, made_at INTEGER NOT NULL) STRICT;

CREATE TABLE scope (
  id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, account TEXT NOT NULL, UNIQUE (endpoint, account)) STRICT;

CREATE TABLE period (
  id INTEGER PRIMARY KEY, scope INTEGER NOT NULL REFERENCES scope, name TEXT NOT NULL COLLATE NOCASE,
  opened_at INTEGER NOT NULL, UNIQUE (scope, name)) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY, period INTEGER NOT NULL REFERENCES period, name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('open', 'finished', 'abandoned')),
  stop_name TEXT NOT NULL DEFAULT '', stop_reason TEXT NOT NULL DEFAULT '',
  content_digest TEXT NOT NULL, retry_503 INTEGER NOT NULL, program_version TEXT NOT NULL, out_folder TEXT NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER) STRICT;

CREATE TABLE input_file (
  run INTEGER NOT NULL REFERENCES run, position INTEGER NOT NULL, name TEXT NOT NULL, spool TEXT NOT NULL,
  digest TEXT NOT NULL, bytes INTEGER NOT NULL, body_offset INTEGER NOT NULL, delimiter TEXT NOT NULL,
  bom INTEGER NOT NULL, header TEXT NOT NULL, installation TEXT NOT NULL, billing_sid TEXT NOT NULL,
  quantity TEXT NOT NULL, reference TEXT NOT NULL, currency TEXT NOT NULL, usage_row TEXT NOT NULL,
  PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;

CREATE TABLE input_total (
  run INTEGER NOT NULL REFERENCES run, status TEXT NOT NULL, currency TEXT NOT NULL, rows INTEGER NOT NULL,
  rows_without_amount INTEGER NOT NULL, amount TEXT NOT NULL, PRIMARY KEY (run, status, currency)) STRICT, WITHOUT ROWID;

CREATE TABLE warning (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, text TEXT NOT NULL,
  UNIQUE (run, name, text)) STRICT;

-- What is posted at once. A re-post of items answered `submitted: false` is a request of its own, with a parent.
CREATE TABLE request (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL,
  parent INTEGER REFERENCES request, reposts INTEGER NOT NULL DEFAULT 0, installation TEXT NOT NULL, body BLOB NOT NULL,
  status TEXT NOT NULL DEFAULT 'not_sent', reason TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0,
  last_attempt INTEGER REFERENCES attempt, UNIQUE (run, number)) STRICT;

CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, request INTEGER NOT NULL REFERENCES request, sent_at INTEGER NOT NULL, completed_at INTEGER,
  verdict TEXT NOT NULL CHECK (verdict IN ('sending', 'answered', 'refused', 'not_processed', 'unknown', 'stop_run')),
  name TEXT, reason TEXT, times_issued INTEGER, http_status INTEGER, connect_status INTEGER, fault INTEGER,
  fault_text TEXT, headers BLOB, body BLOB, error_code TEXT, twilio_request_id TEXT) STRICT;

-- The last line of defence: of one request, at most one attempt may be under way, have been processed, or be in doubt.
-- A further attempt is only possible when every earlier one is proven not to have been processed.
CREATE UNIQUE INDEX attempt_once ON attempt (request) WHERE verdict NOT IN ('not_processed', 'stop_run');

-- One input row of one run. Its status is its request's unless it has one of its own.
CREATE TABLE row (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, ordinal INTEGER NOT NULL, file INTEGER NOT NULL,
  line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, installation TEXT NOT NULL,
  billing_sid TEXT NOT NULL, quantity TEXT NOT NULL, has_amount INTEGER NOT NULL, currency TEXT NOT NULL,
  reference TEXT NOT NULL, charge INTEGER, request INTEGER REFERENCES request, position INTEGER, status TEXT,
  reason TEXT) STRICT;
CREATE INDEX row_of_run ON row (run);
CREATE INDEX row_of_request ON row (request, position) WHERE request IS NOT NULL;

-- What is owed, once: its first row's id, and the row that stands for it now.
CREATE TABLE charge (
  id INTEGER PRIMARY KEY, period INTEGER NOT NULL REFERENCES period, installation TEXT NOT NULL,
  row INTEGER NOT NULL REFERENCES row) STRICT;
CREATE INDEX charge_of_installation ON charge (period, installation);

-- A person's decision on a row in doubt. Records are added, never changed.
CREATE TABLE settlement (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL REFERENCES row, status TEXT NOT NULL, settled_by TEXT NOT NULL,
  note TEXT NOT NULL, settled_at INTEGER NOT NULL) STRICT;
CREATE INDEX settlement_of_row ON settlement (row);
)sql";

}  // namespace usage

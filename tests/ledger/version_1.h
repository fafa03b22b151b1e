// The first schema that was ever in use, as it was then. It never changes again.
#pragma once

namespace usage::test::ledger_room {

inline constexpr const char* kVersion1 = R"sql(
PRAGMA journal_mode = WAL;
BEGIN;
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
PRAGMA application_id = 0x55534C47;
PRAGMA user_version = 1;
COMMIT;
)sql";

// What its program recorded: a finished run of October, and one of November that was killed. Of the first: line 2 and 3
// of one installation, of which line 3 was posted again after two attempts; line 4 in doubt; line 5 invalid; line 6
// failed, of the first installation in another letter case. Of the second: line 2 sent and never heard of, line 3 not
// sent, line 4 held back.
inline constexpr const char* kVersion1Content = R"sql(
BEGIN;
INSERT INTO ledger VALUES ('0123456789abcdef', 5);
INSERT INTO scope VALUES (1, 'https://example.test', 'AC00000000000000000000000000000001');
INSERT INTO period VALUES (1, 1, '2026-10', 6), (2, 1, '2026-11', 7);
INSERT INTO run VALUES
  (1, 1, '2026-10-1', 'finished', 'finished', 'all done', 'digest1', 1, '0.1.0', '/out/one', 1000, 2000),
  (2, 2, '2026-11-1', 'open', '', '', 'digest2', 0, '0.1.1', '/out/two', 3000, NULL);
INSERT INTO input_file VALUES
  (1, 0, 'oct.csv', '/spool/oct', 'fd1', 500, 77, ';', 1, 'a;b', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6');
INSERT INTO input_total VALUES
  (1, 'not_sent', 'EUR', 4, 0, '12.50'), (1, 'invalid', '', 1, 1, '0.00'), (2, 'not_sent', 'USD', 3, 0, '6.00');
INSERT INTO warning VALUES (3, 1, 'equal-rows', 'two'), (4, 2, 'billing-sid-form', 'one');

INSERT INTO request (id, run, number, parent, reposts, installation, body, status, reason, attempts, last_attempt) VALUES
  (1, 1, 1, NULL, 0, 'XEaAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', x'00ff626f6479', 'submitted', '', 2, NULL),
  (2, 1, 2, NULL, 0, 'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', x'626f64792032', 'unknown', 'no reply', 1, NULL),
  (3, 1, 3, NULL, 0, 'XEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', x'626f64792033', 'failed', 'gone', 1, NULL),
  (4, 1, 4, 1, 1, 'XEaAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', x'616761696e', 'not_submitted', '', 1, NULL),
  (5, 1, 5, 4, 2, 'XEaAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', x'746872696365', 'submitted', '', 1, NULL),
  (6, 2, 1, NULL, 0, 'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', x'626f64792036', 'not_sent', '', 1, NULL),
  (7, 2, 2, NULL, 0, 'XEcccccccccccccccccccccccccccccccc', x'626f64792037', 'not_sent', '', 0, NULL);
INSERT INTO attempt VALUES
  (1, 1, 101, 102, 'not_processed', 'http-429', 'busy', 1, 429, 0, 0, '', x'485454502f312e3120343239', x'7b007d', '20429', 'RQ1'),
  (2, 2, 103, 104, 'unknown', 'no-reply', 'lost', 1, 0, 200, 6, 'cut', x'', x'', '', ''),
  (3, 1, 105, 106, 'answered', 'accepted', 'ok', 1, 202, 0, 0, '', x'485454502f312e3120323032', x'796573206e6f', '', 'RQ3'),
  (4, 3, 107, 108, 'refused', 'http-404', 'gone', 1, 404, 0, 0, '', x'485454502f312e3120343034', x'', '20404', 'RQ4'),
  (5, 4, 109, 110, 'answered', 'accepted', 'ok', 1, 202, 0, 0, '', x'485454502f312e3120323032', x'6e6f', '', 'RQ5'),
  (6, 5, 111, 112, 'answered', 'accepted', 'ok', 1, 202, 0, 0, '', x'485454502f312e3120323032', x'796573', '', 'RQ6'),
  (7, 6, 201, 202, 'not_processed', 'http-429', 'busy', 1, 429, 0, 0, '', x'485454502f312e3120343239', x'', '', 'RQ7'),
  (8, 6, 203, NULL, 'sending', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
UPDATE request SET last_attempt = (SELECT max(id) FROM attempt WHERE attempt.request = request.id);

INSERT INTO row (id, run, ordinal, file, line, offset, length, installation, billing_sid, quantity, has_amount, currency,
  reference, charge, request, position, status, reason) VALUES
  (1, 1, 0, 0, 2, 20, 10, 'XEaAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'BIone', '1.00', 1, 'EUR', 'INV-1', 1, 1, 0, NULL, NULL),
  (2, 1, 1, 0, 3, 30, 11, 'XEaAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'BItwo', '2.50', 1, 'EUR', 'INV-2', 2, 5, 0, NULL, NULL),
  (3, 1, 2, 0, 4, 41, 12, 'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'BIone', '4', 1, 'EUR', '', 3, 2, 0, NULL, NULL),
  (4, 1, 3, 0, 5, 53, 13, 'XE?', 'BIone', '$5', 0, '', '', NULL, NULL, 0, 'invalid', 'a sign'),
  (5, 1, 4, 0, 6, 66, 14, 'XEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'BIone', '5', 1, 'EUR', 'INV-5', 5, 3, 0, NULL, NULL),
  (6, 2, 0, 0, 2, 21, 15, 'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'BIone', '1', 1, 'USD', '', 6, 6, 0, NULL, NULL),
  (7, 2, 1, 0, 3, 36, 16, 'XEcccccccccccccccccccccccccccccccc', 'BIone', '2', 1, 'USD', '', 7, 7, 0, NULL, NULL),
  (8, 2, 2, 0, 4, 52, 17, 'XEdddddddddddddddddddddddddddddddd', 'BIone', '3', 1, 'USD', '', 8, NULL, 0, 'not_sent', 'held');
INSERT INTO charge VALUES
  (1, 1, 'XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1), (2, 1, 'XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 2),
  (3, 1, 'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 3), (5, 1, 'XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 5),
  (6, 2, 'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 6), (7, 2, 'XEcccccccccccccccccccccccccccccccc', 7),
  (8, 2, 'XEdddddddddddddddddddddddddddddddd', 8);
INSERT INTO settlement VALUES (9, 3, 'not_submitted', 'Ann', 'asked', 500);
COMMIT;
)sql";

}  // namespace usage::test::ledger_room

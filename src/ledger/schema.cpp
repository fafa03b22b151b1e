#include "schema.h"

namespace usage {

// Times are microseconds since 1970 UTC. A status is a name of RowStatus. Names are compared without case. Large texts
// lie in tables of their own (request_body, reply), so that recording an outcome does not copy them.
const char* const kTables = R"sql(
CREATE TABLE ledger (id TEXT NOT NULL, made_at INTEGER NOT NULL) STRICT;

CREATE TABLE scope (
  id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, account TEXT NOT NULL, UNIQUE (endpoint, account)) STRICT;

CREATE TABLE period (
  id INTEGER PRIMARY KEY, scope INTEGER NOT NULL REFERENCES scope, name TEXT NOT NULL COLLATE NOCASE,
  opened_at INTEGER NOT NULL, UNIQUE (scope, name)) STRICT;

-- An installation in one period, by its sid_key: where a new upload finds the charges that it meets.
CREATE TABLE installation (
  id INTEGER PRIMARY KEY, period INTEGER NOT NULL REFERENCES period, sid_key TEXT NOT NULL,
  UNIQUE (sid_key, period)) STRICT;

-- Its rows have the ids first_row, first_row + 1, ... in input order.
CREATE TABLE run (
  id INTEGER PRIMARY KEY, period INTEGER NOT NULL REFERENCES period, name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'finished', 'abandoned')),
  stop_name TEXT NOT NULL DEFAULT '', stop_reason TEXT NOT NULL DEFAULT '',
  content_digest TEXT NOT NULL, retry_503 INTEGER NOT NULL, program_version TEXT NOT NULL, out_folder TEXT NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER, first_row INTEGER NOT NULL, row_count INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX run_of_period ON run (period);
CREATE UNIQUE INDEX run_open_once ON run (period) WHERE state = 'open';

CREATE TABLE input_total (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, status TEXT NOT NULL, currency TEXT NOT NULL,
  rows INTEGER NOT NULL, rows_without_amount INTEGER NOT NULL, amount TEXT NOT NULL,
  UNIQUE (run, status, currency)) STRICT;

CREATE TABLE warning (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, text TEXT NOT NULL,
  UNIQUE (run, name, text)) STRICT;

CREATE TABLE request_body (request INTEGER PRIMARY KEY REFERENCES request, body BLOB NOT NULL) STRICT;

CREATE TABLE reply (
  attempt INTEGER PRIMARY KEY REFERENCES attempt, headers BLOB NOT NULL, body BLOB NOT NULL) STRICT;

-- One input row of one run. Where it has no status of its own, its request's status and reason are its own; where it has
-- no sid, its request's. `charge` is the id of the charge's first row. A row that stands, or stood, for its charge has an
-- installation. One that only met its charge has instead, in `met`, the row that stood for it then. An invalid row that
-- met none may become a charge's first row: when a later one, with its id as `charge`, corrects it.
CREATE TABLE usage_row (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, installation INTEGER REFERENCES installation,
  request INTEGER REFERENCES request, position INTEGER, charge INTEGER REFERENCES usage_row,
  file INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
  sid TEXT, billing_sid TEXT NOT NULL, quantity TEXT NOT NULL, has_amount INTEGER NOT NULL, currency TEXT NOT NULL,
  reference TEXT NOT NULL, status TEXT, reason TEXT, met INTEGER REFERENCES usage_row,
  CHECK (request IS NOT NULL OR (status IS NOT NULL AND sid IS NOT NULL)),
  CHECK (request IS NULL OR (charge IS NOT NULL AND met IS NULL)),
  CHECK ((installation IS NOT NULL) = (charge IS NOT NULL AND met IS NULL)),
  CHECK (met IS NULL OR charge IS NOT NULL)) STRICT;
-- Finds a request's rows, and an installation's rows over all runs of the period.
CREATE INDEX row_of_installation ON usage_row (installation, request) WHERE installation IS NOT NULL;
CREATE INDEX row_of_reference ON usage_row (installation, reference) WHERE installation IS NOT NULL AND reference <> '';
-- Rows of a charge with another outcome than their request's, or held back.
CREATE INDEX row_of_its_own ON usage_row (run) WHERE installation IS NOT NULL AND status IS NOT NULL;
-- Rows that took the place of an earlier row.
CREATE INDEX row_that_took ON usage_row (charge) WHERE charge <> id AND met IS NULL;

-- What is owed, once: the id of its first row, and the row that stands for it now.
CREATE TABLE charge (id INTEGER PRIMARY KEY REFERENCES usage_row, row INTEGER NOT NULL REFERENCES usage_row) STRICT;
)sql";

// What every attempt changes. Checked by OR and not IN: SQLite builds a table of such a list each time.
const char* const kSendingTables = R"sql(
-- What is posted at once. A re-post of items answered `submitted: false` is a request of its own, with a parent;
-- `earlier` counts the attempts of its parents. `attempts` and `last_attempt` are of those that have ended.
CREATE TABLE request (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL,
  parent INTEGER REFERENCES request, reposts INTEGER NOT NULL DEFAULT 0, earlier INTEGER NOT NULL DEFAULT 0,
  installation INTEGER NOT NULL REFERENCES installation, sid TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'not_sent' CHECK (status = 'not_sent' OR status = 'submitted'
    OR status = 'not_submitted' OR status = 'failed' OR status = 'unknown'),
  reason TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0, last_attempt INTEGER, UNIQUE (run, number)) STRICT;
-- What a run left behind is found without its billed requests, which are most of them.
CREATE INDEX request_left ON request (run, number) WHERE status <> 'submitted';

-- `submitted`: where the verdict is `answered`, a '1' or '0' an item; NULL in what came from schema version 1, which did
-- not keep it: nothing more follows from such an answer. `fault`: TransportFault.
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, request INTEGER NOT NULL REFERENCES request, number INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict = 'sending' OR verdict = 'answered' OR verdict = 'refused'
    OR verdict = 'not_processed' OR verdict = 'unknown' OR verdict = 'stop_run'),
  sent_at INTEGER NOT NULL, completed_at INTEGER, submitted TEXT, name TEXT, reason TEXT, times_issued INTEGER,
  http_status INTEGER, connect_status INTEGER, fault INTEGER, fault_text TEXT, error_code TEXT, twilio_request_id TEXT,
  UNIQUE (request, number)) STRICT;

-- The last line of defence: of one request, at most one attempt may be under way, have been processed, or be in doubt.
-- A further attempt is only possible where every earlier one is proven not to have been processed.
CREATE UNIQUE INDEX attempt_once ON attempt (request) WHERE verdict NOT IN ('not_processed', 'stop_run');
)sql";

// How each file of a run was given and understood. A text that is not of the file (a key, a constant) is empty where
// there is none.
const char* const kInputFileTable = R"sql(
CREATE TABLE input_file (
  run INTEGER NOT NULL REFERENCES run, position INTEGER NOT NULL, name TEXT NOT NULL, spool TEXT NOT NULL,
  digest TEXT NOT NULL, bytes INTEGER NOT NULL, encoding TEXT NOT NULL, spool_bytes INTEGER NOT NULL,
  spool_digest TEXT NOT NULL, body_offset INTEGER NOT NULL, header_line INTEGER NOT NULL, delimiter TEXT NOT NULL,
  decimal_sign TEXT NOT NULL CHECK (decimal_sign IN ('.', ',')), grouping TEXT NOT NULL, bom INTEGER NOT NULL,
  header TEXT NOT NULL, installation TEXT NOT NULL, billing_sid TEXT NOT NULL, quantity TEXT NOT NULL,
  reference TEXT NOT NULL, currency TEXT NOT NULL, usage_row TEXT NOT NULL, installation_key TEXT NOT NULL,
  billing_sid_key TEXT NOT NULL, installation_constant TEXT NOT NULL, billing_sid_constant TEXT NOT NULL,
  currency_constant TEXT NOT NULL, PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;
)sql";

// A run whose plan a person approved (--approve), with the plan's digest. It comes with the run and stays.
const char* const kApprovalTable = R"sql(
CREATE TABLE approval (
  run INTEGER PRIMARY KEY REFERENCES run, plan_digest TEXT NOT NULL, approved_by TEXT NOT NULL) STRICT;
CREATE TRIGGER approval_stays BEFORE UPDATE ON approval
BEGIN SELECT raise(ABORT, 'an approval does not change'); END;
CREATE TRIGGER approval_remains BEFORE DELETE ON approval
BEGIN SELECT raise(ABORT, 'an approval stays'); END;
)sql";

// What a person did with a run, and under which of the system's users. Records are added, never changed.
const char* const kRunEventTable = R"sql(
CREATE TABLE run_event (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run,
  name TEXT NOT NULL CHECK (name IN ('started', 'resumed', 'abandoned')),
  user TEXT NOT NULL, happened_at INTEGER NOT NULL) STRICT;
CREATE INDEX run_event_of_run ON run_event (run);
CREATE TRIGGER run_event_stays BEFORE UPDATE ON run_event
BEGIN SELECT raise(ABORT, 'a run event does not change'); END;
CREATE TRIGGER run_event_remains BEFORE DELETE ON run_event
BEGIN SELECT raise(ABORT, 'a run event stays'); END;
)sql";

// Whatever the program tries: an end stays the end, and nothing says `billed` or `not billed` without the attempt that
// proves it. What every attempt passes rolls the whole transaction back: to be able to undo a statement alone, SQLite
// would copy each page that it changes.
const char* const kGuards = R"sql(
CREATE TRIGGER attempt_of_open_request BEFORE INSERT ON attempt
WHEN NOT EXISTS (SELECT 1 FROM request JOIN run ON run.id = request.run WHERE request.id = NEW.request
                 AND request.status = 'not_sent' AND request.attempts = NEW.number - 1 AND run.state = 'open')
BEGIN SELECT raise(ROLLBACK, 'an attempt of a request that is not to be sent'); END;

CREATE TRIGGER attempt_end_stays BEFORE UPDATE OF request, number, verdict, submitted ON attempt
WHEN OLD.verdict <> 'sending' OR NEW.request <> OLD.request OR NEW.number <> OLD.number
BEGIN SELECT raise(ROLLBACK, 'an attempt that has ended does not change'); END;

CREATE TRIGGER attempt_stays BEFORE DELETE ON attempt WHEN OLD.verdict <> 'sending'
BEGIN SELECT raise(ABORT, 'an attempt that has ended stays'); END;

CREATE TRIGGER request_stays BEFORE DELETE ON request
BEGIN SELECT raise(ABORT, 'a request stays'); END;

-- The last attempt decides which outcomes are possible: only not_processed and stop_run have an attempt after them.
CREATE TRIGGER request_outcome_proven BEFORE UPDATE OF status ON request
WHEN OLD.status <> 'not_sent'
  OR EXISTS (SELECT 1 FROM attempt WHERE request = OLD.id AND number > OLD.attempts)
  OR NOT CASE (SELECT verdict FROM attempt WHERE id = OLD.last_attempt)
       WHEN 'answered' THEN NEW.status = 'unknown' OR (NEW.status IN ('submitted', 'not_submitted') AND
         (SELECT submitted FROM attempt WHERE id = OLD.last_attempt) IS NOT NULL)
       WHEN 'refused' THEN NEW.status IN ('failed', 'unknown')
       WHEN 'unknown' THEN NEW.status = 'unknown'
       ELSE NEW.status IN ('not_sent', 'failed', 'unknown') END
BEGIN SELECT raise(ROLLBACK, 'an outcome that the last attempt does not prove'); END;

-- No item may slip into its request's outcome against what the answer says of it.
CREATE TRIGGER request_answer_kept BEFORE UPDATE OF status ON request
WHEN NEW.status IN ('submitted', 'not_submitted')
 AND instr((SELECT submitted FROM attempt WHERE id = OLD.last_attempt), iif(NEW.status = 'submitted', '0', '1')) > 0
 AND EXISTS (SELECT 1 FROM usage_row WHERE installation = OLD.installation AND request = OLD.id AND status IS NULL
             AND substr((SELECT submitted FROM attempt WHERE id = OLD.last_attempt), position + 1, 1)
                 = iif(NEW.status = 'submitted', '0', '1'))
BEGIN SELECT raise(ROLLBACK, 'an outcome that contradicts the answer'); END;

-- A row's own status: only where its request was answered, and as the answer says of this item.
CREATE TRIGGER row_outcome_proven BEFORE UPDATE OF status ON usage_row
WHEN OLD.status IS NOT NULL OR NOT coalesce(
  (SELECT attempt.verdict = 'answered' AND CASE substr(attempt.submitted, OLD.position + 1, 1)
     WHEN '1' THEN NEW.status IN ('submitted', 'unknown') WHEN '0' THEN NEW.status IN ('not_submitted', 'unknown') END
   FROM request JOIN attempt ON attempt.id = request.last_attempt WHERE request.id = OLD.request), 0)
BEGIN SELECT raise(ABORT, 'a row outcome that the answer does not prove'); END;

-- Only an item that a full answer says was not billed is posted again, by a request made for it.
CREATE TRIGGER row_posted_again BEFORE UPDATE OF request, position ON usage_row
WHEN OLD.status IS NOT NULL OR NOT coalesce(
  (SELECT request.status = 'not_sent' AND attempt.verdict = 'answered'
          AND substr(attempt.submitted, OLD.position + 1, 1) = '0'
          AND (SELECT parent = OLD.request AND attempts = 0 FROM request WHERE id = NEW.request)
   FROM request JOIN attempt ON attempt.id = request.last_attempt WHERE request.id = OLD.request), 0)
BEGIN SELECT raise(ABORT, 'an item posted again without proof'); END;

CREATE TRIGGER row_is_itself BEFORE UPDATE OF id, run, installation, charge, met, sid, billing_sid, quantity ON usage_row
BEGIN SELECT raise(ABORT, 'a row stays what it is'); END;

CREATE TRIGGER row_stays BEFORE DELETE ON usage_row
BEGIN SELECT raise(ABORT, 'a row stays'); END;

CREATE TRIGGER run_end_stays BEFORE UPDATE OF state ON run WHEN OLD.state <> 'open'
BEGIN SELECT raise(ABORT, 'a run that has ended stays ended'); END;

-- What an ended run did not send can be taken over: so nothing of it may be under way, or answered without an outcome.
CREATE TRIGGER run_ends_settled BEFORE UPDATE OF state ON run
WHEN NEW.state <> 'open' AND EXISTS (
  SELECT 1 FROM request JOIN attempt ON attempt.request = request.id AND attempt.verdict NOT IN ('not_processed', 'stop_run')
  WHERE request.run = OLD.id AND request.status <> 'submitted' AND request.status = 'not_sent')
BEGIN SELECT raise(ABORT, 'a run ended with an attempt that has no outcome'); END;

)sql";

// What is owed is owed once, by one row at a time.
const char* const kChargeGuards = R"sql(
-- By its first row. An invalid row's is made by the row that corrects it, in a later run of the period.
CREATE TRIGGER charge_made BEFORE INSERT ON charge
WHEN EXISTS (SELECT 1 FROM charge WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM usage_row WHERE id = NEW.row AND charge = NEW.id AND met IS NULL)
  OR (NEW.row <> NEW.id AND NOT EXISTS (
    SELECT 1 FROM usage_row first JOIN run past ON past.id = first.run
      JOIN usage_row corrected ON corrected.id = NEW.row JOIN run making ON making.id = corrected.run
    WHERE first.id = NEW.id AND first.id < corrected.id AND first.status = 'invalid' AND first.charge IS NULL
      AND past.period = making.period AND past.id <> making.id))
BEGIN SELECT raise(ABORT, 'a charge that is not its first row''s'); END;

-- A charge goes to a row of an open run only from a row that is proven not billed and can be sent no more.
CREATE TRIGGER charge_taken_over BEFORE UPDATE ON charge
WHEN NEW.id <> OLD.id OR NEW.row <= OLD.row OR NOT EXISTS (
  SELECT 1 FROM usage_row taker JOIN run taking ON taking.id = taker.run
    JOIN usage_row stood ON stood.id = OLD.row JOIN run past ON past.id = stood.run
    LEFT JOIN request ON request.id = stood.request
  WHERE taker.id = NEW.row AND taker.charge = OLD.id AND taker.met IS NULL
    AND taking.state = 'open' AND past.state <> 'open' AND taking.period = past.period
    AND coalesce((SELECT status FROM settlement WHERE row = stood.id ORDER BY id DESC LIMIT 1), stood.status,
                 request.status) IN ('failed', 'not_submitted', 'not_sent'))
BEGIN SELECT raise(ABORT, 'a charge taken over that may have been billed, or may still be'); END;

CREATE TRIGGER charge_stays BEFORE DELETE ON charge
BEGIN SELECT raise(ABORT, 'a charge stays'); END;
)sql";

// A person's decision on a row in doubt, or on one that is not to be billed. Records are added, never changed; the last
// one counts.
const char* const kSettlementTable = R"sql(
CREATE TABLE settlement (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL REFERENCES usage_row,
  status TEXT NOT NULL CHECK (status IN ('submitted', 'not_submitted', 'left_out')),
  settled_by TEXT NOT NULL, note TEXT NOT NULL, settled_at INTEGER NOT NULL) STRICT;
CREATE INDEX settlement_of_row ON settlement (row);
)sql";

// A decision is on what is in doubt. One that it was billed after all may come when a later row stands for the charge
// already, as long as that one is not billed and can be sent no more. Left out is only what is proven not billed and
// can be sent no more. Each may be taken back.
const char* const kSettlementGuards = R"sql(
CREATE TRIGGER settlement_stays BEFORE UPDATE ON settlement
BEGIN SELECT raise(ABORT, 'a settlement does not change'); END;
CREATE TRIGGER settlement_remains BEFORE DELETE ON settlement
BEGIN SELECT raise(ABORT, 'a settlement stays'); END;

CREATE TRIGGER settlement_of_doubt BEFORE INSERT ON settlement
WHEN EXISTS (SELECT 1 FROM settlement WHERE id = NEW.id) OR NOT EXISTS (
  SELECT 1 FROM usage_row r JOIN charge ON charge.id = r.charge AND charge.row = r.id
    JOIN run ON run.id = r.run LEFT JOIN request ON request.id = r.request
  WHERE r.id = NEW.row AND CASE WHEN NEW.status = 'left_out' THEN run.state <> 'open'
      AND coalesce((SELECT status FROM settlement WHERE row = r.id ORDER BY id DESC LIMIT 1), r.status, request.status)
        IN ('failed', 'not_submitted', 'not_sent', 'left_out')
    ELSE coalesce(r.status, request.status) = 'unknown'
      OR (NEW.status = 'not_submitted' AND EXISTS (SELECT 1 FROM settlement WHERE row = r.id))
      OR (NEW.status = 'submitted' AND run.state <> 'open'
          AND coalesce(r.status, request.status) IN ('failed', 'not_submitted', 'not_sent')
          AND EXISTS (SELECT 1 FROM usage_row doubt LEFT JOIN request q ON q.id = doubt.request
            WHERE doubt.id IN (SELECT r.charge UNION ALL
                               SELECT id FROM usage_row WHERE charge = r.charge AND charge <> id AND met IS NULL)
              AND coalesce(doubt.status, q.status) = 'unknown'))
    END)
BEGIN SELECT raise(ABORT, 'a settlement of a row that cannot be settled so, or stands for its charge no more'); END;
)sql";

}  // namespace usage

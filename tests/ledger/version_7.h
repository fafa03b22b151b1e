// The seventh schema, as it was when the eighth came, with what version_6.h holds as it was migrated then. It never changes
// again.
#pragma once

namespace usage::test::ledger_room {

inline constexpr const char* kVersion7 = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE approval (
  run INTEGER PRIMARY KEY REFERENCES run, plan_digest TEXT NOT NULL, approved_by TEXT NOT NULL) STRICT;
INSERT INTO "approval" VALUES(1,'1-2-3','Grace');
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, request INTEGER NOT NULL REFERENCES request, number INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict = 'sending' OR verdict = 'answered' OR verdict = 'refused'
    OR verdict = 'not_processed' OR verdict = 'unknown' OR verdict = 'stop_run'),
  sent_at INTEGER NOT NULL, completed_at INTEGER, submitted TEXT, name TEXT, reason TEXT, times_issued INTEGER,
  http_status INTEGER, connect_status INTEGER, fault INTEGER, fault_text TEXT, error_code TEXT, twilio_request_id TEXT,
  UNIQUE (request, number)) STRICT;
INSERT INTO "attempt" VALUES(1,1,1,'not_processed',101,102,NULL,'http-429','busy',1,429,0,0,'','20429','RQ1');
INSERT INTO "attempt" VALUES(2,2,1,'unknown',103,104,NULL,'no-reply','lost',1,0,200,6,'cut','','');
INSERT INTO "attempt" VALUES(3,1,2,'answered',105,106,NULL,'accepted','ok',1,202,0,0,'','','RQ3');
INSERT INTO "attempt" VALUES(4,3,1,'refused',107,108,NULL,'http-404','gone',1,404,0,0,'','20404','RQ4');
INSERT INTO "attempt" VALUES(5,4,1,'answered',109,110,NULL,'accepted','ok',1,202,0,0,'','','RQ5');
INSERT INTO "attempt" VALUES(6,5,1,'answered',111,112,NULL,'accepted','ok',1,202,0,0,'','','RQ6');
INSERT INTO "attempt" VALUES(7,6,1,'not_processed',201,202,NULL,'http-429','busy',1,429,0,0,'','','RQ7');
INSERT INTO "attempt" VALUES(8,6,2,'sending',203,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE charge (id INTEGER PRIMARY KEY REFERENCES usage_row, row INTEGER NOT NULL REFERENCES usage_row) STRICT;
INSERT INTO "charge" VALUES(1,1);
INSERT INTO "charge" VALUES(2,2);
INSERT INTO "charge" VALUES(3,3);
INSERT INTO "charge" VALUES(5,5);
INSERT INTO "charge" VALUES(6,6);
INSERT INTO "charge" VALUES(7,7);
INSERT INTO "charge" VALUES(8,8);
CREATE TABLE input_file (
  run INTEGER NOT NULL REFERENCES run, position INTEGER NOT NULL, name TEXT NOT NULL, spool TEXT NOT NULL,
  digest TEXT NOT NULL, bytes INTEGER NOT NULL, encoding TEXT NOT NULL, spool_bytes INTEGER NOT NULL,
  spool_digest TEXT NOT NULL, body_offset INTEGER NOT NULL, header_line INTEGER NOT NULL, delimiter TEXT NOT NULL,
  decimal_sign TEXT NOT NULL CHECK (decimal_sign IN ('.', ',')), grouping TEXT NOT NULL, bom INTEGER NOT NULL,
  header TEXT NOT NULL, installation TEXT NOT NULL, billing_sid TEXT NOT NULL, quantity TEXT NOT NULL,
  reference TEXT NOT NULL, currency TEXT NOT NULL, usage_row TEXT NOT NULL, installation_key TEXT NOT NULL,
  billing_sid_key TEXT NOT NULL, installation_constant TEXT NOT NULL, billing_sid_constant TEXT NOT NULL,
  currency_constant TEXT NOT NULL, PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;
INSERT INTO "input_file" VALUES(1,0,'oct.csv','/spool/oct','fd1',500,'utf-8',500,'fd1',77,1,';',',','',1,'a;b','m1','m2','m3','m4','m5','m6','','','','','');
CREATE TABLE input_total (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, status TEXT NOT NULL, currency TEXT NOT NULL,
  rows INTEGER NOT NULL, rows_without_amount INTEGER NOT NULL, amount TEXT NOT NULL,
  UNIQUE (run, status, currency)) STRICT;
INSERT INTO "input_total" VALUES(1,1,'invalid','',1,1,'0.00');
INSERT INTO "input_total" VALUES(2,1,'not_sent','EUR',4,0,'12.50');
INSERT INTO "input_total" VALUES(3,2,'not_sent','USD',3,0,'6.00');
CREATE TABLE installation (
  id INTEGER PRIMARY KEY, period INTEGER NOT NULL REFERENCES period, sid_key TEXT NOT NULL,
  UNIQUE (sid_key, period)) STRICT;
INSERT INTO "installation" VALUES(1,1,'XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
INSERT INTO "installation" VALUES(2,1,'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb');
INSERT INTO "installation" VALUES(3,2,'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb');
INSERT INTO "installation" VALUES(4,2,'XEcccccccccccccccccccccccccccccccc');
INSERT INTO "installation" VALUES(5,2,'XEdddddddddddddddddddddddddddddddd');
CREATE TABLE ledger (id TEXT NOT NULL, made_at INTEGER NOT NULL) STRICT;
INSERT INTO "ledger" VALUES('0123456789abcdef',5);
CREATE TABLE period (
  id INTEGER PRIMARY KEY, scope INTEGER NOT NULL REFERENCES scope, name TEXT NOT NULL COLLATE NOCASE,
  opened_at INTEGER NOT NULL, UNIQUE (scope, name)) STRICT;
INSERT INTO "period" VALUES(1,1,'2026-10',6);
INSERT INTO "period" VALUES(2,1,'2026-11',7);
CREATE TABLE reply (
  attempt INTEGER PRIMARY KEY REFERENCES attempt, headers BLOB NOT NULL, body BLOB NOT NULL) STRICT;
INSERT INTO "reply" VALUES(1,X'485454502F312E3120343239',X'7B007D');
INSERT INTO "reply" VALUES(3,X'485454502F312E3120323032',X'796573206E6F');
INSERT INTO "reply" VALUES(4,X'485454502F312E3120343034',X'');
INSERT INTO "reply" VALUES(5,X'485454502F312E3120323032',X'6E6F');
INSERT INTO "reply" VALUES(6,X'485454502F312E3120323032',X'796573');
INSERT INTO "reply" VALUES(7,X'485454502F312E3120343239',X'');
CREATE TABLE request (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL,
  parent INTEGER REFERENCES request, reposts INTEGER NOT NULL DEFAULT 0, earlier INTEGER NOT NULL DEFAULT 0,
  installation INTEGER NOT NULL REFERENCES installation, sid TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'not_sent' CHECK (status = 'not_sent' OR status = 'submitted'
    OR status = 'not_submitted' OR status = 'failed' OR status = 'unknown'),
  reason TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0, last_attempt INTEGER, UNIQUE (run, number)) STRICT;
INSERT INTO "request" VALUES(1,1,1,NULL,0,0,1,'XEaAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','submitted','',2,3);
INSERT INTO "request" VALUES(2,1,2,NULL,0,0,2,'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','unknown','no reply',1,2);
INSERT INTO "request" VALUES(3,1,3,NULL,0,0,1,'XEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA','failed','gone',1,4);
INSERT INTO "request" VALUES(4,1,4,1,1,2,1,'XEaAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','not_submitted','',1,5);
INSERT INTO "request" VALUES(5,1,5,4,2,3,1,'XEaAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','submitted','',1,6);
INSERT INTO "request" VALUES(6,2,1,NULL,0,0,3,'XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','not_sent','',1,7);
INSERT INTO "request" VALUES(7,2,2,NULL,0,0,4,'XEcccccccccccccccccccccccccccccccc','not_sent','',0,NULL);
CREATE TABLE request_body (request INTEGER PRIMARY KEY REFERENCES request, body BLOB NOT NULL) STRICT;
INSERT INTO "request_body" VALUES(1,X'00FF626F6479');
INSERT INTO "request_body" VALUES(2,X'626F64792032');
INSERT INTO "request_body" VALUES(3,X'626F64792033');
INSERT INTO "request_body" VALUES(4,X'616761696E');
INSERT INTO "request_body" VALUES(5,X'746872696365');
INSERT INTO "request_body" VALUES(6,X'626F64792036');
INSERT INTO "request_body" VALUES(7,X'626F64792037');
CREATE TABLE run (
  id INTEGER PRIMARY KEY, period INTEGER NOT NULL REFERENCES period, name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'finished', 'abandoned')),
  stop_name TEXT NOT NULL DEFAULT '', stop_reason TEXT NOT NULL DEFAULT '',
  content_digest TEXT NOT NULL, retry_503 INTEGER NOT NULL, program_version TEXT NOT NULL, out_folder TEXT NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER, first_row INTEGER NOT NULL, row_count INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "run" VALUES(1,1,'2026-10-1','finished','finished','all done','digest1',1,'0.1.0','/out/one',1000,2000,1,5);
INSERT INTO "run" VALUES(2,2,'2026-11-1','open','','','digest2',0,'0.1.1','/out/two',3000,NULL,6,3);
CREATE TABLE run_event (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run,
  name TEXT NOT NULL CHECK (name IN ('started', 'resumed', 'abandoned')),
  user TEXT NOT NULL, happened_at INTEGER NOT NULL) STRICT;
INSERT INTO "run_event" VALUES(1,1,'started','ada@desk',1000000);
CREATE TABLE scope (
  id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, account TEXT NOT NULL, UNIQUE (endpoint, account)) STRICT;
INSERT INTO "scope" VALUES(1,'https://example.test','AC00000000000000000000000000000001');
CREATE TABLE settlement (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL REFERENCES usage_row,
  status TEXT NOT NULL CHECK (status IN ('submitted', 'not_submitted', 'left_out')),
  settled_by TEXT NOT NULL, note TEXT NOT NULL, settled_at INTEGER NOT NULL) STRICT;
INSERT INTO "settlement" VALUES(9,3,'not_submitted','Ann','asked',500);
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
INSERT INTO "usage_row" VALUES(1,1,1,1,0,1,0,2,20,10,NULL,'BIone','1.00',1,'EUR','INV-1',NULL,NULL,NULL);
INSERT INTO "usage_row" VALUES(2,1,1,5,0,2,0,3,30,11,NULL,'BItwo','2.50',1,'EUR','INV-2',NULL,NULL,NULL);
INSERT INTO "usage_row" VALUES(3,1,2,2,0,3,0,4,41,12,NULL,'BIone','4',1,'EUR','',NULL,NULL,NULL);
INSERT INTO "usage_row" VALUES(4,1,NULL,NULL,NULL,NULL,0,5,53,13,'XE?','BIone','$5',0,'','','invalid','a sign',NULL);
INSERT INTO "usage_row" VALUES(5,1,1,3,0,5,0,6,66,14,NULL,'BIone','5',1,'EUR','INV-5',NULL,NULL,NULL);
INSERT INTO "usage_row" VALUES(6,2,3,6,0,6,0,2,21,15,NULL,'BIone','1',1,'USD','',NULL,NULL,NULL);
INSERT INTO "usage_row" VALUES(7,2,4,7,0,7,0,3,36,16,NULL,'BIone','2',1,'USD','',NULL,NULL,NULL);
INSERT INTO "usage_row" VALUES(8,2,5,NULL,NULL,8,0,4,52,17,'XEdddddddddddddddddddddddddddddddd','BIone','3',1,'USD','','not_sent','held',NULL);
CREATE TABLE warning (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, text TEXT NOT NULL,
  UNIQUE (run, name, text)) STRICT;
INSERT INTO "warning" VALUES(3,1,'equal-rows','two');
INSERT INTO "warning" VALUES(4,2,'billing-sid-form','one');
CREATE INDEX run_of_period ON run (period);
CREATE UNIQUE INDEX run_open_once ON run (period) WHERE state = 'open';
CREATE INDEX row_of_installation ON usage_row (installation, request) WHERE installation IS NOT NULL;
CREATE INDEX row_of_reference ON usage_row (installation, reference) WHERE installation IS NOT NULL AND reference <> '';
CREATE INDEX row_of_its_own ON usage_row (run) WHERE installation IS NOT NULL AND status IS NOT NULL;
CREATE INDEX row_that_took ON usage_row (charge) WHERE charge <> id AND met IS NULL;
CREATE INDEX request_left ON request (run, number) WHERE status <> 'submitted';
CREATE UNIQUE INDEX attempt_once ON attempt (request) WHERE verdict NOT IN ('not_processed', 'stop_run');
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
CREATE TRIGGER request_answer_kept BEFORE UPDATE OF status ON request
WHEN NEW.status IN ('submitted', 'not_submitted')
 AND instr((SELECT submitted FROM attempt WHERE id = OLD.last_attempt), iif(NEW.status = 'submitted', '0', '1')) > 0
 AND EXISTS (SELECT 1 FROM usage_row WHERE installation = OLD.installation AND request = OLD.id AND status IS NULL
             AND substr((SELECT submitted FROM attempt WHERE id = OLD.last_attempt), position + 1, 1)
                 = iif(NEW.status = 'submitted', '0', '1'))
BEGIN SELECT raise(ROLLBACK, 'an outcome that contradicts the answer'); END;
CREATE TRIGGER row_outcome_proven BEFORE UPDATE OF status ON usage_row
WHEN OLD.status IS NOT NULL OR NOT coalesce(
  (SELECT attempt.verdict = 'answered' AND CASE substr(attempt.submitted, OLD.position + 1, 1)
     WHEN '1' THEN NEW.status IN ('submitted', 'unknown') WHEN '0' THEN NEW.status IN ('not_submitted', 'unknown') END
   FROM request JOIN attempt ON attempt.id = request.last_attempt WHERE request.id = OLD.request), 0)
BEGIN SELECT raise(ABORT, 'a row outcome that the answer does not prove'); END;
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
CREATE TRIGGER run_ends_settled BEFORE UPDATE OF state ON run
WHEN NEW.state <> 'open' AND EXISTS (
  SELECT 1 FROM request JOIN attempt ON attempt.request = request.id AND attempt.verdict NOT IN ('not_processed', 'stop_run')
  WHERE request.run = OLD.id AND request.status <> 'submitted' AND request.status = 'not_sent')
BEGIN SELECT raise(ABORT, 'a run ended with an attempt that has no outcome'); END;
CREATE TRIGGER charge_made BEFORE INSERT ON charge
WHEN NEW.row <> NEW.id OR EXISTS (SELECT 1 FROM charge WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM usage_row WHERE id = NEW.id AND charge = NEW.id AND met IS NULL)
BEGIN SELECT raise(ABORT, 'a charge that is not its first row''s'); END;
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
CREATE TRIGGER approval_stays BEFORE UPDATE ON approval
BEGIN SELECT raise(ABORT, 'an approval does not change'); END;
CREATE TRIGGER approval_remains BEFORE DELETE ON approval
BEGIN SELECT raise(ABORT, 'an approval stays'); END;
CREATE INDEX run_event_of_run ON run_event (run);
CREATE TRIGGER run_event_stays BEFORE UPDATE ON run_event
BEGIN SELECT raise(ABORT, 'a run event does not change'); END;
CREATE TRIGGER run_event_remains BEFORE DELETE ON run_event
BEGIN SELECT raise(ABORT, 'a run event stays'); END;
CREATE INDEX settlement_of_row ON settlement (row);
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
PRAGMA application_id = 0x55534C47;
PRAGMA user_version = 7;
COMMIT;
)sql";

}  // namespace usage::test::ledger_room

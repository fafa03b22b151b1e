#include "usage/cli/evidence_report.h"

#include <doctest/doctest.h>

#include <string_view>

namespace usage::test {
namespace {

bool has(const std::string& text, std::string_view part) {
  if (text.find(part) != std::string::npos) return true;
  MESSAGE("not found: ", std::string(part), "\nin: ", text);
  return false;
}

RunInfo some_run() {
  RunInfo run;
  run.name = "2026-10-3";
  run.scope = {"https://e.test", "AC00000000000000000000000000000007", "2026-10"};
  return run;
}

RequestEvidence some_request() {
  RequestEvidence evidence;
  evidence.number = 12;
  evidence.parent = 5;
  evidence.installation = "XE00000000000000000000000000000001";
  evidence.body = R"({"billable_items":[{"sid":"BI1","quantity":12.350}]})";
  evidence.rows = {{"line 7", "BI1", "1.25", "EUR", "INV-7", RowStatus::kUnknown, "the reply was cut", ""},
                   {"line 9", "BI2", "2", "", "", RowStatus::kUnknown, "the reply was cut", ""}};
  AttemptEvidence attempt;
  attempt.sent_at = WallTime(std::chrono::seconds(1));
  attempt.completed_at = WallTime(std::chrono::seconds(2));
  attempt.verdict = "unknown";
  attempt.name = "reply-cut";
  attempt.reason = "ended early";
  attempt.times_issued = 1;
  attempt.http_status = 202;
  attempt.connect_status = 200;
  attempt.error_code = "20429";
  attempt.twilio_request_id = "RQ77";
  attempt.fault_text = "transfer closed";
  attempt.headers = "HTTP/1.1 202 Accepted\r\nX: y\r\n\r\n";
  attempt.body = "{\"a\":1,\n\"b\"";
  evidence.attempts = {attempt};
  return evidence;
}

TEST_CASE("a request is shown with its URL, its exact body and what came back") {
  const std::string text = evidence_text(some_run(), some_request());
  for (std::string_view part :
       {"Request 12 of run 2026-10-3: unknown: the reply was cut\n",
        "  line 7: BI1  1.25 EUR  (INV-7): unknown: the reply was cut\n  line 9: BI2  2: unknown: the reply was cut\n",
        "request 5", "POST https://e.test/v1/InstalledAddOns/XE00000000000000000000000000000001/Usage\n",
        "    | {\"billable_items\":[{\"sid\":\"BI1\",\"quantity\":12.350}]}\n",
        "Attempt 1: unknown (reply-cut): ended early\n",
        "sent 1970-01-01T00:00:01.000Z, completed 1970-01-01T00:00:02.000Z\n",
        "1 time, proxy answered 200, HTTP status 202, error code 20429, Twilio-Request-Id RQ77, transfer closed\n",
        "    | HTTP/1.1 202 Accepted\n    | X: y\n", "    | {\"a\":1,\n    | \"b\"\n"})
    CHECK(has(text, part));
}

TEST_CASE("an attempt without a recorded outcome does not pass for one that was not sent, nor for one that was") {
  RequestEvidence evidence = some_request();
  AttemptEvidence& attempt = evidence.attempts[0];
  attempt = {};
  attempt.sent_at = WallTime(std::chrono::seconds(1));
  attempt.completed_at = WallTime(std::chrono::seconds(2));
  attempt.verdict = "unknown";
  attempt.name = "interrupted";
  std::string text = evidence_text(some_run(), evidence);
  CHECK(has(text,
            "  recorded as under way 1970-01-01T00:00:01.000Z; the program ended before an outcome was recorded "
            "(found 1970-01-01T00:00:02.000Z)\n  it is not known whether it left this machine\n"));
  CHECK(text.find("issued by libcurl") == std::string::npos);
  CHECK(has(evidence_json(some_run(), evidence), R"("times_issued": null)"));
  attempt.verdict = "sending";
  attempt.name.clear();
  attempt.completed_at.reset();
  text = evidence_text(some_run(), evidence);
  CHECK(has(text,
            "Attempt 1: sending\n  recorded as under way 1970-01-01T00:00:01.000Z; no outcome is recorded yet\n"
            "  it is not known whether it left this machine\n"));
}

TEST_CASE("the request's status is that of its items, where they have the same") {
  RequestEvidence evidence = some_request();
  evidence.rows[0].status = RowStatus::kSubmitted;
  evidence.rows[0].reason.clear();
  evidence.rows[1].status = RowStatus::kNotSubmitted;
  evidence.rows[1].reason = "answered false";
  std::string text = evidence_text(some_run(), evidence);
  CHECK(has(text, "Request 12 of run 2026-10-3: 1 of 2 items submitted, 1 not_submitted\n"));
  CHECK(has(text, "  line 7: BI1  1.25 EUR  (INV-7): submitted\n  line 9: BI2  2: not_submitted: answered false\n"));
  std::string json = evidence_json(some_run(), evidence);
  CHECK(has(json, "\"status\": null,\n  \"reason\": \"\","));
  CHECK(has(json, "\"status\": \"not_submitted\",\n      \"reason\": \"answered false\""));
  evidence.rows[0] = evidence.rows[1];
  CHECK(has(evidence_text(some_run(), evidence), "Request 12 of run 2026-10-3: not_submitted: answered false\n"));
  CHECK(has(evidence_json(some_run(), evidence), "\"status\": \"not_submitted\",\n  \"reason\": \"answered false\","));
  evidence.rows[0].settled_by = "Ada";
  text = evidence_text(some_run(), evidence);
  CHECK(has(text, "Request 12 of run 2026-10-3: not_submitted\n"));
  CHECK(has(text, "BI2  2: not_submitted, settled by Ada: answered false\n"));
}

TEST_CASE("a reply cannot steer the screen, nor pass for a line of ours") {
  RequestEvidence evidence = some_request();
  evidence.attempts[0].body = "x\x1b[2J\nAttempt 2: answered\rAttempt 3";
  const std::string text = evidence_text(some_run(), evidence);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\r') == std::string::npos);
  CHECK(text.find("\nAttempt 2") == std::string::npos);
}

TEST_CASE("a request that waits says that it was not sent") {
  RequestEvidence evidence = some_request();
  evidence.attempts.clear();
  CHECK(has(evidence_text(some_run(), evidence), "It was not sent.\n"));
}

TEST_CASE("each decision that a person made stands below, the overruled ones too") {
  RequestEvidence evidence = some_request();
  CHECK_FALSE(has(evidence_text(some_run(), evidence), "decided"));
  evidence.settlements = {{"line 7", "not_submitted", "Ada", "a guess", WallTime(std::chrono::seconds(3))},
                          {"line 7", "submitted", "Bob\x1b", "asked", WallTime(std::chrono::seconds(4))}};
  CHECK(has(evidence_text(some_run(), evidence),
            "  line 7 settled as not_submitted by Ada 1970-01-01T00:00:03.000Z: a guess\n"
            "  line 7 settled as submitted by Bob? 1970-01-01T00:00:04.000Z: asked\n"));
  const std::string json = evidence_json(some_run(), evidence);
  CHECK(has(json, R"("settled_by": "Ada")"));
  CHECK(has(json, R"("settle_note": "asked")"));
}

TEST_CASE("JSON has the bytes as strings, and exactly in hex where they are not UTF-8") {
  RequestEvidence evidence = some_request();
  const std::string plain = evidence_json(some_run(), evidence);
  for (std::string_view part :
       {R"("request": 12)", R"("parent": 5)", R"("method": "POST")",
        R"("url": "https://e.test/v1/InstalledAddOns/XE00000000000000000000000000000001/Usage")",
        R"("body": "{\"billable_items\":[{\"sid\":\"BI1\",\"quantity\":12.350}]}")", R"("status": "unknown")",
        R"("reply_headers": "HTTP/1.1 202 Accepted\r\nX: y\r\n\r\n")", R"("reply_body": "{\"a\":1,\n\"b\"")",
        R"("http_status": 202)", R"("times_issued": 1)", R"("verdict": "unknown")"})
    CHECK(has(plain, part));
  CHECK(plain.find("_hex") == std::string::npos);
  CHECK(has(plain, R"("reply_body_may_be_cut": false)"));
  evidence.attempts[0].body = std::string(kMaxKeptReplyBytes, 'x');
  CHECK(has(evidence_json(some_run(), evidence), R"("reply_body_may_be_cut": true)"));
  CHECK(has(evidence_text(some_run(), evidence), "reply body, 1,048,576 bytes; no more is kept of a reply\n"));
  evidence.attempts[0].body = "a\xFFz";
  evidence.parent = 0;
  const std::string odd = evidence_json(some_run(), evidence);
  CHECK(has(odd, R"("reply_body_hex": "61ff7a")"));
  CHECK(has(odd, R"("parent": null)"));
}

}  // namespace
}  // namespace usage::test

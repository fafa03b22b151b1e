#include <doctest/doctest.h>

#include "ledger/ledger_fixture.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

TEST_CASE("planned requests come in order, above a number, at most as many as asked for, with their items in order") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  const auto all = ledger.planned_requests(run.id, 0, 10);
  REQUIRE(all.size() == 3);
  CHECK(all[0].number == 1);
  CHECK(all[0].request.installation == kFirst);
  REQUIRE(all[0].request.items.size() == 2);
  CHECK(all[0].request.items[0].billing_sid == kFee);
  CHECK(all[0].request.items[0].quantity.text() == "12.50");
  CHECK(all[0].request.items[1].billing_sid == kSeat);
  CHECK(all[0].request.items[1].quantity.text() == "0.001");
  const auto rows = rows_of(ledger, run.id);
  CHECK(all[0].rows == std::vector<RowId>{rows[0].id, rows[3].id});
  CHECK(all[1].rows == std::vector<RowId>{rows[1].id});
  CHECK(all[0].attempts == 0);
  CHECK(all[0].reposts == 0);
  CHECK(ledger.planned_requests(run.id, 0, 2).size() == 2);
  CHECK(ledger.planned_requests(run.id, 2, 9).at(0).number == 3);
  CHECK(ledger.planned_requests(run.id, 3, 9).empty());
  CHECK(ledger.planned_requests(run.id + 1, 0, 9).empty());
  CHECK(ledger.request_body(all[1].id) == "body two");
}

TEST_CASE("a request's body is kept byte for byte") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  ledger.open_period(kScope, kStart);
  ledger.begin_run(new_run());
  const std::string body("\0\xFF{\"a\":1}\n\0", 12);
  ledger.add_request(1, kFirst, body);
  ledger.add_row(new_row(kFirst, kFee, "1", 1, 0));
  const RunInfo run = ledger.commit_run();
  CHECK(ledger.request_body(request_id(ledger, run.id, 1)) == body);
}

TEST_CASE("an answer with an outcome of its own for one row ends up in the rows") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  const StoredRequest request = ledger.planned_requests(run.id, 0, 1).at(0);
  ledger.begin();
  attempt(ledger, request.id, Verdict::kAnswered, {true, false});
  ledger.finish_request(request.id,
                        {RowStatus::kSubmitted, "", {{request.rows[1], RowStatus::kNotSubmitted, "said no"}}});
  ledger.commit();

  const auto rows = rows_of(ledger, run.id);
  CHECK(rows[0].status == RowStatus::kSubmitted);
  CHECK(rows[0].reason.empty());
  CHECK(rows[0].attempts == 1);
  CHECK(rows[0].http_status == 202);
  CHECK(rows[0].error_code == "20429");
  CHECK(rows[0].twilio_request_id == "RQ7");
  CHECK(rows[0].sent_at == after(10));
  CHECK(rows[0].completed_at == after(11));
  CHECK(rows[0].settled_by.empty());
  CHECK_FALSE(rows[0].settled_at);
  CHECK(rows[3].status == RowStatus::kNotSubmitted);
  CHECK(rows[3].reason == "said no");
  CHECK(rows[1].status == RowStatus::kNotSent);
  CHECK(rows[1].http_status == 0);
  CHECK(ledger.planned_requests(run.id, 0, 9).size() == 2);
}

TEST_CASE("the raw reply is kept as it came") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  attempt(ledger, request_id(ledger, run.id, 1), Verdict::kUnknown, {}, 500);
  CHECK(raw_sql(fixture.path(), "SELECT hex(headers) || ' ' || hex(body) FROM reply") ==
        "485454502F312E312035303020580D0A 7B007D");
  CHECK(raw_sql(fixture.path(),
                "SELECT number || verdict || name || times_issued || http_status || fault FROM attempt") ==
        "1unknownsome-name15000");
}

TEST_CASE("a retry counts on, and the last attempt is the one that shows") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  const RequestId request = request_id(ledger, run.id, 2);
  attempt(ledger, request, Verdict::kNotProcessed, {}, 429);
  attempt(ledger, request, Verdict::kStopRun, {}, 401);
  CHECK(ledger.planned_requests(run.id, 1, 1).at(0).attempts == 2);
  CHECK(rows_of(ledger, run.id)[1].http_status == 401);
  CHECK(rows_of(ledger, run.id)[1].status == RowStatus::kNotSent);
  attempt(ledger, request, Verdict::kRefused, {}, 404);
  ledger.finish_request(request, {RowStatus::kFailed, "gone", {}});
  const RowRecord row = rows_of(ledger, run.id)[1];
  CHECK(row.attempts == 3);
  CHECK(row.http_status == 404);
  CHECK(row.status == RowStatus::kFailed);
  CHECK(row.reason == "gone");
}

TEST_CASE("a withdrawn claim leaves no trace, and its id is not given again") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  const RequestId request = request_id(ledger, run.id, 1);
  attempt(ledger, request, Verdict::kNotProcessed);
  const AttemptId claimed = ledger.start_attempt(request, after(20));
  ledger.withdraw_attempt(claimed);
  CHECK(ledger.counts(run.id).attempts == 1);
  CHECK(rows_of(ledger, run.id)[0].attempts == 1);
  CHECK(ledger.start_attempt(request, after(21)) != claimed);
  CHECK(ledger.counts(run.id).attempts == 2);
}

TEST_CASE("counts say how much was sent, and when") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  RunCounts counts = ledger.counts(run.id);
  CHECK(counts.requests == 3);
  CHECK(counts.attempts == 0);
  CHECK(counts.retries == 0);
  CHECK_FALSE(counts.first_sent_at);
  CHECK_FALSE(counts.last_completed_at);
  attempt(ledger, request_id(ledger, run.id, 1), Verdict::kNotProcessed);
  attempt(ledger, request_id(ledger, run.id, 1), Verdict::kNotProcessed);
  attempt(ledger, request_id(ledger, run.id, 3), Verdict::kUnknown);
  counts = ledger.counts(run.id);
  CHECK(counts.attempts == 3);
  CHECK(counts.retries == 1);
  CHECK(counts.first_sent_at == after(10));
  CHECK(counts.last_completed_at == after(11));
}

TEST_CASE("items that were not billed go into a request of their own, and the rest stay") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  const StoredRequest parent = ledger.planned_requests(run.id, 0, 1).at(0);
  ledger.begin();
  attempt(ledger, parent.id, Verdict::kNotProcessed);
  attempt(ledger, parent.id, Verdict::kAnswered, {true, false});
  const StoredRequest repost = ledger.add_repost(parent.id, std::vector<RowId>{parent.rows[1]}, "body again");
  ledger.finish_request(parent.id, {RowStatus::kSubmitted, "", {}});
  ledger.commit();

  CHECK(repost.number == 4);
  CHECK(repost.reposts == 1);
  CHECK(repost.attempts == 0);
  CHECK(repost.request.installation == kFirst);
  CHECK(repost.rows == std::vector<RowId>{parent.rows[1]});
  REQUIRE(repost.request.items.size() == 1);
  CHECK(repost.request.items[0] == parent.request.items[1]);
  CHECK(ledger.request_body(repost.id) == "body again");
  CHECK(ledger.request_body(parent.id) == "body one");
  CHECK(rows_of(ledger, run.id)[0].status == RowStatus::kSubmitted);
  CHECK(rows_of(ledger, run.id)[3].status == RowStatus::kNotSent);
  CHECK(rows_of(ledger, run.id)[3].request == 4);
  CHECK(rows_of(ledger, run.id)[3].attempts == 2);

  SUBCASE("a lost re-post does not touch what was billed") {
    attempt(ledger, repost.id, Verdict::kUnknown);
    ledger.finish_request(repost.id, {RowStatus::kUnknown, "lost", {}});
    const auto rows = rows_of(ledger, run.id);
    CHECK(rows[0].status == RowStatus::kSubmitted);
    CHECK(rows[3].status == RowStatus::kUnknown);
    CHECK(rows[3].reason == "lost");
    CHECK(rows[3].attempts == 3);
  }
  SUBCASE("a re-post's answer is its own, by its own positions") {
    attempt(ledger, repost.id, Verdict::kAnswered, {false});
    const StoredRequest third = ledger.add_repost(repost.id, repost.rows, "body thrice");
    ledger.finish_request(repost.id, {RowStatus::kNotSubmitted, "", {}});
    CHECK(third.reposts == 2);
    CHECK(third.number == 5);
    attempt(ledger, third.id, Verdict::kAnswered, {true});
    ledger.finish_request(third.id, {RowStatus::kSubmitted, "", {}});
    CHECK(rows_of(ledger, run.id)[3].status == RowStatus::kSubmitted);
    CHECK(rows_of(ledger, run.id)[3].attempts == 4);
  }
  SUBCASE("the object that made it hands it out once; the next life of the run finds it planned") {
    CHECK(ledger.planned_requests(run.id, 1, 9).size() == 2);
    CHECK(ledger.planned_counts(run.id).requests == 3);
    ledger = fixture.open();
    const auto planned = ledger.planned_requests(run.id, 3, 9);
    REQUIRE(planned.size() == 1);
    CHECK(planned[0].id == repost.id);
    CHECK(planned[0].reposts == 1);
    CHECK(planned[0].rows == repost.rows);
  }
}

TEST_CASE("a run of no longer life makes its unfinished attempts unknown, and nothing else") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  attempt(ledger, request_id(ledger, run.id, 1), Verdict::kNotProcessed, {}, 429);
  ledger.start_attempt(request_id(ledger, run.id, 1), after(30));
  attempt(ledger, request_id(ledger, run.id, 2), Verdict::kNotProcessed, {}, 429);
  Scope elsewhere = kScope;
  elsewhere.period = "2026-11";
  const RunInfo other = fixture.record_run(ledger, elsewhere);
  ledger.start_attempt(request_id(ledger, other.id, 1), after(31));

  ledger = fixture.open();
  CHECK(ledger.recover(run.id, after(40)) == 1);
  const auto rows = rows_of(ledger, run.id);
  CHECK(rows[0].status == RowStatus::kUnknown);
  CHECK(rows[0].reason == "the program ended while this request was under way");
  CHECK(rows[0].attempts == 2);
  CHECK(rows[0].http_status == 0);
  CHECK(rows[0].sent_at == after(30));
  CHECK(rows[0].completed_at == after(40));
  CHECK(rows[3].status == RowStatus::kUnknown);
  CHECK(rows[1].status == RowStatus::kNotSent);
  CHECK(rows[5].status == RowStatus::kNotSent);
  CHECK(rows_of(ledger, other.id)[0].status == RowStatus::kUnknown);
  CHECK(ledger.planned_requests(run.id, 0, 9).size() == 2);
  CHECK(ledger.recover(run.id, after(41)) == 0);
  CHECK(ledger.recover(other.id, after(41)) == 1);
}

TEST_CASE("an attempt that may have been processed and whose request has no outcome is in doubt at the next start") {
  for (const Verdict verdict : {Verdict::kUnknown, Verdict::kAnswered, Verdict::kRefused}) {
    const LedgerFixture fixture;
    Ledger ledger = fixture.open();
    const RunInfo run = fixture.record_run(ledger);
    attempt(ledger, request_id(ledger, run.id, 2), verdict, {true});
    CHECK(ledger.recover(run.id, after(40)) == 1);
    CHECK(rows_of(ledger, run.id)[1].status == RowStatus::kUnknown);
    CHECK(ledger.planned_requests(run.id, 0, 9).size() == 2);
  }
}

TEST_CASE("a settlement is what a row's status is from then on") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  attempt(ledger, request_id(ledger, run.id, 2), Verdict::kUnknown);
  ledger.finish_request(request_id(ledger, run.id, 2), {RowStatus::kUnknown, "lost", {}});
  const std::string id = std::to_string(rows_of(ledger, run.id)[1].id);
  for (const char* status : {"not_submitted", "submitted"})
    CHECK(raw_sql(fixture.path(), "INSERT INTO settlement (row, status, settled_by, note, settled_at) VALUES (" + id +
                                      ", '" + status + "', 'Ann', 'asked', 1793487600000000)") == "");
  const RowRecord row = rows_of(ledger, run.id)[1];
  CHECK(row.status == RowStatus::kSubmitted);
  CHECK(row.reason == "lost");
  CHECK(row.settled_by == "Ann");
  CHECK(row.settle_note == "asked");
  CHECK(row.settled_at == WallTime(std::chrono::microseconds(1793487600000000)));
  CHECK(raw_sql(fixture.path(), "UPDATE settlement SET note = 'x'").starts_with("error"));
  CHECK(raw_sql(fixture.path(), "DELETE FROM settlement").starts_with("error"));
}

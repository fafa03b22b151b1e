#include <doctest/doctest.h>

#include "ledger/ledger_fixture.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

TEST_CASE("evidence is the request as sent and every reply as received") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  const RequestId request = request_id(ledger, run.id, 1);
  attempt(ledger, request, Verdict::kNotProcessed, {}, 429);
  const AttemptId second = ledger.start_attempt(request, after(20));
  Delivery lost = delivery(0);
  lost.times_issued = 1;
  lost.connect_status = 200;
  lost.fault_text = "the connection was lost";
  lost.headers.clear();
  lost.body.clear();
  lost.started_at = after(21);
  lost.ended_at = after(22);
  ledger.end_attempt(second, lost, outcome(Verdict::kUnknown));
  ledger.finish_request(request, {RowStatus::kUnknown, "no reply", {}});

  const RequestEvidence found = ledger.evidence(run.id, 1).value();
  CHECK(found.number == 1);
  CHECK(found.parent == 0);
  CHECK(found.installation == kFirst);
  CHECK(found.body == "body one");
  REQUIRE(found.rows.size() == 2);
  CHECK(found.rows[0].billing_sid == kFee);
  CHECK(found.settlements.empty());
  const RowId row = rows_of(ledger, run.id).at(0).id;
  ledger.settle(std::vector<Settlement>{{row, RowStatus::kNotSubmitted, "Ada", "a guess", after(30)}});
  ledger.settle(std::vector<Settlement>{{row, RowStatus::kSubmitted, "Bob", "asked", after(40)}});
  const RequestEvidence settled = ledger.evidence(run.id, 1).value();
  CHECK(found.rows[0].status == RowStatus::kUnknown);
  CHECK(found.rows[0].reason == "no reply");
  CHECK(settled.rows[0].status == RowStatus::kSubmitted);
  CHECK(settled.rows[0].settled_by == "Bob");
  CHECK(settled.rows[1].status == RowStatus::kUnknown);
  CHECK(settled.rows[1].reason == "no reply");
  const std::string place = found.rows[0].place;
  CHECK(ledger.evidence(run.id, 1)->settlements ==
        std::vector<SettlementEvidence>{{place, "not_submitted", "Ada", "a guess", after(30)},
                                        {place, "submitted", "Bob", "asked", after(40)}});
  REQUIRE(found.attempts.size() == 2);
  CHECK(found.attempts[0].verdict == "not_processed");
  CHECK(found.attempts[0].name == "some-name");
  CHECK(found.attempts[0].reason == "some reason");
  CHECK(found.attempts[0].http_status == 429);
  CHECK(found.attempts[0].headers == "HTTP/1.1 429 X\r\n");
  CHECK(found.attempts[0].body == std::string("{\0}", 3));
  CHECK(found.attempts[0].error_code == "20429");
  CHECK(found.attempts[0].twilio_request_id == "RQ7");
  CHECK(found.attempts[0].sent_at == after(10));
  CHECK(found.attempts[0].completed_at == after(11));
  CHECK(found.attempts[1].id == second);
  CHECK(found.attempts[1].verdict == "unknown");
  CHECK(found.attempts[1].times_issued == 1);
  CHECK(found.attempts[1].http_status == 0);
  CHECK(found.attempts[1].connect_status == 200);
  CHECK(found.attempts[1].fault_text == "the connection was lost");
  CHECK(found.attempts[1].headers.empty());
  CHECK(found.attempts[1].body.empty());
  CHECK(found.attempts[1].sent_at == after(21));
}

TEST_CASE("a mebibyte is kept of a reply, and the evidence says that there may have been more") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  const RequestId request = request_id(ledger, run.id, 1);
  int at = 0;
  for (const std::size_t size : {kMaxKeptReplyBytes - 1, kMaxKeptReplyBytes, kMaxKeptReplyBytes + 1}) {
    const AttemptId id = ledger.start_attempt(request, after(++at));
    Delivery reply = delivery(429);
    reply.body = std::string(size, 'x');
    ledger.end_attempt(id, reply, outcome(Verdict::kNotProcessed));
  }
  const auto attempts = ledger.evidence(run.id, 1)->attempts;
  REQUIRE(attempts.size() == 3);
  CHECK(attempts[0].body.size() == kMaxKeptReplyBytes - 1);
  CHECK_FALSE(attempts[0].may_be_cut());
  CHECK(attempts[1].may_be_cut());
  CHECK(attempts[2].body.size() == kMaxKeptReplyBytes);
  CHECK(attempts[2].may_be_cut());
}

TEST_CASE("an attempt under way shows as sending, a request that was not sent has none, others there are not") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  ledger.start_attempt(request_id(ledger, run.id, 2), after(5));
  const RequestEvidence sending = ledger.evidence(run.id, 2).value();
  REQUIRE(sending.attempts.size() == 1);
  CHECK(sending.attempts[0].verdict == "sending");
  CHECK(sending.attempts[0].sent_at == after(5));
  CHECK_FALSE(sending.attempts[0].completed_at);
  CHECK_FALSE(sending.attempts[0].times_issued);
  CHECK(ledger.evidence(run.id, 2).value().rows.at(0).status == RowStatus::kUnknown);
  CHECK(ledger.evidence(run.id, 3).value().rows.at(0).status == RowStatus::kNotSent);
  CHECK(ledger.evidence(run.id, 3).value().attempts.empty());
  CHECK_FALSE(ledger.evidence(run.id, 0));
  CHECK_FALSE(ledger.evidence(run.id, 4));
  CHECK_FALSE(ledger.evidence(run.id + 1, 1));
}

TEST_CASE("how often an attempt left is not known where the program ended before it could record that") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  ledger.start_attempt(request_id(ledger, run.id, 1), after(5));
  ledger.recover(run.id, after(9));
  const AttemptEvidence found = ledger.evidence(run.id, 1)->attempts.at(0);
  CHECK(found.name == "interrupted");
  CHECK(found.completed_at == after(9));
  CHECK_FALSE(found.times_issued);
}

TEST_CASE("a request shows all its items in order, also those that left it to be posted again") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  ledger.open_period(kScope, kStart);
  ledger.begin_run(new_run());
  ledger.add_request(1, kFirst, "body");
  ledger.add_request(2, kSecond, "other");
  for (std::uint32_t i = 0; i < 4; ++i) {
    NewRow row = new_row(kFirst, kFee, "1", 1, i);
    row.place.line = 10 + i;
    ledger.add_row(row);
  }
  ledger.add_row(new_row(kSecond, kFee, "1", 2, 0));
  const RunInfo run = ledger.commit_run();
  const StoredRequest parent = ledger.planned_requests(run.id, 0, 1).at(0);
  attempt(ledger, parent.id, Verdict::kAnswered, {false, true, false, false});
  const std::vector<RowId> again = {parent.rows[0], parent.rows[2], parent.rows[3]};
  const StoredRequest repost = ledger.add_repost(parent.id, again, "second body");
  ledger.finish_request(parent.id, {RowStatus::kSubmitted, "", {}});
  attempt(ledger, repost.id, Verdict::kAnswered, {true, false, true});
  const StoredRequest third = ledger.add_repost(repost.id, std::vector{again[1]}, "third body");

  const auto rows = [&](std::uint32_t number) {
    const RequestEvidence found = ledger.evidence(run.id, number).value();
    std::vector<std::string> places;
    for (const RowEvidence& row : found.rows) places.push_back(row.place);
    return places;
  };
  CHECK(rows(1) == std::vector<std::string>{"line 10", "line 11", "line 12", "line 13"});
  CHECK(rows(repost.number) == std::vector<std::string>{"line 10", "line 12", "line 13"});
  CHECK(rows(third.number) == std::vector<std::string>{"line 12"});
  CHECK(rows(2) == std::vector<std::string>{"line 0"});
  const auto statuses = [&](std::uint32_t number) {
    std::vector<RowStatus> all;
    const RequestEvidence found = ledger.evidence(run.id, number).value();
    for (const RowEvidence& row : found.rows) all.push_back(row.status);
    return all;
  };
  ledger.finish_request(repost.id, {RowStatus::kSubmitted, "", {}});
  attempt(ledger, third.id, Verdict::kAnswered, {false});
  ledger.finish_request(third.id,
                        {RowStatus::kSubmitted, "", {{again[1], RowStatus::kNotSubmitted, "answered false"}}});
  CHECK(statuses(1) ==
        std::vector{RowStatus::kSubmitted, RowStatus::kSubmitted, RowStatus::kNotSubmitted, RowStatus::kSubmitted});
  CHECK(statuses(third.number) == std::vector{RowStatus::kNotSubmitted});
  CHECK(ledger.evidence(run.id, third.number)->rows[0].reason == "answered false");
  CHECK(ledger.evidence(run.id, repost.number)->parent == 1);
  CHECK(ledger.evidence(run.id, third.number)->parent == repost.number);
  CHECK(ledger.evidence(run.id, third.number)->body == "third body");
}

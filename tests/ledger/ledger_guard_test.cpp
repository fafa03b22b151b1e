// What the ledger refuses, whoever asks for it: the last line of defence against a second bill.
#include <doctest/doctest.h>

#include <algorithm>

#include "ledger/ledger_fixture.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

const std::string kConflict = "ledger-conflict";

// A ledger with a recorded run, made once: a copy costs no fsync.
std::filesystem::path recorded_ledger() {
  static const LedgerFixture fixture;
  static const bool recorded = [] {
    Ledger ledger = fixture.open();
    fixture.record_run(ledger);
    return true;
  }();
  REQUIRE(recorded);
  return fixture.path();
}

// A fresh ledger with a run whose request 1 has been through `before`, and what `then` ends with. Nothing of what is
// refused may remain, and the object must refuse everything after.
std::string refused(const std::function<void(Ledger&, RequestId)>& before,
                    const std::function<void(Ledger&, RequestId)>& then) {
  const TempFolder folder;
  const std::filesystem::path path = folder.path() / "ledger.db";
  std::filesystem::copy_file(recorded_ledger(), path);
  const std::string attempts = "SELECT group_concat(id || verdict) FROM attempt";
  std::string error;
  std::string found;
  {
    Ledger ledger = Ledger::open(path, LedgerAccess::kWrite);
    const RequestId request = request_id(ledger, 1, 1);
    before(ledger, request);
    found = raw_sql(path, attempts);
    error = error_of([&] { then(ledger, request); });
    if (!error.empty()) CHECK(error_of([&] { ledger.runs(); }) == "ledger-failed");
    if (!error.empty()) CHECK(error_of([&] { ledger.begin(); }) == "ledger-failed");
    if (!error.empty()) CHECK(error_of([&] { ledger.commit(); }) == "ledger-failed");
  }
  if (!error.empty()) CHECK(raw_sql(path, attempts) == found);
  return error;
}

void start(Ledger& ledger, RequestId request) {
  ledger.start_attempt(request, after(50));
}

std::function<void(Ledger&, RequestId)> ended(Verdict verdict, std::vector<bool> submitted = {true, false}) {
  return [=](Ledger& ledger, RequestId request) { attempt(ledger, request, verdict, submitted); };
}

std::function<void(Ledger&, RequestId)> finished(RowStatus status) {
  return [status](Ledger& ledger, RequestId request) { ledger.finish_request(request, {status, "r", {}}); };
}

void nothing(Ledger&, RequestId) {}

}  // namespace

TEST_CASE("a request is sent again only where every attempt before is proven not processed") {
  CHECK(refused(nothing, start).empty());
  CHECK(refused(ended(Verdict::kNotProcessed), start).empty());
  CHECK(refused(ended(Verdict::kStopRun), start).empty());
  CHECK(refused(start, start) == kConflict);
  CHECK(refused(ended(Verdict::kUnknown), start) == kConflict);
  CHECK(refused(ended(Verdict::kAnswered), start) == kConflict);
  CHECK(refused(ended(Verdict::kRefused), start) == kConflict);
  CHECK(refused(nothing, [](Ledger& ledger, RequestId) { start(ledger, 999); }) == kConflict);
}

TEST_CASE("two claims of one request in one transaction are refused, and the first goes with the second") {
  CHECK(refused(nothing, [](Ledger& ledger, RequestId request) {
          ledger.begin();
          start(ledger, request);
          start(ledger, request);
        }) == kConflict);
}

TEST_CASE("a request with its outcome is not sent") {
  for (const RowStatus status : {RowStatus::kFailed, RowStatus::kUnknown}) {
    CAPTURE(name_of(status));
    CHECK(refused(finished(status), start) == kConflict);
  }
}

TEST_CASE("a request of a run that has ended is not sent") {
  for (const RunState state : {RunState::kFinished, RunState::kAbandoned}) {
    CHECK(refused([state](Ledger& ledger, RequestId) { ledger.end_run(1, state, "over", "", after(20)); }, start) ==
          kConflict);
  }
  CHECK(refused([](Ledger& ledger, RequestId) { ledger.end_run(1, RunState::kOpen, "stop", "", after(20)); }, start)
            .empty());
}

TEST_CASE("an attempt ends once, and is withdrawn only while it is under way") {
  const AttemptId first = 1;
  const auto end = [](Ledger& ledger, RequestId) {
    ledger.end_attempt(first, delivery(429), outcome(Verdict::kNotProcessed));
  };
  const auto withdraw = [](Ledger& ledger, RequestId) { ledger.withdraw_attempt(first); };
  CHECK(refused(start, end).empty());
  CHECK(refused(start, withdraw).empty());
  CHECK(refused(ended(Verdict::kUnknown), end) == kConflict);
  CHECK(refused(ended(Verdict::kUnknown), withdraw) == kConflict);
  CHECK(refused(ended(Verdict::kNotProcessed), withdraw) == kConflict);
  CHECK(refused(nothing, end) == kConflict);
  CHECK(refused(nothing, withdraw) == kConflict);
}

TEST_CASE("an outcome is what the last attempt proves, and nothing else") {
  const std::vector<std::pair<Verdict, std::vector<RowStatus>>> kProven = {
      {Verdict::kUnknown, {RowStatus::kUnknown}},
      {Verdict::kRefused, {RowStatus::kFailed, RowStatus::kUnknown}},
      {Verdict::kNotProcessed, {RowStatus::kFailed, RowStatus::kUnknown, RowStatus::kNotSent}},
      {Verdict::kStopRun, {RowStatus::kFailed, RowStatus::kUnknown, RowStatus::kNotSent}},
      {Verdict::kAnswered, {RowStatus::kUnknown}}};  // one item yes, one no: neither holds for both
  for (const auto& entry : kProven)
    for (std::size_t i = 0; i < kRowStatusNames.size(); ++i) {
      const auto verdict = entry.first;
      const auto status = static_cast<RowStatus>(i);
      CAPTURE(static_cast<int>(verdict));
      CAPTURE(name_of(status));
      const bool allowed = std::ranges::count(entry.second, status) > 0;
      CHECK(refused(ended(verdict), finished(status)) == (allowed ? "" : kConflict));
    }
}

TEST_CASE("a request has no outcome while an attempt of it is under way") {
  CHECK(refused(start, finished(RowStatus::kUnknown)) == kConflict);
  CHECK(refused(start, finished(RowStatus::kFailed)) == kConflict);
}

TEST_CASE("an outcome never changes") {
  for (const RowStatus first : {RowStatus::kFailed, RowStatus::kUnknown})
    for (const RowStatus second : {RowStatus::kFailed, RowStatus::kUnknown, RowStatus::kNotSent, RowStatus::kSubmitted})
      CHECK(refused(finished(first), finished(second)) == kConflict);
}

TEST_CASE("no item is counted as billed that the answer says was not, nor the other way about") {
  const auto answer = [](std::vector<bool> submitted, RowStatus status, std::vector<RowStatus> others) {
    return refused(ended(Verdict::kAnswered, submitted), [&](Ledger& ledger, RequestId request) {
      RequestResult result{status, "", {}};
      const RowId first = 1;
      const RowId second = 4;
      if (!others.empty()) result.others.push_back({second, others[0], "other"});
      if (others.size() > 1) result.others.push_back({first, others[1], "other"});
      ledger.finish_request(request, result);
    });
  };
  CHECK(answer({true, true}, RowStatus::kSubmitted, {}).empty());
  CHECK(answer({false, false}, RowStatus::kNotSubmitted, {}).empty());
  CHECK(answer({true, false}, RowStatus::kSubmitted, {RowStatus::kNotSubmitted}).empty());
  CHECK(answer({true, false}, RowStatus::kSubmitted, {RowStatus::kUnknown}).empty());
  CHECK(answer({false, true}, RowStatus::kNotSubmitted, {RowStatus::kSubmitted}).empty());
  CHECK(answer({true, false}, RowStatus::kUnknown, {}).empty());
  CHECK(answer({true, false}, RowStatus::kSubmitted, {}) == kConflict);
  CHECK(answer({false, true}, RowStatus::kSubmitted, {}) == kConflict);
  CHECK(answer({true, false}, RowStatus::kNotSubmitted, {}) == kConflict);
  CHECK(answer({true, true}, RowStatus::kNotSubmitted, {}) == kConflict);
  CHECK(answer({true, true}, RowStatus::kSubmitted, {RowStatus::kNotSubmitted}) == kConflict);
  CHECK(answer({true, false}, RowStatus::kNotSubmitted, {RowStatus::kSubmitted}) == kConflict);
  CHECK(answer({true, false}, RowStatus::kSubmitted, {RowStatus::kFailed}) == kConflict);
  CHECK(answer({true, false}, RowStatus::kSubmitted, {RowStatus::kNotSubmitted, RowStatus::kNotSubmitted}) ==
        kConflict);
}

TEST_CASE("a row has an outcome of its own only in its own, answered request") {
  const auto other = [](Verdict verdict, RowId row) {
    return refused(ended(verdict), [row](Ledger& ledger, RequestId request) {
      ledger.finish_request(request, {RowStatus::kUnknown, "", {{row, RowStatus::kUnknown, ""}}});
    });
  };
  CHECK(other(Verdict::kAnswered, 4).empty());
  CHECK(other(Verdict::kAnswered, 2) == kConflict);  // of request 2
  CHECK(other(Verdict::kAnswered, 3) == kConflict);  // invalid
  CHECK(other(Verdict::kAnswered, 99) == kConflict);
  CHECK(other(Verdict::kUnknown, 4) == kConflict);
  CHECK(other(Verdict::kNotProcessed, 4) == kConflict);
}

TEST_CASE("an item is posted again only where the answer says that it was not billed") {
  const auto repost = [](std::vector<RowId> rows) {
    return [rows](Ledger& ledger, RequestId request) { ledger.add_repost(request, rows, "again"); };
  };
  CHECK(refused(ended(Verdict::kAnswered), repost({4})).empty());
  CHECK(refused(ended(Verdict::kAnswered), repost({1})) == kConflict);
  CHECK(refused(ended(Verdict::kAnswered), repost({4, 1})) == kConflict);
  CHECK(refused(ended(Verdict::kAnswered), repost({4, 4})) == kConflict);
  CHECK(refused(ended(Verdict::kAnswered), repost({2})) == kConflict);
  CHECK(refused(ended(Verdict::kAnswered), repost({})) == kConflict);
  CHECK(refused(nothing, repost({4})) == kConflict);
  CHECK(refused(start, repost({4})) == kConflict);
  for (const Verdict verdict : {Verdict::kUnknown, Verdict::kRefused, Verdict::kNotProcessed, Verdict::kStopRun})
    CHECK(refused(ended(verdict), repost({4})) == kConflict);
  const auto answered_and_finished = [](Ledger& ledger, RequestId request) {
    attempt(ledger, request, Verdict::kAnswered, {true, false});
    ledger.finish_request(request, {RowStatus::kSubmitted, "", {{4, RowStatus::kNotSubmitted, ""}}});
  };
  CHECK(refused(answered_and_finished, repost({4})) == kConflict);
}

TEST_CASE("not even SQL past the program undoes what has ended") {
  const LedgerFixture fixture;
  {
    Ledger ledger = fixture.open();
    const RunInfo run = fixture.record_run(ledger);
    attempt(ledger, request_id(ledger, run.id, 1), Verdict::kUnknown);
    ledger.finish_request(request_id(ledger, run.id, 1), {RowStatus::kUnknown, "", {}});
    attempt(ledger, request_id(ledger, run.id, 2), Verdict::kAnswered, {true});
    CHECK(raw_sql(fixture.path(), "UPDATE request SET status = 'failed' WHERE id = 2").starts_with("error"));
    ledger.finish_request(request_id(ledger, run.id, 2), {RowStatus::kSubmitted, "", {}});
    ledger.end_run(run.id, RunState::kAbandoned, "abandoned", "", after(60));
  }
  for (const char* sql :
       {"UPDATE attempt SET verdict = 'not_processed'", "UPDATE attempt SET submitted = '0' WHERE verdict = 'answered'",
        "UPDATE attempt SET request = 3 WHERE id = 1", "DELETE FROM attempt WHERE id = 1",
        "UPDATE request SET status = 'not_sent' WHERE id = 1", "UPDATE request SET status = 'submitted' WHERE id = 1",
        "UPDATE request SET status = 'failed' WHERE id = 2", "DELETE FROM request WHERE id = 3",
        "UPDATE usage_row SET status = 'submitted' WHERE id = 3", "UPDATE usage_row SET request = 3 WHERE id = 1",
        "DELETE FROM usage_row WHERE id = 5", "UPDATE run SET state = 'open'",
        "INSERT INTO attempt (request, number, verdict, sent_at) VALUES (1, 2, 'sending', 0)",
        "INSERT INTO attempt (request, number, verdict, sent_at) VALUES (3, 1, 'sending', 0)"}) {
    CAPTURE(sql);
    CHECK(raw_sql(fixture.path(), sql).starts_with("error"));
  }
}

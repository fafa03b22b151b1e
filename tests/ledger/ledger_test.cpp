#include "usage/ledger/ledger.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/recorded_run.h"

namespace usage {
namespace {

using namespace test;

Delivery delivery() {
  Delivery delivery;
  delivery.times_issued = 1;
  delivery.http_status = 299;
  delivery.headers = "HTTP/1.1 299 Odd\r\n\r\n";
  delivery.body = "bo\0dy";
  delivery.started_at = WallTime(std::chrono::seconds(100));
  delivery.ended_at = WallTime(std::chrono::seconds(101));
  return delivery;
}

AttemptOutcome outcome(Verdict verdict) {
  AttemptOutcome outcome;
  outcome.verdict = verdict;
  outcome.name = "a-name";
  outcome.reason = "a reason";
  outcome.error_code = "20429";
  outcome.twilio_request_id = "RQ1";
  return outcome;
}

AttemptId start(Ledger& ledger, RequestId request) {
  ledger.begin();
  const AttemptId attempt = ledger.start_attempt(request, WallTime(std::chrono::seconds(99)));
  ledger.commit();
  return attempt;
}

void attempt_once(Ledger& ledger, RequestId request, Verdict verdict) {
  const AttemptId attempt = start(ledger, request);
  ledger.begin();
  ledger.end_attempt(attempt, delivery(), outcome(verdict));
  ledger.commit();
}

void finish(Ledger& ledger, RequestId request, const RequestResult& result) {
  ledger.begin();
  ledger.finish_request(request, result);
  ledger.commit();
}

// A recorded run of three requests with two items each.
struct RunCase {
  RunCase() : ledger(at.open()), run(record_run(ledger, 3, 2)) {}
  StoredRequest request(std::uint32_t number) const { return ledger.planned_requests(run.id, number - 1, 1).at(0); }
  std::string error_of_start(RequestId request) {
    return ledger_error([&] { start(ledger, request); });
  }
  LedgerFolder at;
  Ledger ledger;
  RunInfo run;
};

}  // namespace

TEST_CASE("a run is found again as it was recorded") {
  const LedgerFolder at;
  Ledger ledger = at.open();
  ledger.open_period(kScope, at.clock.wall_now());
  NewRun begun = new_run();
  begun.retry_503 = true;
  begun.started_at = at.clock.wall_now();
  begun.warnings = {{"equal-rows", "two rows are equal"}};
  Total total{RowStatus::kNotSent, "EUR", 4, 1, {}};
  total.amount += quantity("12.355");
  begun.input_totals = {total};
  InputFile file;
  file.name = "usage.csv";
  file.digest = "f1le";
  file.bytes = 4711;
  file.delimiter = ';';
  file.mapping.billing_sid = "Billing";
  begun.files = {file};
  ledger.begin_run(begun);
  ledger.commit_run();
  const RunInfo run = at.open(LedgerAccess::kRead).find_run("last").value();
  CHECK(run.name == "2026-10-1");
  CHECK(run.scope.account == kScope.account);
  CHECK(run.state == RunState::kOpen);
  CHECK(run.retry_503);
  CHECK(run.started_at == at.clock.wall_now());
  CHECK(run.warnings == begun.warnings);
  CHECK(run.input_totals == begun.input_totals);
  CHECK(run.content_digest == "d1gest");
  CHECK(run.program_version == "9.8.7");
  CHECK(run.out_folder == "/somewhere/out");
  REQUIRE(run.files.size() == 1);
  CHECK(run.files[0].name == "usage.csv");
  CHECK(run.files[0].bytes == 4711);
  CHECK(run.files[0].delimiter == ';');
  CHECK(run.files[0].mapping.billing_sid == "Billing");
  CHECK_FALSE(run.ended_at);
}

TEST_CASE("nothing remains of a run whose recording was not committed") {
  const LedgerFolder at;
  {
    Ledger ledger = at.open();
    ledger.open_period(kScope, at.clock.wall_now());
    ledger.begin_run(new_run());
    record_request(ledger, 1, {{"BI1", quantity("1")}});
  }
  Ledger ledger = at.open();
  CHECK(ledger.runs().empty());
  CHECK(record_run(ledger, 1).name == "2026-10-1");
  CHECK(rows_of(ledger, 1).size() == 1);
}

TEST_CASE("a run needs a period that was opened") {
  const LedgerFolder at;
  Ledger ledger = at.open();
  CHECK(ledger_error([&] { ledger.begin_run(new_run()); }) == "ledger-conflict");
}

TEST_CASE("runs are named PERIOD-N, without regard to case and over all scopes") {
  const LedgerFolder at;
  Ledger ledger = at.open();
  CHECK(record_run(ledger, 1, 1, {"https://a.test", "AC1", "Oct"}).name == "Oct-1");
  CHECK(record_run(ledger, 1, 1, {"https://b.test", "AC1", "OCT"}).name == "OCT-2");
  CHECK(record_run(ledger, 1, 1, {"https://a.test", "AC1", "Nov"}).name == "Nov-1");
  CHECK(ledger.next_run_name("oct") == "oct-3");
  CHECK(ledger.find_run("oCt-2").value().scope.endpoint == "https://b.test");
  CHECK(ledger.find_run("LAST").value().name == "Nov-1");
  CHECK_FALSE(ledger.find_run("oct-3"));
  CHECK(ledger.runs().size() == 3);
  CHECK(ledger.runs_of({"https://a.test", "AC1", "oct"}).size() == 1);
  CHECK(ledger.runs_of({"https://a.test", "AC2", "oct"}).empty());
}

TEST_CASE("a period is opened once, whatever its letter case, and belongs to one scope") {
  const LedgerFolder at;
  Ledger ledger = at.open();
  for (const char* name : {"Oct", "Nov", "OCT"}) ledger.open_period({"https://a.test", "AC1", name}, WallTime{});
  ledger.open_period({"https://a.test", "AC2", "Dec"}, WallTime{});
  CHECK(ledger.periods("https://a.test", "AC1") == std::vector<std::string>{"Oct", "Nov"});
  CHECK(ledger.periods("https://a.test", "AC2") == std::vector<std::string>{"Dec"});
  CHECK(ledger.periods("https://b.test", "AC1").empty());
}

TEST_CASE("planned requests come in order with rows and items, and the body as it was recorded") {
  RunCase t;
  const auto planned = t.ledger.planned_requests(t.run.id, 1, 1);
  REQUIRE(planned.size() == 1);
  CHECK(planned[0].number == 2);
  CHECK(planned[0].request.installation == installation_sid(2));
  const std::vector<BillableItem> items = {{"BI1", quantity("2.01")}, {"BI2", quantity("2.02")}};
  CHECK(planned[0].request.items == items);
  CHECK(planned[0].rows == std::vector<RowId>{3, 4});
  CHECK(t.ledger.request_body(planned[0].id) == "body of " + installation_sid(2));
  CHECK(t.ledger.planned_requests(t.run.id, 0, 10).size() == 3);
  CHECK(t.ledger.planned_requests(t.run.id, 3, 10).empty());
}

TEST_CASE("a request may have one attempt that is under way, answered, refused or in doubt, and no other") {
  RunCase t;
  const RequestId request = t.request(1).id;
  SUBCASE("under way") {
    start(t.ledger, request);
  }
  SUBCASE("answered") {
    attempt_once(t.ledger, request, Verdict::kAnswered);
  }
  SUBCASE("refused") {
    attempt_once(t.ledger, request, Verdict::kRefused);
  }
  SUBCASE("in doubt") {
    attempt_once(t.ledger, request, Verdict::kUnknown);
  }
  CHECK(t.error_of_start(request) == "ledger-conflict");
  CHECK(t.at.open().counts(t.run.id).attempts == 1);
}

TEST_CASE("a request proven not processed may have another attempt") {
  RunCase t;
  const RequestId request = t.request(1).id;
  attempt_once(t.ledger, request, Verdict::kNotProcessed);
  attempt_once(t.ledger, request, Verdict::kStopRun);
  CHECK(t.request(1).attempts == 2);
  CHECK(t.error_of_start(request).empty());
}

TEST_CASE("a request with its outcome takes no attempt and no other outcome") {
  RunCase t;
  const RequestId request = t.request(1).id;
  finish(t.ledger, request, {RowStatus::kFailed, "gave up", {}});
  SUBCASE("attempt") {
    CHECK(t.error_of_start(request) == "ledger-conflict");
  }
  SUBCASE("outcome") {
    const auto again = [&] { finish(t.ledger, request, {RowStatus::kSubmitted, "", {}}); };
    CHECK(ledger_error(again) == "ledger-conflict");
  }
  Ledger reopened = t.at.open();
  CHECK(reopened.counts(t.run.id).attempts == 0);
  CHECK(rows_of(reopened, t.run.id)[0].status == RowStatus::kFailed);
}

TEST_CASE("an attempt ends once") {
  RunCase t;
  const AttemptId attempt = start(t.ledger, t.request(1).id);
  t.ledger.begin();
  t.ledger.end_attempt(attempt, delivery(), outcome(Verdict::kNotProcessed));
  CHECK(ledger_error([&] { t.ledger.end_attempt(attempt, delivery(), outcome(Verdict::kAnswered)); }) ==
        "ledger-conflict");
}

TEST_CASE("after a failed change nothing of its transaction remains and everything is refused") {
  RunCase t;
  const RequestId first = t.request(1).id;
  const RequestId second = t.request(2).id;
  attempt_once(t.ledger, first, Verdict::kUnknown);
  t.ledger.begin();
  t.ledger.start_attempt(second, WallTime{});
  CHECK(ledger_error([&] { t.ledger.start_attempt(first, WallTime{}); }) == "ledger-conflict");
  CHECK(ledger_error([&] { t.ledger.start_attempt(second, WallTime{}); }) == "ledger-failed");
  CHECK(ledger_error([&] { t.ledger.commit(); }) == "ledger-failed");
  CHECK(ledger_error([&] { t.ledger.begin(); }) == "ledger-failed");
  CHECK(t.at.open().recover(t.run.id, WallTime{}) == 0);
}

TEST_CASE("what an earlier life left under way is in doubt and never planned again") {
  RunCase t;
  const RequestId request = t.request(2).id;
  start(t.ledger, request);
  CHECK(t.ledger.recover(t.run.id + 1, WallTime{}) == 0);
  CHECK(t.ledger.recover(t.run.id, WallTime(std::chrono::seconds(200))) == 1);
  CHECK(t.ledger.recover(t.run.id, WallTime{}) == 0);
  const auto planned = t.ledger.planned_requests(t.run.id, 0, 10);
  REQUIRE(planned.size() == 2);
  CHECK(planned[0].number == 1);
  CHECK(planned[1].number == 3);
  const auto rows = rows_of(t.ledger, t.run.id);
  CHECK(rows[2].status == RowStatus::kUnknown);
  CHECK(rows[3].status == RowStatus::kUnknown);
  CHECK(rows[2].reason == "the program ended while this request was under way");
  CHECK(rows[2].attempts == 1);
  CHECK(rows[2].completed_at == WallTime(std::chrono::seconds(200)));
  CHECK(rows[1].status == RowStatus::kNotSent);
  CHECK(t.error_of_start(request) == "ledger-conflict");
}

TEST_CASE("a process that dies with one request under way leaves exactly that one in doubt") {
  const LedgerFolder at;
  const pid_t child = fork();
  if (child == 0) {  // no destructor runs, as if it had been killed
    Ledger ledger = at.open();
    const RunInfo run = record_run(ledger, 3);
    start(ledger, ledger.planned_requests(run.id, 1, 1).at(0).id);
    ledger.begin();
    ledger.start_attempt(ledger.planned_requests(run.id, 2, 1).at(0).id, WallTime{});  // never committed
    _exit(0);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  Ledger ledger = at.open();
  const RunId run = ledger.find_run("last").value().id;
  CHECK(ledger.recover(run, WallTime{}) == 1);
  CHECK(ledger.counts(run).attempts == 1);
  CHECK(ledger.planned_requests(run, 1, 1).at(0).number == 3);
}

TEST_CASE("a withdrawn attempt is as if it had never been") {
  RunCase t;
  const RequestId request = t.request(1).id;
  attempt_once(t.ledger, request, Verdict::kNotProcessed);
  const AttemptId attempt = start(t.ledger, request);
  t.ledger.begin();
  t.ledger.withdraw_attempt(attempt);
  t.ledger.commit();
  CHECK(t.ledger.counts(t.run.id).attempts == 1);
  CHECK(rows_of(t.ledger, t.run.id)[0].http_status == 299);  // of the earlier attempt
  CHECK(t.error_of_start(request).empty());
}

TEST_CASE("an attempt that has ended is not withdrawn") {
  RunCase t;
  const AttemptId attempt = start(t.ledger, t.request(1).id);
  t.ledger.begin();
  t.ledger.end_attempt(attempt, delivery(), outcome(Verdict::kUnknown));
  CHECK(ledger_error([&] { t.ledger.withdraw_attempt(attempt); }) == "ledger-conflict");
}

TEST_CASE("a re-post takes its rows along into a request of its own") {
  RunCase t;
  const StoredRequest parent = t.request(1);
  attempt_once(t.ledger, parent.id, Verdict::kAnswered);
  t.ledger.begin();
  const StoredRequest again = t.ledger.add_repost(parent.id, std::vector<RowId>{parent.rows[1]}, "body again");
  t.ledger.finish_request(parent.id, {RowStatus::kSubmitted, "", {}});
  t.ledger.commit();
  CHECK(again.number == 4);
  CHECK(again.reposts == 1);
  CHECK(again.attempts == 0);
  CHECK(again.request.installation == installation_sid(1));
  CHECK(again.request.items == std::vector<BillableItem>{{"BI2", quantity("1.02")}});
  CHECK(again.rows == std::vector<RowId>{parent.rows[1]});
  CHECK(t.ledger.request_body(again.id) == "body again");
  const auto rows = rows_of(t.ledger, t.run.id);
  CHECK(rows[0].status == RowStatus::kSubmitted);
  CHECK(rows[0].request == 1);
  CHECK(rows[1].status == RowStatus::kNotSent);
  CHECK(rows[1].request == 4);
  CHECK(t.error_of_start(again.id).empty());
}

TEST_CASE("only an answered request's own rows are posted again") {
  RunCase t;
  const StoredRequest parent = t.request(1);
  RowId row = parent.rows[0];
  SUBCASE("never sent") {}
  SUBCASE("under way") {
    start(t.ledger, parent.id);
  }
  SUBCASE("in doubt") {
    attempt_once(t.ledger, parent.id, Verdict::kUnknown);
  }
  SUBCASE("refused") {
    attempt_once(t.ledger, parent.id, Verdict::kRefused);
  }
  SUBCASE("another request's row") {
    attempt_once(t.ledger, parent.id, Verdict::kAnswered);
    row = t.request(2).rows[0];
  }
  t.ledger.begin();
  CHECK(ledger_error([&] { t.ledger.add_repost(parent.id, std::vector<RowId>{row}, "body"); }) == "ledger-conflict");
}

TEST_CASE("rows come in input order, each with its status and reason") {
  RunCase t;
  const StoredRequest first = t.request(1);
  attempt_once(t.ledger, first.id, Verdict::kAnswered);
  finish(t.ledger, first.id, {RowStatus::kSubmitted, "", {{first.rows[1], RowStatus::kNotSubmitted, "not billed"}}});
  finish(t.ledger, t.request(2).id, {RowStatus::kFailed, "HTTP 404", {}});
  t.ledger.begin();
  t.ledger.end_run(t.run.id, RunState::kOpen, "max-unknown", "too many in doubt", WallTime{});
  t.ledger.commit();
  const auto rows = rows_of(t.ledger, t.run.id);
  REQUIRE(rows.size() == 6);
  using enum RowStatus;
  const std::vector<RowStatus> statuses = {kSubmitted, kNotSubmitted, kFailed, kFailed, kNotSent, kNotSent};
  const std::vector<std::string> reasons = {"",         "not billed",        "HTTP 404",
                                            "HTTP 404", "too many in doubt", "too many in doubt"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    CHECK(rows[i].ordinal == i);
    CHECK(rows[i].status == statuses[i]);
    CHECK(rows[i].reason == reasons[i]);
  }
  CHECK(rows[1].quantity == "1.02");
  CHECK(rows[1].place == RowPlace{1001, 61, 11});
  CHECK(rows[1].http_status == 299);
  CHECK(rows[1].error_code == "20429");
  CHECK(rows[1].twilio_request_id == "RQ1");
  CHECK(rows[1].sent_at == WallTime(std::chrono::seconds(100)));
  CHECK(rows[1].completed_at == WallTime(std::chrono::seconds(101)));
  CHECK(rows[5].usage_row == "R-" + t.ledger.identity().id.substr(0, 8) + "-6");
}

TEST_CASE("a row in no request keeps its own status, and only a charge has a name") {
  const LedgerFolder at;
  Ledger ledger = at.open();
  ledger.open_period(kScope, WallTime{});
  ledger.begin_run(new_run());
  NewRow row;
  row.installation = "no SID";
  row.quantity = "1,5";
  row.status = RowStatus::kInvalid;
  row.reason = "the installation is no SID";
  ledger.add_row(row);
  const std::string sid = installation_sid(8);
  row = {};
  row.installation = sid;
  row.reason = "held back";
  ledger.add_row(row);
  const auto rows = rows_of(ledger, ledger.commit_run().id);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].status == RowStatus::kInvalid);
  CHECK(rows[0].reason == "the installation is no SID");
  CHECK_FALSE(rows[0].has_amount);
  CHECK(rows[0].usage_row.empty());
  CHECK(rows[1].status == RowStatus::kNotSent);
  CHECK(rows[1].reason == "held back");
  CHECK_FALSE(rows[1].usage_row.empty());
}

TEST_CASE("counts tell attempts from retries, and what is still to be sent") {
  RunCase t;
  CHECK(t.ledger.planned_counts(t.run.id).requests == 3);
  CHECK_FALSE(t.ledger.counts(t.run.id).first_sent_at);
  attempt_once(t.ledger, t.request(1).id, Verdict::kNotProcessed);
  attempt_once(t.ledger, t.request(1).id, Verdict::kNotProcessed);
  attempt_once(t.ledger, t.request(2).id, Verdict::kRefused);
  finish(t.ledger, t.request(2).id, {RowStatus::kFailed, "HTTP 404", {}});
  const RunCounts counts = t.ledger.counts(t.run.id);
  CHECK(counts.requests == 3);
  CHECK(counts.attempts == 3);
  CHECK(counts.retries == 1);
  CHECK(counts.first_sent_at == WallTime(std::chrono::seconds(100)));
  CHECK(counts.last_completed_at == WallTime(std::chrono::seconds(101)));
  CHECK(t.ledger.planned_counts(t.run.id).requests == 2);
  CHECK(t.ledger.planned_counts(t.run.id).installations == 2);
}

TEST_CASE("a run that is finished is not ended again, an open one is") {
  RunCase t;
  const auto end = [&](RunState state) {
    t.ledger.begin();
    t.ledger.end_run(t.run.id, state, "a-name", "a reason", WallTime(std::chrono::seconds(300)));
    t.ledger.commit();
  };
  end(RunState::kOpen);
  end(RunState::kFinished);
  const RunInfo run = t.ledger.find_run("2026-10-1").value();
  CHECK(run.state == RunState::kFinished);
  CHECK(run.stop_name == "a-name");
  CHECK(run.stop_reason == "a reason");
  CHECK(run.ended_at == WallTime(std::chrono::seconds(300)));
  CHECK(ledger_error([&] { end(RunState::kOpen); }) == "ledger-conflict");
}

TEST_CASE("a warning is kept once") {
  RunCase t;
  for (const char* text : {"one", "two", "one"}) t.ledger.add_warning(t.run.id, {"name", text});
  CHECK(t.ledger.find_run("last").value().warnings == std::vector<Warning>{{"name", "one"}, {"name", "two"}});
}

}  // namespace usage

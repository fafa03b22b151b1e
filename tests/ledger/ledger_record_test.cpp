#include <doctest/doctest.h>

#include "ledger/ledger_fixture.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

TEST_CASE("a new ledger holds nothing but its identity") {
  const LedgerFixture fixture;
  const Ledger ledger = fixture.open();
  CHECK(ledger.identity().id.size() == 16);
  CHECK(ledger.identity().run_count == 0);
  CHECK(ledger.runs().empty());
  CHECK_FALSE(ledger.find_run("last"));
  CHECK(ledger.periods(kScope.endpoint, kScope.account).empty());
}

TEST_CASE("two ledgers have two identities") {
  const LedgerFixture a;
  const LedgerFixture b;
  CHECK(a.open().identity().id != b.open().identity().id);
}

TEST_CASE("a run comes back from another process's view with everything that was recorded") {
  const LedgerFixture fixture;
  NewRun run = new_run();
  InputFile file;
  file.name = "oct.csv";
  file.spool = "/spool/oct.csv";
  file.digest = "fd";
  file.bytes = 5'000'000'000;
  file.encoding = Encoding::kUtf16Be;
  file.spool_bytes = 6'000'000'000;
  file.spool_digest = "sd";
  file.body_offset = 77;
  file.header_line = 4'000'000'000;
  file.delimiter = ';';
  file.decimal_sign = DecimalSign::kComma;
  file.grouping = DigitGrouping::kApostrophe;
  file.had_bom_or_other_encoding = true;
  file.header = "a;b;\"c\nd\"";
  file.mapping = {"m-inst", "m-item", "m-amount", "m-line", "m-currency", "m-row",
                  "k-inst", "k-item", "c-inst",   "c-item", "c-currency"};
  run.files = {file, InputFile{}};
  run.files[1].name = "second.csv";
  const Amount large = std::get<Amount>(Amount::parse("12345678901234567890123.000000000000001"));
  run.input_totals = {{RowStatus::kNotSent, "USD", 3, 0, large}, {RowStatus::kInvalid, "", 2, 1, Amount()}};
  run.warnings = {{"equal-rows", "two"}, {"billing-sid-form", "one"}, {"equal-rows", "two"}};
  run.retry_503 = true;
  {
    Ledger ledger = fixture.open();
    ledger.open_period(kScope, kStart);
    ledger.begin_run(run);
    ledger.commit_run();
  }
  const RunInfo info = fixture.open(LedgerAccess::kRead).find_run("2026-10-1").value();
  CHECK(info.name == "2026-10-1");
  CHECK(info.scope.endpoint == kScope.endpoint);
  CHECK(info.scope.account == kScope.account);
  CHECK(info.scope.period == kScope.period);
  CHECK(info.state == RunState::kOpen);
  CHECK(info.content_digest == "d1");
  CHECK(info.retry_503);
  CHECK(info.program_version == "1.2.3");
  CHECK(info.out_folder == "/results/here");
  CHECK(info.started_at == kStart);
  CHECK_FALSE(info.ended_at);
  REQUIRE(info.files.size() == 2);
  CHECK(info.files[0].name == "oct.csv");
  CHECK(info.files[0].spool == "/spool/oct.csv");
  CHECK(info.files[0].digest == "fd");
  CHECK(info.files[0].bytes == 5'000'000'000);
  CHECK(info.files[0].encoding == Encoding::kUtf16Be);
  CHECK(info.files[0].spool_bytes == 6'000'000'000);
  CHECK(info.files[0].spool_digest == "sd");
  CHECK(info.files[0].body_offset == 77);
  CHECK(info.files[0].header_line == 4'000'000'000);
  CHECK(info.files[0].delimiter == ';');
  CHECK(info.files[0].decimal_sign == DecimalSign::kComma);
  CHECK(info.files[0].grouping == DigitGrouping::kApostrophe);
  CHECK(info.files[1].decimal_sign == DecimalSign::kPoint);
  CHECK(info.files[1].grouping == DigitGrouping::kNone);
  CHECK(info.files[1].encoding == Encoding::kUtf8);
  CHECK(info.files[0].had_bom_or_other_encoding);
  CHECK(info.files[0].header == "a;b;\"c\nd\"");
  CHECK(info.files[0].mapping.installation == "m-inst");
  CHECK(info.files[0].mapping.billing_sid == "m-item");
  CHECK(info.files[0].mapping.quantity == "m-amount");
  CHECK(info.files[0].mapping.reference == "m-line");
  CHECK(info.files[0].mapping.currency == "m-currency");
  CHECK(info.files[0].mapping.usage_row == "m-row");
  CHECK(info.files[0].mapping.installation_key == "k-inst");
  CHECK(info.files[0].mapping.billing_sid_key == "k-item");
  CHECK(info.files[0].mapping.installation_constant == "c-inst");
  CHECK(info.files[0].mapping.billing_sid_constant == "c-item");
  CHECK(info.files[0].mapping.currency_constant == "c-currency");
  CHECK(info.files[1].name == "second.csv");
  CHECK(info.input_totals == run.input_totals);
  CHECK(info.warnings == std::vector<Warning>{{"equal-rows", "two"}, {"billing-sid-form", "one"}});
}

TEST_CASE("rows come back in input order, each with its own values or its request's") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  ledger.open_period(kScope, kStart);
  ledger.begin_run(new_run());
  ledger.add_request(1, kFirst, "body");
  NewRow row = new_row(kFirst, kFee, "12.50", 1, 0);
  row.place = {5'000'000'000, 81, 4'000'000'000};
  row.file = 3;
  row.currency = "USD";
  row.reference = "INV-1";
  ledger.add_row(row);
  NewRow invalid = new_row("", "no \"sid\"", "", 0, 0);
  invalid.has_amount = false;
  invalid.role = ChargeRole::kNone;
  invalid.status = RowStatus::kInvalid;
  invalid.reason = "why";
  ledger.add_row(invalid);
  const RunInfo run = ledger.commit_run();

  const std::vector<RowRecord> rows = rows_of(ledger, run.id);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].ordinal == 0);
  CHECK(rows[0].place == row.place);
  CHECK(rows[0].file == 3);
  CHECK(rows[0].installation == kFirst);
  CHECK(rows[0].billing_sid == kFee);
  CHECK(rows[0].quantity == "12.50");
  CHECK(rows[0].has_amount);
  CHECK(rows[0].currency == "USD");
  CHECK(rows[0].reference == "INV-1");
  CHECK(rows[0].status == RowStatus::kNotSent);
  CHECK(rows[0].reason.empty());
  CHECK(rows[0].request == 1);
  CHECK(rows[0].attempts == 0);
  CHECK_FALSE(rows[0].sent_at);
  CHECK(rows[1].ordinal == 1);
  CHECK(rows[1].installation.empty());
  CHECK(rows[1].billing_sid == "no \"sid\"");
  CHECK_FALSE(rows[1].has_amount);
  CHECK(rows[1].status == RowStatus::kInvalid);
  CHECK(rows[1].reason == "why");
  CHECK(rows[1].request == 0);
  CHECK(rows[1].currency.empty());
}

TEST_CASE("a valid row names its charge by the ledger and its own id, an invalid one names none") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  const std::string prefix = "R-" + ledger.identity().id.substr(0, 8) + "-";
  for (const RowRecord& row : rows_of(ledger, run.id)) {
    CAPTURE(row.ordinal);
    CHECK(row.usage_row == (row.status == RowStatus::kInvalid ? "" : prefix + std::to_string(row.id)));
  }
  CHECK(raw_sql(fixture.path(), "SELECT count(*) FROM charge WHERE id = row") == "5");
}

TEST_CASE("the rows of a run are its own, whatever runs lie beside it") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo first = fixture.record_run(ledger);
  Scope other = kScope;
  other.period = "2026-11";
  const RunInfo second = fixture.record_run(ledger, other);
  CHECK(rows_of(ledger, first.id).size() == 6);
  const std::vector<RowRecord> rows = rows_of(ledger, second.id);
  REQUIRE(rows.size() == 6);
  CHECK(rows[0].ordinal == 0);
  CHECK(rows[5].ordinal == 5);
  CHECK(rows[0].id > rows_of(ledger, first.id)[5].id);
}

TEST_CASE("asking for rows within a visit of rows disturbs neither") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  std::size_t visits = 0;
  ledger.each_row(run.id, [&](const RowRecord&) { visits += rows_of(ledger, run.id).size(); });
  CHECK(visits == 36);
}

TEST_CASE("runs are numbered within their period's name over all scopes, without regard to case") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const auto record = [&](const std::string& endpoint, const std::string& period) {
    const Scope scope{endpoint, kScope.account, period};
    CHECK(ledger.next_run_name(period) == ledger.next_run_name(period));
    const std::string promised = ledger.next_run_name(period);
    ledger.open_period(scope, kStart);
    ledger.begin_run(new_run(scope));
    const RunInfo run = ledger.commit_run();
    CHECK(run.name == promised);
    ledger.end_run(run.id, RunState::kFinished, "finished", "", after(1));
    return run.name;
  };
  CHECK(record("https://one.test", "Oct") == "Oct-1");
  CHECK(record("https://two.test", "OCT") == "OCT-2");
  CHECK(record("https://one.test", "oct") == "oct-3");
  CHECK(record("https://one.test", "oct-3") == "oct-3-1");
  for (int n = 4; n < 12; ++n) record("https://one.test", "oct");
  CHECK(record("https://one.test", "Oct") == "Oct-12");
  CHECK(ledger.find_run("OCT-1").value().scope.endpoint == "https://one.test");
  CHECK(ledger.find_run("last").value().name == "Oct-12");
  CHECK(ledger.find_run("LAST").value().name == "Oct-12");
  CHECK_FALSE(ledger.find_run("Oct-13"));
  CHECK(ledger.identity().run_count == 13);
}

TEST_CASE("periods belong to endpoint and account, and are known by their first spelling") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  ledger.open_period({"https://one.test", "AC1", "b"}, kStart);
  ledger.open_period({"https://one.test", "AC1", "A"}, kStart);
  ledger.open_period({"https://one.test", "AC1", "a"}, kStart);
  ledger.open_period({"https://one.test", "AC2", "c"}, kStart);
  ledger.open_period({"https://two.test", "AC1", "d"}, kStart);
  CHECK(ledger.periods("https://one.test", "AC1") == std::vector<std::string>{"b", "A"});
  CHECK(ledger.periods("https://one.test", "AC2") == std::vector<std::string>{"c"});
  CHECK(ledger.periods("https://three.test", "AC1").empty());
}

TEST_CASE("the runs of a scope are those of its endpoint, account and period") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo mine = fixture.record_run(ledger);
  fixture.record_run(ledger, {"https://sandbox.test", kScope.account, kScope.period});
  fixture.record_run(ledger, {kScope.endpoint, "AC2", kScope.period});
  fixture.record_run(ledger, {kScope.endpoint, kScope.account, "2026-11"});
  const std::vector<RunInfo> found = ledger.runs_of(kScope);
  REQUIRE(found.size() == 1);
  CHECK(found[0].id == mine.id);
  CHECK(ledger.runs().size() == 4);
}

TEST_CASE("a second open run of a period is refused, and one after the first has ended is not") {
  const LedgerFixture fixture;
  {
    Ledger ledger = fixture.open();
    fixture.record_run(ledger);
    CHECK(error_of([&] { fixture.record_run(ledger); }) == "ledger-conflict");
  }
  Ledger ledger = fixture.open();
  REQUIRE(ledger.runs().size() == 1);
  ledger.end_run(ledger.runs()[0].id, RunState::kAbandoned, "abandoned", "by hand", after(5));
  fixture.record_run(ledger);
  CHECK(ledger.runs().size() == 2);
}

TEST_CASE("a run of a period that was not opened is refused") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  CHECK(error_of([&] { ledger.begin_run(new_run()); }) == "ledger-conflict");
}

TEST_CASE("a run may open its period: both remain, or neither") {
  const LedgerFixture fixture;
  NewRun run = new_run();
  run.opens_period = true;
  { fixture.open().begin_run(run); }
  CHECK(fixture.open().periods(kScope.endpoint, kScope.account).empty());
  {
    Ledger ledger = fixture.open();
    ledger.begin_run(run);
    ledger.commit_run();
  }
  CHECK(fixture.open().periods(kScope.endpoint, kScope.account) == std::vector<std::string>{kScope.period});
}

TEST_CASE("nothing remains of a run whose beginning was not committed") {
  const LedgerFixture fixture;
  {
    Ledger ledger = fixture.open();
    ledger.open_period(kScope, kStart);
    ledger.begin_run(new_run());
    ledger.add_request(1, kFirst, "body");
    ledger.add_row(new_row(kFirst, kFee, "1", 1, 0));
  }
  const Ledger ledger = fixture.open();
  CHECK(ledger.runs().empty());
  CHECK(ledger.identity().run_count == 0);
  for (const char* table : {"run", "request", "request_body", "usage_row", "charge", "installation"})
    CHECK(raw_sql(fixture.path(), "SELECT count(*) FROM " + std::string(table)) == "0");
}

TEST_CASE("a plan that does not fit together is refused whole") {
  const auto record = [](const std::function<void(Ledger&)>& add) {
    const LedgerFixture fixture;
    std::string error;
    {
      Ledger ledger = fixture.open();
      ledger.open_period(kScope, kStart);
      ledger.begin_run(new_run());
      ledger.add_request(1, kFirst, "body");
      error = error_of([&] {
        add(ledger);
        ledger.commit_run();
      });
    }
    CHECK((error.empty() || fixture.open().runs().empty()));
    return error;
  };
  CHECK(record([](Ledger& l) { l.add_row(new_row(kFirst, kFee, "1", 1, 0)); }) == "");
  CHECK(record([](Ledger&) {}) == "ledger-conflict");  // a request of no rows
  CHECK(record([](Ledger& l) { l.add_request(3, kSecond, "body"); }) == "ledger-conflict");
  CHECK(record([](Ledger& l) { l.add_row(new_row(kFirst, kFee, "1", 2, 0)); }) == "ledger-conflict");
  CHECK(record([](Ledger& l) { l.add_row(new_row(kFirst, kFee, "1", 1, 1)); }) == "ledger-conflict");
  CHECK(record([](Ledger& l) {
          NewRow row = new_row(kFirst, kFee, "1", 1, 0);
          row.status = RowStatus::kDuplicate;
          l.add_row(row);
        }) == "ledger-conflict");
}

TEST_CASE("one installation in any letter case is one, and its text goes out as it first came") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  ledger.open_period(kScope, kStart);
  ledger.begin_run(new_run());
  const std::string upper = "XE" + std::string(32, 'A');
  ledger.add_request(1, upper, "body");
  ledger.add_request(2, kFirst, "body");
  ledger.add_row(new_row(upper, kFee, "1", 1, 0));
  ledger.add_row(new_row(kFirst, kFee, "2", 2, 0));
  const RunInfo run = ledger.commit_run();
  CHECK(raw_sql(fixture.path(), "SELECT count(*) FROM installation") == "1");
  const auto requests = ledger.planned_requests(run.id, 0, 10);
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].request.installation == upper);
  CHECK(requests[1].request.installation == kFirst);
  CHECK(ledger.planned_counts(run.id).requests == 2);
  CHECK(ledger.planned_counts(run.id).installations == 1);
}

TEST_CASE("before and after a run is recorded, SQLite refuses what refers to nothing") {
  for (const bool recorded : {false, true}) {
    CAPTURE(recorded);
    const LedgerFixture fixture;
    Ledger ledger = fixture.open();
    const RunId none = recorded ? fixture.record_run(ledger).id + 1 : 1;
    CHECK(raw_sql(fixture.path(), "PRAGMA foreign_key_check").empty());
    CHECK(error_of([&] { ledger.add_warning(none, {"endpoint-rounded", "x"}); }) != "");
  }
}

TEST_CASE("a warning is kept once per name and text") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  ledger.add_warning(run.id, {"endpoint-rounded", "x"});
  ledger.add_warning(run.id, {"endpoint-rounded", "x"});
  ledger.add_warning(run.id, {"endpoint-rounded", "y"});
  CHECK(ledger.find_run("last").value().warnings ==
        std::vector<Warning>{{"endpoint-rounded", "x"}, {"endpoint-rounded", "y"}});
}

TEST_CASE("a run that has ended stays ended, one that stopped stays open") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  const RunInfo run = fixture.record_run(ledger);
  ledger.end_run(run.id, RunState::kOpen, "max-unknown", "20 in doubt", after(5));
  RunInfo info = ledger.find_run("last").value();
  CHECK(info.state == RunState::kOpen);
  CHECK(info.stop_name == "max-unknown");
  CHECK(info.stop_reason == "20 in doubt");
  CHECK(info.ended_at == after(5));
  CHECK(rows_of(ledger, run.id)[0].reason == "20 in doubt");
  CHECK(rows_of(ledger, run.id)[4].reason == "held back");
  ledger.end_run(run.id, RunState::kFinished, "finished", "", after(6));
  info = ledger.find_run("last").value();
  CHECK(info.state == RunState::kFinished);
  CHECK(info.ended_at == after(6));
  CHECK(error_of([&] { ledger.end_run(run.id, RunState::kOpen, "x", "", after(7)); }) == "ledger-conflict");
}

TEST_CASE("who started, resumed and abandoned a run stays in the ledger") {
  const LedgerFixture at;
  Ledger ledger = at.open();
  ledger.open_period(kScope, kStart);
  NewRun run = new_run();
  run.started_at = after(1);
  run.started_by = "anna@billing1";
  ledger.begin_run(run);
  const RunId id = ledger.commit_run().id;
  ledger.add_event(id, {RunEventKind::kResumed, "bob@billing2", after(2)});
  ledger.add_event(id, {RunEventKind::kAbandoned, "carol@billing3", after(3)});
  const std::vector<RunEvent> events = at.open(LedgerAccess::kRead).find_run("last")->events;
  CHECK(events == std::vector<RunEvent>{{RunEventKind::kStarted, "anna@billing1", after(1)},
                                        {RunEventKind::kResumed, "bob@billing2", after(2)},
                                        {RunEventKind::kAbandoned, "carol@billing3", after(3)}});
  CHECK(starter_of(events) == "anna@billing1");
  CHECK(raw_sql(at.path(), "UPDATE run_event SET user = 'Bob'").find("a run event does not change") !=
        std::string::npos);
  CHECK(raw_sql(at.path(), "DELETE FROM run_event").find("a run event stays") != std::string::npos);
  CHECK(raw_sql(at.path(), "INSERT INTO run_event VALUES (9, 1, 'sold', 'x', 0)").find("CHECK constraint") !=
        std::string::npos);
}

TEST_CASE("of a run whose starter is not known, nothing is said") {
  const LedgerFixture at;
  Ledger ledger = at.open();
  ledger.open_period(kScope, kStart);
  ledger.begin_run(new_run());
  const RunInfo run = ledger.commit_run();
  CHECK(run.events.empty());
  CHECK(starter_of(run.events).empty());
  CHECK(starter_of({{RunEventKind::kResumed, "bob@billing2", kStart}}).empty());
}

TEST_CASE("an approval comes with its run, and stays") {
  const LedgerFixture at;
  Ledger ledger = at.open();
  ledger.open_period(kScope, kStart);
  NewRun run = new_run();
  run.approval = Approval{"1-2-3", "Grace"};
  ledger.begin_run(run);
  const RunInfo recorded = ledger.commit_run();
  CHECK(recorded.approval == Approval{"1-2-3", "Grace"});
  CHECK(at.open(LedgerAccess::kRead).find_run(recorded.name)->approval == recorded.approval);
  CHECK(raw_sql(at.path(), "UPDATE approval SET approved_by = 'Bob'").find("an approval does not change") !=
        std::string::npos);
  CHECK(raw_sql(at.path(), "DELETE FROM approval").find("an approval stays") != std::string::npos);
}

// A ledger of schema version 1 to 7 becomes one of the present version, whole or not at all.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "ledger/charge_walk.h"
#include "ledger/seen_sql.h"
#include "ledger/version_1.h"
#include "ledger/version_2.h"
#include "ledger/version_3.h"
#include "ledger/version_4.h"
#include "ledger/version_5.h"
#include "ledger/version_6.h"
#include "ledger/version_7.h"
#include "support/long_tests.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

const std::string kMixed = "XEaA" + std::string(30, 'a');
const std::string kB = "XE" + std::string(32, 'b');

WallTime at_micros(std::int64_t micros) {
  return WallTime(std::chrono::microseconds(micros));
}

// A file that an earlier version of the program left.
struct OldLedger {
  static const char* sql_of(int version) {
    return std::array{kVersion1, kVersion2, kVersion3, kVersion4, kVersion5, kVersion6, kVersion7}.at(
        static_cast<std::size_t>(version) - 1);
  }
  explicit OldLedger(int version = 1) {
    REQUIRE(raw_make(sql_of(version)) == "wal");
    if (version == 1) REQUIRE(raw_make(kVersion1Content) == "");
  }
  std::string raw_make(const char* sql) const {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path().c_str(), &database) == SQLITE_OK);
    sqlite3_close(database);
    return raw_sql(path(), sql);
  }
  std::filesystem::path path() const { return folder.path() / "ledger.db"; }
  Ledger open(LedgerAccess access = LedgerAccess::kWrite) const { return Ledger::open(path(), access); }
  TempFolder folder;
};

std::string version_of(const std::filesystem::path& path) {
  return raw_sql(path, "PRAGMA user_version");
}

// All of the file's tables and records, as one text.
std::string digest_of(const std::filesystem::path& path) {
  std::string all = raw_sql(path, "SELECT group_concat(name || coalesce(sql, ''), char(10)) FROM sqlite_schema");
  const bool first = raw_sql(path, "PRAGMA user_version") == "1";
  const std::string attempts = first ? "coalesce(hex(body), '')" : "coalesce(submitted, '')";
  for (const std::string& columns :
       {std::string("id FROM ledger"), std::string("group_concat(id || status) FROM request"),
        "group_concat(id || verdict || " + attempts + ") FROM attempt",
        std::string("group_concat(id || line || quantity) FROM ") + (first ? "row" : "usage_row"),
        std::string("group_concat(id || row) FROM charge"),
        std::string("group_concat(name || digest || header || usage_row) FROM input_file")})
    all += raw_sql(path, "SELECT " + columns) + '\n';
  return all;
}

// A ledger's schema as SQLite reads it, the tables' numbering and indexes of its own left out.
std::string schema_of(const std::filesystem::path& path) {
  return raw_sql(path,
                 "SELECT group_concat(line, char(10)) FROM (SELECT type || name || tbl_name || sql AS line "
                 "FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name)");
}

template <class Act>
int exit_code_of(const Act& act) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(act());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("opened for reading, an old ledger stays as it is, and the remedy says what migrates it") {
  const OldLedger old;
  const std::string before = digest_of(old.path());
  try {
    old.open(LedgerAccess::kRead);
    FAIL("opened");
  } catch (const LedgerError& error) {
    CHECK(error.name() == "ledger-old");
    CHECK(error.remedy() == "make a backup of it; the next upload, resume or settle migrates it");
  }
  CHECK(digest_of(old.path()) == before);
  CHECK(version_of(old.path()) == "1");
}

TEST_CASE("a ledger of which only what may be written has changed since is read as it is") {
  for (const int version : {5, 6}) {
    CAPTURE(version);
    const OldLedger old(version);
    const Ledger ledger = old.open(LedgerAccess::kRead);
    CHECK(version_of(old.path()) == std::to_string(version));
    CHECK(rows_of(ledger, 1).size() == 5);
    CHECK(ledger.identity().decision_count == 1);
    std::size_t decisions = 0;
    ledger.each_decision(kScope, [&](const DecisionRecord&) { ++decisions; });
    CHECK(decisions == 1);
    CHECK_FALSE(ledger.charges_of(kScope, kFirst).empty());
    CHECK_FALSE(ledger.runs_of(kScope).empty());
  }
}

TEST_CASE("a migrated ledger has the very schema of a new one") {
  int version = 1;
  SUBCASE("from version 1") {}
  SUBCASE("from version 2") {
    version = 2;
  }
  SUBCASE("from version 3") {
    version = 3;
  }
  SUBCASE("from version 4") {
    version = 4;
  }
  SUBCASE("from version 5") {
    version = 5;
  }
  SUBCASE("from version 6") {
    version = 6;
  }
  const OldLedger old(version);
  old.open();
  const LedgerFixture fresh;
  CHECK(version_of(old.path()) == "8");
  CHECK(schema_of(old.path()) == schema_of(fresh.path()));
  CHECK(raw_sql(old.path(), "PRAGMA foreign_key_check").empty());
  CHECK(raw_sql(old.path(), "PRAGMA integrity_check") == "ok");
  CHECK(old.open(LedgerAccess::kRead).identity().run_count == 2);
}

TEST_CASE("from version 3 on, requests and attempts stay as they are") {
  int version = 3;
  SUBCASE("from version 3") {}
  SUBCASE("from version 4") {
    version = 4;
  }
  SUBCASE("from version 5") {
    version = 5;
  }
  SUBCASE("from version 6") {
    version = 6;
  }
  const OldLedger old(version);
  const std::string content =
      "SELECT (SELECT group_concat(id || sid || status || reason || attempts || coalesce(last_attempt, '-')) FROM "
      "request) || "
      "(SELECT group_concat(id || request || verdict || sent_at || coalesce(reason, '-')) FROM attempt)";
  const std::string before = raw_sql(old.path(), content);
  old.open();
  CHECK(!before.empty());
  CHECK(raw_sql(old.path(), content) == before);
}

TEST_CASE("runs come through a migration with all that was known of them") {
  const OldLedger old;
  const Ledger ledger = old.open();
  CHECK(ledger.identity().id == "0123456789abcdef");
  CHECK(ledger.periods(kScope.endpoint, kScope.account) == std::vector<std::string>{"2026-10", "2026-11"});
  const auto runs = ledger.runs();
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].name == "2026-10-1");
  CHECK(runs[0].scope.endpoint == kScope.endpoint);
  CHECK(runs[0].scope.account == kScope.account);
  CHECK(runs[0].state == RunState::kFinished);
  CHECK(runs[0].stop_name == "finished");
  CHECK(runs[0].stop_reason == "all done");
  CHECK(runs[0].content_digest == "digest1");
  CHECK(runs[0].retry_503);
  CHECK(runs[0].program_version == "0.1.0");
  CHECK(runs[0].out_folder == "/out/one");
  CHECK(runs[0].started_at == at_micros(1000));
  CHECK(runs[0].ended_at == at_micros(2000));
  CHECK(runs[1].state == RunState::kOpen);
  CHECK_FALSE(runs[1].ended_at);
  REQUIRE(runs[0].files.size() == 1);
  CHECK(runs[0].files[0].name == "oct.csv");
  CHECK(runs[0].files[0].body_offset == 77);
  CHECK(runs[0].files[0].delimiter == ';');
  CHECK(runs[0].files[0].decimal_sign == DecimalSign::kPoint);
  CHECK(runs[0].files[0].had_bom_or_other_encoding);
  CHECK(runs[0].files[0].mapping.usage_row == "m6");
  CHECK(runs[0].input_totals.size() == 2);
  CHECK(runs[1].input_totals.at(0).amount.text() == "6.00");
  CHECK(runs[0].warnings == std::vector<Warning>{{"equal-rows", "two"}});
  CHECK(runs[1].warnings == std::vector<Warning>{{"billing-sid-form", "one"}});
}

TEST_CASE("an approval comes through a migration, and nothing is said of who started what was begun before it") {
  const OldLedger old(4);
  Ledger ledger = old.open();
  CHECK(ledger.find_run("2026-10-1")->approval == Approval{"1-2-3", "Grace"});
  CHECK(ledger.find_run("2026-10-1")->events.empty());
  ledger.add_event(2, {RunEventKind::kResumed, "bob@billing2", after(2)});
  CHECK(ledger.find_run("2026-11-1")->events.size() == 1);
}

TEST_CASE("events come through a migration from version 5") {
  const OldLedger old(5);
  const Ledger ledger = old.open();
  CHECK(ledger.find_run("2026-10-1")->events ==
        std::vector<RunEvent>{{RunEventKind::kStarted, "ada@desk", at_micros(1'000'000)}});
  CHECK(ledger.find_run("2026-10-1")->approval == Approval{"1-2-3", "Grace"});
}

TEST_CASE("files come through a migration as what they were: UTF-8, with the header first") {
  for (const int version : {1, 2, 3, 4, 5, 6, 7}) {
    CAPTURE(version);
    const OldLedger old(version);
    const InputFile file = old.open().find_run("2026-10-1").value().files.at(0);
    CHECK(file.name == "oct.csv");
    CHECK(file.spool == "/spool/oct");
    CHECK(file.digest == "fd1");
    CHECK(file.bytes == 500);
    CHECK(file.encoding == Encoding::kUtf8);
    CHECK(file.spool_bytes == 500);
    CHECK(file.spool_digest == "fd1");
    CHECK(file.body_offset == 77);
    CHECK(file.header_line == 1);
    CHECK(file.delimiter == ';');
    CHECK(file.decimal_sign == (version == 1 ? DecimalSign::kPoint : DecimalSign::kComma));
    CHECK(file.grouping == DigitGrouping::kNone);
    CHECK(file.had_bom_or_other_encoding);
    CHECK(file.header == "a;b");
    CHECK(file.mapping.installation == "m1");
    CHECK(file.mapping.billing_sid == "m2");
    CHECK(file.mapping.quantity == "m3");
    CHECK(file.mapping.reference == "m4");
    CHECK(file.mapping.currency == "m5");
    CHECK(file.mapping.usage_row == "m6");
    CHECK(file.mapping.installation_key.empty());
    CHECK(file.mapping.currency_constant.empty());
  }
}

TEST_CASE("a decision comes through a migration as it was, and what it left unbilled can be left out") {
  for (const int version : {2, 3, 4, 5, 6}) {
    CAPTURE(version);
    const OldLedger old(version);
    const std::string decisions =
        "SELECT group_concat(id || row || status || settled_by || note || settled_at) FROM settlement";
    const std::string before = raw_sql(old.path(), decisions);
    REQUIRE_FALSE(before.empty());
    Ledger ledger = old.open();
    CHECK(raw_sql(old.path(), decisions) == before);
    ledger.settle(std::vector{Settlement{3, RowStatus::kLeftOut, "Bob", "credited", after(3)}});
    CHECK(rows_of(ledger, 1).at(2).status == RowStatus::kLeftOut);
  }
}

TEST_CASE("from version 2, rows, replies and settlements stay where they are") {
  const OldLedger old(2);
  const std::string rows = raw_sql(old.path(), "SELECT group_concat(id || line || quantity) FROM usage_row");
  REQUIRE_FALSE(rows.empty());
  Ledger ledger = old.open();
  CHECK(raw_sql(old.path(), "SELECT group_concat(id || line || quantity) FROM usage_row") == rows);
  CHECK(rows_of(ledger, 1).at(2).settled_by == "Ann");
  CHECK(ledger.evidence(1, 1)->attempts.at(1).body == "yes no");
  CHECK(ledger.recover(2, after(1)) == 1);
}

TEST_CASE("rows come through a migration each with its outcome, attempts, settlement and name") {
  const OldLedger old;
  const Ledger ledger = old.open();
  const auto rows = rows_of(ledger, 1);
  REQUIRE(rows.size() == 5);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].ordinal == i);
    CHECK(rows[i].place.line == i + 2);
    CHECK(rows[i].place.length == i + 10);
    CHECK(rows[i].usage_row == (i == 3 ? "" : "R-01234567-" + std::to_string(i + 1)));
  }
  CHECK(rows[0].place.offset == 20);
  CHECK(rows[0].installation == kMixed);
  CHECK(rows[0].billing_sid == "BIone");
  CHECK(rows[0].quantity == "1.00");
  CHECK(rows[0].reference == "INV-1");
  CHECK(rows[0].status == RowStatus::kSubmitted);
  CHECK(rows[0].request == 1);
  CHECK(rows[0].attempts == 2);
  CHECK(rows[0].twilio_request_id == "RQ3");
  CHECK(rows[0].sent_at == at_micros(105));
  CHECK(rows[1].request == 5);
  CHECK(rows[1].attempts == 4);  // with those of the requests that were posted again
  CHECK(rows[1].status == RowStatus::kSubmitted);
  CHECK(rows[2].status == RowStatus::kNotSubmitted);
  CHECK(rows[2].settled_by == "Ann");
  CHECK(rows[2].settle_note == "asked");
  CHECK(rows[2].settled_at == at_micros(500));
  CHECK(rows[2].reason == "no reply");
  CHECK(rows[3].status == RowStatus::kInvalid);
  CHECK(rows[3].installation == "XE?");
  CHECK(rows[3].quantity == "$5");
  CHECK_FALSE(rows[3].has_amount);
  CHECK(rows[3].reason == "a sign");
  CHECK(rows[4].status == RowStatus::kFailed);
  CHECK(rows[4].error_code == "20404");
  CHECK(rows[4].http_status == 404);
}

TEST_CASE("requests and replies come through a migration byte for byte") {
  const OldLedger old;
  const Ledger ledger = old.open();
  const RequestEvidence first = ledger.evidence(1, 1).value();
  CHECK(first.body == std::string("\0\xFF"
                                  "body",
                                  6));
  CHECK(first.installation == kMixed);
  REQUIRE(first.rows.size() == 2);
  CHECK(first.rows[0].place == "line 2");
  CHECK(first.rows[1].place == "line 3");
  REQUIRE(first.attempts.size() == 2);
  CHECK(first.attempts[0].body == std::string("{\0}", 3));
  CHECK(first.attempts[0].headers == "HTTP/1.1 429");
  CHECK(first.attempts[0].verdict == "not_processed");
  CHECK(first.attempts[0].name == "http-429");
  CHECK(first.attempts[1].body == "yes no");
  const RequestEvidence lost = ledger.evidence(1, 2).value();
  CHECK(lost.attempts.at(0).connect_status == 200);
  CHECK(lost.attempts.at(0).fault_text == "cut");
  CHECK(ledger.evidence(1, 4)->parent == 1);
  CHECK(ledger.evidence(1, 5)->parent == 4);
  CHECK(ledger.evidence(2, 1)->attempts.at(1).verdict == "sending");
  CHECK(ledger.counts(1).attempts == 6);
  CHECK(ledger.counts(1).retries == 1);
}

TEST_CASE("charges come through a migration and are met, taken over and settled as new ones") {
  const OldLedger old;
  Ledger ledger = old.open();
  const auto charges = ledger.charges_of(kScope, kMixed);
  REQUIRE(charges.size() == 3);
  CHECK(charges[0].reference == "INV-1");
  CHECK(charges[1].charge == 2);
  CHECK(charges[2].installation == "XE" + std::string(32, 'A'));
  CHECK(charges[2].status == RowStatus::kFailed);
  CHECK(ledger.find_charge("R-01234567-3")->charge.status == RowStatus::kNotSubmitted);
  CHECK(ledger.billed_elsewhere(in_period("2026-11"), kMixed, "BItwo", "INV-2"));

  ledger.settle(std::vector{decision(3, RowStatus::kSubmitted)});
  ledger.settle(std::vector{decision(3, RowStatus::kNotSubmitted)});
  ledger.begin_run(new_run());
  ledger.add_request(1, kB, "body");
  NewRow taker = taking(charge_row(kB, kFee, "4"), 3);
  taker.request = 1;
  ledger.add_row(taker);
  const RunInfo run = ledger.commit_run();
  CHECK(run.name == "2026-10-2");
  CHECK(rows_of(ledger, 1)[2].superseded_by == "2026-10-2, line 0");
  CHECK(rows_of(ledger, run.id).at(0).id == 9);
}

TEST_CASE("a run that was open goes on after a migration, and what was under way is in doubt") {
  const OldLedger old;
  Ledger ledger = old.open();
  CHECK(ledger.recover(2, after(1)) == 1);
  const auto rows = rows_of(ledger, 2);
  CHECK(rows[0].status == RowStatus::kUnknown);
  CHECK(rows[0].attempts == 2);
  CHECK(rows[1].status == RowStatus::kNotSent);
  CHECK(rows[2].status == RowStatus::kNotSent);
  CHECK(rows[2].reason == "held");
  const auto planned = ledger.planned_requests(2, 0, 9);
  REQUIRE(planned.size() == 1);
  CHECK(planned[0].number == 2);
  attempt(ledger, planned[0].id, Verdict::kAnswered, {true});
  ledger.finish_request(planned[0].id, {RowStatus::kSubmitted, "", {}});
  ledger.end_run(2, RunState::kFinished, "finished", "", after(5));
  CHECK(rows_of(ledger, 2)[1].status == RowStatus::kSubmitted);
}

TEST_CASE("an answer whose items version 1 did not keep proves nothing more") {
  const OldLedger old;
  REQUIRE(raw_sql(old.path(), "UPDATE attempt SET verdict = 'answered' WHERE id = 8").empty());
  for (const RowStatus status : {RowStatus::kSubmitted, RowStatus::kNotSubmitted, RowStatus::kUnknown}) {
    Ledger ledger = old.open();
    const std::string error = error_of([&] { ledger.finish_request(6, {status, "", {}}); });
    CHECK(error == (status == RowStatus::kUnknown ? "" : "ledger-conflict"));
  }
}

TEST_CASE("what does not fit the present schema is not migrated, and nothing of it is touched") {
  const OldLedger old;
  const char* misfit = "";
  std::string expected = "ledger-migration";
  SUBCASE("a status that there is not") {
    misfit = "UPDATE request SET status = 'odd' WHERE id = 7";
  }
  SUBCASE("two open runs of one period") {
    misfit = "INSERT INTO run SELECT 3, 2, '2026-11-2', state, '', '', '', 0, '', '', 0, NULL FROM run WHERE id = 2";
  }
  SUBCASE("a row that points to nothing") {
    misfit = "UPDATE row SET run = 77, ordinal = 0 WHERE id = 8";
  }
  SUBCASE("rows of a run that do not lie together") {
    misfit = "UPDATE row SET ordinal = 3 WHERE id = 8";
  }
  SUBCASE("a request of no run") {
    misfit = "UPDATE request SET run = 77 WHERE id = 7";
  }
  SUBCASE("an attempt of no request") {
    misfit = "UPDATE attempt SET request = 99 WHERE id = 7";
  }
  REQUIRE(raw_sql(old.path(), misfit).empty());
  const std::string before = digest_of(old.path());
  CHECK(error_of([&] { old.open(); }) == expected);
  CHECK(version_of(old.path()) == "1");
  CHECK(digest_of(old.path()) == before);
}

TEST_CASE("a crash at any step of the migration leaves the old version, and the next opening migrates it") {
  for (const int version : {1, 2, 3, 5, 7}) {
    CAPTURE(version);
    const OldLedger old(version);
    const std::string before = digest_of(old.path());
    const auto crash_at = [&](int step) {
      return exit_code_of([&] {
        int steps = 0;
        const SeenSql watch([&](const std::string&) {
          if (steps++ == step) ::_exit(9);
        });
        Ledger::open(old.path(), LedgerAccess::kWrite);
        return 0;
      });
    };
    const int stride = are_long() ? 1 : 3;
    int steps = 0;
    for (; steps < 500 && crash_at(steps) == 9 && version_of(old.path()) == std::to_string(version); steps += stride)
      REQUIRE(digest_of(old.path()) == before);
    CHECK(steps > (version == 1 ? 60 : 20));
    CHECK(version_of(old.path()) == "8");
    CHECK(rows_of(old.open(), 1).size() == 5);
  }
}

TEST_CASE("a migration that meets a full disk leaves the old version") {
  for (const int version : {1, 2, 3, 5, 7}) {
    CAPTURE(version);
    const OldLedger old(version);
    const std::string before = digest_of(old.path());
    const int ended = exit_code_of([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{20000, 20000};
      if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
      return error_of([&] { old.open(); }) == "ledger-io" ? 7 : 2;
    });
    CHECK(ended == 7);
    CHECK(version_of(old.path()) == std::to_string(version));
    CHECK(digest_of(old.path()) == before);
  }
}

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "ledger/charge_walk.h"
#include "usage/base/error.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

// As no program of ours does it: with neither guards nor foreign keys.
void change_by_force(const std::filesystem::path& ledger, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open_v2(ledger.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
  CHECK(sqlite3_exec(database, ("DROP TRIGGER row_posted_again;" + sql).c_str(), nullptr, nullptr, nullptr) ==
        SQLITE_OK);
  sqlite3_close(database);
}

}  // namespace

TEST_CASE("rows of requests whose ids lie a power of two apart have each its own request's outcome") {
  for (int power = 2; power <= 24; ++power) {
    CAPTURE(power);
    const LedgerFixture fixture;
    RunId run = 0;
    {
      Ledger ledger = fixture.open();
      run = fixture.record_run(ledger).id;
    }
    const std::string far = std::to_string((1 << power) + 1);
    change_by_force(fixture.path(), "UPDATE request SET id = " + far +
                                        " WHERE number = 2; UPDATE usage_row SET request = " + far +
                                        " WHERE request = 2;");
    const Ledger ledger = fixture.open();
    const std::vector<RowRecord> rows = rows_of(ledger, run);
    CHECK(rows[0].installation == kFirst);
    CHECK(rows[1].installation == kSecond);
    CHECK(rows[1].request == 2);
    CHECK(rows[3].installation == kFirst);
    CHECK(rows[3].request == 1);
  }
}

TEST_CASE("every row of a large run makes its charge") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  ledger.open_period(kScope, kStart);
  ledger.begin_run(new_run());
  ledger.add_request(1, kFirst, "body");
  constexpr std::uint32_t kRows = 10'001;
  for (std::uint32_t i = 0; i < kRows; ++i) ledger.add_row(new_row(kFirst, kFee, "1.00", 1, i));
  ledger.commit_run();
  std::uint32_t charges = 0;
  ledger.each_charge(kScope, [&](const ChargeRecord& charge) { charges += charge.row.ordinal == charges ? 1 : 0; });
  CHECK(charges == kRows);
}

TEST_CASE("what is read together is of one moment, and nothing can be changed meanwhile") {
  const LedgerFixture fixture;
  Ledger writer = fixture.open();
  Ledger reader = fixture.open(LedgerAccess::kRead);
  {
    const Ledger::Reading reading(reader);
    CHECK(reader.runs().empty());
    fixture.record_run(writer);
    CHECK(reader.runs().empty());
    CHECK_THROWS_AS(reader.begin(), LedgerError);
  }
  CHECK(reader.runs().size() == 1);
}

TEST_CASE("of other periods each reference of an installation is named once") {
  ChargeWalk walk;
  const NewRow row = charge_row(kFirst, kFee, "12.50", "INV-1");
  walk.run_through({row, charge_row(kFirst, kSeat, "3", "INV-1"), charge_row(kSecond, kFee, "1", "INV-2")}, {});
  walk.run_through({charge_row(kFirst, kFee, "2", "INV-3")}, {}, new_run(in_period("2026-11")));
  using Texts = std::vector<std::string>;
  CHECK(walk.ledger.references_elsewhere(kScope, kFirst) == Texts{"INV-3"});
  CHECK(walk.ledger.references_elsewhere(in_period("2026-12"), kFirst) == Texts{"INV-1", "INV-3"});
  CHECK(walk.ledger.references_elsewhere(kScope, kSecond).empty());
}

TEST_CASE("a run whose rows the disk has lost is damage, to readers and to who would send it") {
  ChargeWalk walk;
  const RunInfo run = walk.begin({charge_row(kFirst, kFee, "1"), charge_row(kSecond, kFee, "2")});
  CHECK(raw_sql(walk.at.path(), "DROP TRIGGER row_stays").empty());
  CHECK(raw_sql(walk.at.path(), "PRAGMA foreign_keys = OFF; DELETE FROM usage_row WHERE id = 2").empty());
  walk.ledger = walk.at.open();
  CHECK(error_of([&] { walk.ledger.recover(run.id, after(9)); }) == "ledger-damaged");
  walk.ledger = walk.at.open();
  CHECK(error_of([&] { walk.ledger.each_row(run.id, [](const RowRecord&) {}); }) == "ledger-damaged");
}

TEST_CASE(
    "pages of different moments are damage: an ended request without its attempt's end, a row without its request") {
  const auto error_after = [](const char* sql) {
    ChargeWalk walk;
    const RunInfo run = walk.run_through({charge_row(kFirst, kFee, "1")}, {RowStatus::kFailed});
    CHECK(raw_sql(walk.at.path(),
                  "DROP TRIGGER attempt_end_stays; DROP TRIGGER attempt_stays; DROP TRIGGER request_stays")
              .empty());
    CHECK(raw_sql(walk.at.path(), std::string("PRAGMA foreign_keys = OFF; ") + sql).empty());
    walk.ledger = walk.at.open();
    return error_of([&] { walk.ledger.each_row(run.id, [](const RowRecord&) {}); });
  };
  CHECK(error_after("UPDATE attempt SET verdict = 'sending'") == "ledger-damaged");
  CHECK(error_after("DELETE FROM attempt") == "ledger-damaged");
  CHECK(error_after("DELETE FROM request") == "ledger-damaged");
}

TEST_CASE("a status that does not exist is damage, and no doubt") {
  NewRun totalled = new_run();
  totalled.input_totals = {{RowStatus::kNotSent, "EUR", 1, 0, {}}};
  const auto error_with_lost = [&](const std::string& table) {
    ChargeWalk walk;
    const RunInfo run = walk.run_through({charge_row(kFirst, kFee, "1")}, {RowStatus::kUnknown}, totalled);
    walk.ledger.settle(std::vector{decision(1, RowStatus::kSubmitted)});
    CHECK(raw_sql(walk.at.path(),
                  "DROP TRIGGER request_outcome_proven; DROP TRIGGER request_answer_kept; "
                  "DROP TRIGGER row_outcome_proven; DROP TRIGGER settlement_stays; "
                  "PRAGMA ignore_check_constraints = ON; UPDATE " +
                      table + " SET status = 'lost'")
              .empty());
    walk.ledger = walk.at.open(LedgerAccess::kRead);
    return error_of([&] {
      walk.ledger.runs();
      walk.ledger.each_row(run.id, [](const RowRecord&) {});
    });
  };
  CHECK(error_with_lost("input_total") == "ledger-damaged");
  CHECK(error_with_lost("request") == "ledger-damaged");
  CHECK(error_with_lost("usage_row") == "ledger-damaged");
  CHECK(error_with_lost("settlement") == "ledger-damaged");
}

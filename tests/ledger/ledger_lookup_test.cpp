// How SQLite finds things: what is asked for each installation or row of an upload must not read the whole ledger.
#include <doctest/doctest.h>

#include "ledger/charge_walk.h"
#include "ledger/seen_sql.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

std::vector<std::string> plan_of(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  std::vector<std::string> plan;
  const auto add = [](void* out, int, char** cells, char**) {
    static_cast<std::vector<std::string>*>(out)->emplace_back(cells[3]);
    return 0;
  };
  CHECK(sqlite3_exec(database, ("EXPLAIN QUERY PLAN " + sql).c_str(), add, &plan, nullptr) == SQLITE_OK);
  sqlite3_close(database);
  return plan;
}

// The plans of all that `act` asks of a ledger opened for it.
std::vector<std::string> plans_of(const ChargeWalk& walk, const std::function<void(const Ledger&)>& act) {
  std::vector<std::string> seen;
  {
    bool begun = false;
    const SeenSql watch([&](const std::string& sql) {
      if (begun) seen.push_back(sql);
    });
    const Ledger ledger = walk.at.open(LedgerAccess::kRead);
    begun = true;
    act(ledger);
  }
  REQUIRE_FALSE(seen.empty());
  std::vector<std::string> plans;
  for (const std::string& sql : seen)
    for (const std::string& step : plan_of(walk.at.path(), sql)) plans.push_back(step);
  return plans;
}

void check_no_scan(const std::vector<std::string>& plans, const std::vector<std::string>& allowed = {}) {
  bool searched = false;
  for (const std::string& step : plans) {
    CAPTURE(step);
    searched = searched || step.starts_with("SEARCH");
    if (std::find(allowed.begin(), allowed.end(), step) != allowed.end()) continue;
    CHECK(step.find("SCAN") == std::string::npos);
    CHECK(step.find("AUTOMATIC") == std::string::npos);
  }
  CHECK(searched);
}

bool mentions(const std::vector<std::string>& plans, std::string_view what) {
  return std::any_of(plans.begin(), plans.end(),
                     [&](const std::string& step) { return step.find(what) != std::string::npos; });
}

// A run, another that takes a charge over, and one of the next period.
void fill(ChargeWalk& walk) {
  const NewRow row = charge_row(kFirst, kFee, "12.50", "INV-1");
  const RunInfo first = walk.run_through({row, charge_row(kSecond, kFee, "1")}, {RowStatus::kFailed});
  walk.run_through({taking(row, walk.row(first, 0).id)}, {RowStatus::kUnknown});
  walk.run_through({row}, {RowStatus::kUnknown}, new_run(in_period("2026-11")));
}

}  // namespace

TEST_CASE("an installation's charges cost one indexed look-up") {
  ChargeWalk walk;
  fill(walk);
  const auto plans = plans_of(walk, [](const Ledger& ledger) { CHECK(ledger.charges_of(kScope, kFirst).size() == 1); });
  check_no_scan(plans);
  CHECK(mentions(plans, "INDEX row_of_installation (installation=?)"));
}

TEST_CASE("a charge by its name costs one look-up by its id") {
  ChargeWalk walk;
  fill(walk);
  const std::string name = walk.row(walk.ledger.runs().at(0), 0).usage_row;
  const auto plans = plans_of(walk, [&](const Ledger& ledger) { CHECK(ledger.find_charge(name)); });
  check_no_scan(plans, {"SCAN ledger"});  // of one row
  CHECK(mentions(plans, "SEARCH c USING INTEGER PRIMARY KEY"));
}

TEST_CASE("a reference in other periods costs one indexed look-up a period") {
  ChargeWalk walk;
  fill(walk);
  const auto plans = plans_of(
      walk, [](const Ledger& ledger) { CHECK(ledger.billed_elsewhere(in_period("2026-12"), kFirst, kFee, "INV-1")); });
  check_no_scan(plans);
  CHECK(mentions(plans, "INDEX row_of_reference (installation=? AND reference=?)"));
}

TEST_CASE("charges by their references cost one pass over the references, and one look-up for each that is found") {
  ChargeWalk walk;
  fill(walk);
  const auto plans =
      plans_of(walk, [](const Ledger& ledger) { CHECK(ledger.billed_with_reference(kScope, {"INV-1"}).size() == 2); });
  check_no_scan(plans, {"SCAN i"});  // the installations
  CHECK(mentions(plans, "COVERING INDEX row_of_reference (installation=?"));
  CHECK(mentions(plans, "SEARCH r USING INTEGER PRIMARY KEY"));
}

TEST_CASE("the references of other periods cost one indexed look-up a period") {
  ChargeWalk walk;
  fill(walk);
  const auto plans = plans_of(
      walk, [](const Ledger& ledger) { CHECK(ledger.references_elsewhere(in_period("2026-12"), kFirst).size() == 1); });
  check_no_scan(plans);
  CHECK(mentions(plans, "COVERING INDEX row_of_reference (installation=?)"));
}

TEST_CASE("what other periods left is found without what they billed") {
  ChargeWalk walk;
  fill(walk);
  const auto plans = plans_of(
      walk, [](const Ledger& ledger) { CHECK(ledger.left_in_other_periods(in_period("2026-12")).size() == 3); });
  check_no_scan(plans);
  CHECK(mentions(plans, "INDEX request_left (run=?)"));
  CHECK(mentions(plans, "INDEX row_of_its_own (run=?)"));
}

TEST_CASE("a run's rows and a period's charges are read in order as they lie, without sorting") {
  ChargeWalk walk;
  fill(walk);
  const auto plans = plans_of(walk, [](const Ledger& ledger) {
    std::size_t charges = 0;
    ledger.each_row(1, [](const RowRecord&) {});
    ledger.each_charge(in_period("2026-11"), [&](const ChargeRecord&) { ++charges; });
    CHECK(charges == 1);
    CHECK(ledger.period_totals(in_period("2026-11")).size() == 1);
  });
  check_no_scan(plans, {"SCAN ledger"});
  CHECK_FALSE(mentions(plans, "TEMP B-TREE"));
}

TEST_CASE("the rows that stood for a charge cost one indexed look-up") {
  ChargeWalk walk;
  fill(walk);
  std::size_t superseded = 0;
  const auto plans = plans_of(walk, [&](const Ledger& ledger) {
    ledger.each_charge(kScope, [&](const ChargeRecord& charge) { superseded += charge.superseded.size(); });
  });
  CHECK(superseded == 1);
  check_no_scan(plans, {"SCAN ledger"});
  CHECK(mentions(plans, "INDEX row_that_took (charge=?)"));
}

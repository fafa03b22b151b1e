// A recorded run, and lives of it over a scripted wire.
#pragma once

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <csignal>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/fake_transport.h"
#include "support/recorded_run.h"
#include "usage/base/error.h"
#include "usage/run/billing_run.h"

namespace usage::test {

inline Delivery accept_all(const Posted& posted) {
  return accepted(posted);
}

// Something else than acceptance for one installation.
inline FakeTransport::Script other_for(unsigned number, Delivery other) {
  return [sid = installation_sid(number), other](const Posted& posted) {
    return posted.installation == sid ? other : accepted(posted);
  };
}

// A recorded run of so many requests, and lives of it over a scripted wire.
struct LifeCase {
  explicit LifeCase(unsigned requests, unsigned items = 1)
      : ledger(at.open()), run(record_run(*ledger, requests, items)) {
    options.seed = 7;
    observer.unrecorded = [this](std::uint32_t request, const AttemptOutcome&) { unrecorded.push_back(request); };
  }
  RunEnd live(FakeTransport& transport) {
    return send_run(
        *ledger, run, transport, at.clock, options, [this] { return signal; }, observer);
  }
  RunEnd live(const FakeTransport::Script& script) {
    FakeTransport transport(at.clock, script);
    const RunEnd end = live(transport);
    CHECK(transport.in_flight() == 0);
    posted = transport.posted;
    return end;
  }
  // The installations' statuses, as the ledger on the disk has them.
  std::map<RowStatus, int> statuses() const {
    std::map<RowStatus, int> found;
    const Ledger reader = at.open(LedgerAccess::kRead);
    for (const RowRecord& row : rows_of(reader, run.id)) ++found[row.status];
    return found;
  }
  int posts_of(unsigned number) const {
    int count = 0;
    for (const Posted& post : posted) count += post.installation == installation_sid(number) ? 1 : 0;
    return count;
  }
  // A crash at this point: the next life opens the ledger anew.
  void reopen() {
    ledger.reset();
    ledger.emplace(at.open());
    ledger->recover(run.id, at.clock.wall_now());
  }
  LedgerFolder at;
  std::optional<Ledger> ledger;
  RunInfo run;
  RunOptions options;
  RunObserver observer;
  int signal = 0;
  std::vector<Posted> posted;
  std::vector<std::uint32_t> unrecorded;
};

using enum RowStatus;
using Statuses = std::map<RowStatus, int>;

// One number of the ledger on the disk, through a connection of its own.
inline int number_in(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
  const int number = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return number;
}

inline void change_ledger(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

// From now on the ledger refuses changes of this kind.
inline void break_ledger(const std::filesystem::path& path, const std::string& event) {
  change_ledger(path, "CREATE TRIGGER broken AFTER " + event + " BEGIN SELECT RAISE(ABORT, 'broken'); END");
}

}  // namespace usage::test

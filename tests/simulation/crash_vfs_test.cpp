// The disk that the simulation trusts, tried with SQLite alone.
#include "simulation/crash_vfs.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <set>
#include <string>

namespace usage::test {
namespace {

class Connection {
 public:
  explicit Connection(const CrashVfs& vfs) {
    opened = sqlite3_open_v2("/db", &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs.name());
    sqlite3_extended_result_codes(database_, 1);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { sqlite3_close_v2(database_); }

  int run(const std::string& sql) { return sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr); }
  std::string value(const std::string& sql) {
    std::string result;
    const auto first_cell = [](void* out, int, char** cells, char**) {
      if (cells[0] != nullptr) *static_cast<std::string*>(out) = cells[0];
      return 0;
    };
    const int code = sqlite3_exec(database_, sql.c_str(), first_cell, &result, nullptr);
    return code == SQLITE_OK ? result : "error " + std::to_string(code);
  }
  int opened = SQLITE_OK;

 private:
  sqlite3* database_ = nullptr;
};

struct DiskCase {
  explicit DiskCase(std::uint64_t number = 1) : disk(process), vfs(disk, number), dice(number) {}
  Process process;
  CrashDisk disk;
  CrashVfs vfs;
  Dice dice;
};

void make_table(Connection& connection, const std::string& synchronous, int checkpoint_at) {
  CHECK(connection.value("PRAGMA journal_mode = WAL") == "wal");
  CHECK(connection.run("PRAGMA synchronous = " + synchronous) == SQLITE_OK);
  CHECK(connection.run("PRAGMA wal_autocheckpoint = " + std::to_string(checkpoint_at)) == SQLITE_OK);
  CHECK(connection.run("CREATE TABLE t (n INTEGER PRIMARY KEY, filling)") == SQLITE_OK);
}

// Rows 1, 2, 3, ... a commit each, until the process dies. Returns how many were acknowledged.
int insert_rows(Connection& connection, int first, int count) {
  int acknowledged = first - 1;
  for (int n = first; n < first + count; ++n)
    if (connection.run("INSERT INTO t VALUES (" + std::to_string(n) + ", zeroblob(700))") == SQLITE_OK)
      acknowledged = n;
  return acknowledged;
}

// After a death somewhere among fifty commits and a power cut: acknowledged before, found after.
struct Loss {
  int acknowledged = 0;
  int found = 0;
  std::string integrity;
  std::string rows;  // "prefix" where they are 1..found
};
Loss cut_among_commits(std::uint64_t number, const std::string& synchronous) {
  DiskCase t(number);
  Loss loss;
  {
    Connection connection(t.vfs);
    make_table(connection, synchronous, static_cast<int>(t.dice.one_of({3, 10, 1000})));
    t.process.begin(1 + t.dice.below(250));
    loss.acknowledged = insert_rows(connection, 1, 50);
    t.process.begin(1);  // dies before it can close in order
  }
  t.disk.power_cut(t.dice);
  t.process.begin();
  Connection after(t.vfs);
  after.run("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, filling)");
  loss.integrity = after.value("PRAGMA integrity_check");
  loss.found = std::stoi(after.value("SELECT count(*) FROM t"));
  loss.rows = after.value("SELECT iif(count(*) = coalesce(max(n), 0), 'prefix', 'holes') FROM t");
  return loss;
}

}  // namespace

TEST_CASE("with synchronous=FULL a power cut loses no acknowledged commit, and a torn tail is no damage") {
  int more_than_acknowledged = 0;
  for (std::uint64_t number = 1; number <= 400; ++number) {
    INFO("seed ", number);
    const Loss loss = cut_among_commits(number, "FULL");
    CHECK(loss.integrity == "ok");
    CHECK(loss.rows == "prefix");
    CHECK(loss.found >= loss.acknowledged);
    more_than_acknowledged += loss.found > loss.acknowledged ? 1 : 0;
  }
  CHECK(more_than_acknowledged > 0);  // what was written and not synced may survive too
}

TEST_CASE("with synchronous=NORMAL a power cut loses acknowledged commits, and the integrity check says ok") {
  int lost = 0;
  for (std::uint64_t number = 1; number <= 100; ++number) {
    const Loss loss = cut_among_commits(number, "NORMAL");
    CHECK(loss.integrity == "ok");
    CHECK(loss.rows == "prefix");
    if (loss.found < loss.acknowledged) ++lost;
  }
  CHECK(lost > 25);
}

TEST_CASE("kill -9 loses nothing that was acknowledged, not even with synchronous=OFF") {
  DiskCase t;
  {
    Connection connection(t.vfs);
    make_table(connection, "OFF", 1000);
    CHECK(insert_rows(connection, 1, 20) == 20);
    t.process.begin(1);
  }
  t.process.begin();
  Connection after(t.vfs);
  CHECK(after.value("SELECT count(*) FROM t") == "20");
}

TEST_CASE("a dead process changes nothing, whatever is called") {
  DiskCase t;
  CrashDisk::Image before;
  {
    Connection connection(t.vfs);
    make_table(connection, "FULL", 1000);
    before = t.disk.image();
    t.process.begin(1);
    CHECK(connection.run("INSERT INTO t VALUES (1, 2)") != SQLITE_OK);
    CHECK(connection.run("PRAGMA wal_checkpoint(TRUNCATE)") != SQLITE_OK);
  }
  CHECK(t.disk.image() == before);
}

TEST_CASE("a life repeats exactly, to the last byte") {
  const auto live = [] {
    DiskCase t(77);
    Connection connection(t.vfs);
    make_table(connection, "FULL", 5);
    insert_rows(connection, 1, 9);
    return t.disk.image();
  };
  CHECK(live() == live());
  CHECK(live().at("/db-wal").size() > 1000);
}

TEST_CASE("the n-th call of a kind fails as armed, and goes on as armed") {
  DiskCase t;
  Connection connection(t.vfs);
  make_table(connection, "FULL", 1000);
  SUBCASE("a write, once") {
    t.disk.arm({DiskCall::kWrite, 3, SQLITE_IOERR_WRITE, FaultLasts::kOnce});
    CHECK(connection.run("INSERT INTO t VALUES (1, zeroblob(9000))") == SQLITE_IOERR_WRITE);
    CHECK(t.disk.has_failed());
    CHECK(connection.run("INSERT INTO t VALUES (2, 0)") == SQLITE_OK);
    CHECK(connection.value("SELECT group_concat(n) FROM t") == "2");
  }
  SUBCASE("a full disk, until it is mended") {
    t.disk.arm({DiskCall::kWrite, 1, SQLITE_FULL, FaultLasts::kUntilMended});
    CHECK(connection.run("INSERT INTO t VALUES (1, 0)") == SQLITE_FULL);
    CHECK(connection.run("INSERT INTO t VALUES (2, 0)") == SQLITE_FULL);
    t.disk.mend();
    CHECK(connection.run("INSERT INTO t VALUES (3, 0)") == SQLITE_OK);
    CHECK(connection.value("SELECT group_concat(n) FROM t") == "3");
  }
  SUBCASE("a sync") {
    t.disk.arm({DiskCall::kSync, 1, SQLITE_IOERR_FSYNC, FaultLasts::kOnce});
    CHECK(connection.run("INSERT INTO t VALUES (1, 0)") == SQLITE_IOERR_FSYNC);
    CHECK(connection.run("INSERT INTO t VALUES (2, 0)") == SQLITE_OK);
  }
  SUBCASE("an open") {
    connection.run("PRAGMA journal_mode = DELETE");
    t.disk.arm({DiskCall::kOpen, 1, SQLITE_CANTOPEN, FaultLasts::kOnce});
    CHECK((connection.run("INSERT INTO t VALUES (1, 0)") & 0xFF) == SQLITE_CANTOPEN);
    CHECK(connection.run("INSERT INTO t VALUES (2, 0)") == SQLITE_OK);
  }
  CHECK(connection.value("PRAGMA integrity_check") == "ok");
}

TEST_CASE("writes behind a failed sync are lost for good, though a process can read them until the power is cut") {
  DiskCase t(4);
  {
    Connection connection(t.vfs);
    make_table(connection, "FULL", 1000);
    insert_rows(connection, 1, 3);
    t.disk.arm({DiskCall::kSync, 1, SQLITE_IOERR_FSYNC, FaultLasts::kOnce, FailedSync::kDropsWrites});
    CHECK(insert_rows(connection, 4, 1) == 3);
    t.process.begin(1);
  }
  t.process.begin();
  {
    Connection next(t.vfs);
    CHECK(next.value("SELECT count(*) FROM t") == "4");
    t.process.begin(1);
  }
  t.disk.power_cut(t.dice);
  t.process.begin();
  CHECK(Connection(t.vfs).value("SELECT count(*) FROM t") == "3");
}

TEST_CASE("two connections: one writes at a time, the other reads meanwhile") {
  DiskCase t;
  Connection one(t.vfs);
  make_table(one, "FULL", 1000);
  Connection two(t.vfs);
  insert_rows(one, 1, 2);
  CHECK(two.value("SELECT count(*) FROM t") == "2");
  CHECK(one.run("BEGIN IMMEDIATE; INSERT INTO t VALUES (3, 0)") == SQLITE_OK);
  CHECK(two.run("BEGIN IMMEDIATE") == SQLITE_BUSY);
  CHECK(two.value("SELECT count(*) FROM t") == "2");
  CHECK(one.run("COMMIT") == SQLITE_OK);
  CHECK(two.value("SELECT count(*) FROM t") == "3");
}

// SQLite's documentation of `PRAGMA synchronous`: with FULL the journal's removal, which is the commit, is not synced.
TEST_CASE("a rollback journal's commits survive a power cut with synchronous=EXTRA, and FULL may lose the last") {
  int lost_with_full = 0;
  for (std::uint64_t number = 1; number <= 200; ++number) {
    const bool full = number % 2 == 0;
    DiskCase t(number);
    int acknowledged = 0;
    {
      Connection connection(t.vfs);
      CHECK(connection.run("PRAGMA synchronous = EXTRA; CREATE TABLE t (n INTEGER PRIMARY KEY, filling)") == SQLITE_OK);
      if (full) connection.run("PRAGMA synchronous = FULL");
      t.process.begin(1 + t.dice.below(150));
      acknowledged = insert_rows(connection, 1, 20);
      t.process.begin(1);
    }
    t.disk.power_cut(t.dice);
    t.process.begin();
    Connection after(t.vfs);
    CHECK(after.value("PRAGMA integrity_check") == "ok");
    const int found = std::stoi(after.value("SELECT count(*) FROM t"));
    CHECK(found >= acknowledged - (full ? 1 : 0));
    lost_with_full += found < acknowledged ? 1 : 0;
  }
  CHECK(lost_with_full > 0);
}

TEST_CASE("a power cut keeps or drops each unsynced sector, in any order, and tears writes within them") {
  bool later_without_earlier = false;
  bool torn_within_sector = false;
  std::set<std::string> seen;
  for (std::uint64_t number = 1; number <= 300; ++number) {
    DiskFile file(std::string(4 * kSector, '.'));
    file.write(0, std::string(2 * kSector, 'a'));
    file.write(2 * kSector, std::string(2 * kSector, 'b'));
    Dice dice(number);
    file.cut(dice);
    const std::string& left = file.bytes();
    REQUIRE(left.size() == 4 * kSector);
    later_without_earlier |= left.front() == '.' && left.back() == 'b';
    const std::size_t change = left.find_first_not_of(left.front());
    torn_within_sector |= change != std::string::npos && change % kSector != 0;
    seen.insert(left);
  }
  CHECK(later_without_earlier);
  CHECK(torn_within_sector);
  CHECK(seen.count(std::string(4 * kSector, '.')) == 1);
  CHECK(seen.count(std::string(2 * kSector, 'a') + std::string(2 * kSector, 'b')) == 1);
}

TEST_CASE("what was synced survives every power cut") {
  for (std::uint64_t number = 1; number <= 50; ++number) {
    DiskFile file;
    file.write(0, "certain");
    file.sync();
    file.write(7, "?");
    Dice dice(number);
    file.cut(dice);
    CHECK(file.bytes().starts_with("certain"));
  }
}

TEST_CASE("a name that was not synced may be gone, and a removed file may be back") {
  std::set<std::string> seen;
  for (std::uint64_t number = 1; number <= 100; ++number) {
    DiskCase t(number);
    t.disk.make("old")->write(0, "o");
    t.disk.find("old")->sync();
    t.disk.sync_names();
    t.disk.remove("old");
    t.disk.make("new");
    t.disk.power_cut(t.dice);
    seen.insert(std::string(t.disk.find("old") ? "old " : "") + (t.disk.find("new") ? "new" : ""));
  }
  CHECK(seen == std::set<std::string>{"", "old ", "new", "old new"});
}

}  // namespace usage::test

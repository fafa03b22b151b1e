// Where a ledger may lie, and what becomes of it when its disk or its maker fails.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "ledger/ledger_fixture.h"
#include "support/no_more_than.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

std::size_t entries_in(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// What `act` returns in a process of its own, which ends without any clean-up, as in a crash.
template <class Act>
int exit_code_of(const Act& act) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(act());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("making a ledger leaves one file and nothing beside it") {
  const LedgerFixture fixture;
  CHECK(entries_in(fixture.path().parent_path()) == 1);
  CHECK(raw_sql(fixture.path(), "PRAGMA journal_mode") == "wal");
  CHECK(raw_sql(fixture.path(), "PRAGMA integrity_check") == "ok");
}

TEST_CASE("a ledger is not made over anything, and what was begun for it is gone") {
  const LedgerFixture fixture;
  const std::string id = fixture.open().identity().id;
  CHECK(error_of([&] { Ledger::create(fixture.path(), kStart); }) == "ledger-exists");
  CHECK(fixture.open().identity().id == id);
  const std::filesystem::path dangling = fixture.folder.path() / "dangling.db";
  std::filesystem::create_symlink(fixture.folder.path() / "target.db", dangling);
  CHECK(error_of([&] { Ledger::create(dangling, kStart); }) == "ledger-exists");
  CHECK(error_of([&] { Ledger::create(fixture.folder.path(), kStart); }) == "ledger-exists");
  CHECK_FALSE(std::filesystem::exists(fixture.folder.path() / "target.db"));
  CHECK(entries_in(fixture.folder.path()) == 2);
}

TEST_CASE("a ledger is not made beside the log of one that is gone, which SQLite would copy into it") {
  const LedgerFixture fixture;
  const auto die_with_a_log = [&] {
    Ledger ledger = fixture.open();
    fixture.record_run(ledger);
    ::_exit(0);
    return 0;
  };
  REQUIRE(exit_code_of(die_with_a_log) == 0);
  std::filesystem::remove(fixture.path());
  REQUIRE(std::filesystem::file_size(fixture.path().string() + "-wal") > 0);
  CHECK(error_of([&] { Ledger::create(fixture.path(), kStart); }) == "ledger-log-left");
  CHECK_FALSE(std::filesystem::exists(fixture.path()));
  std::filesystem::remove(fixture.path().string() + "-wal");
  Ledger::create(fixture.path(), kStart);
  CHECK(fixture.open().runs().empty());
}

TEST_CASE("where its folder cannot be, no ledger is made") {
  const TempFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  CHECK(error_of([&] { Ledger::create(folder.path() / "file" / "ledger.db", kStart); }) == "ledger-folder");
  CHECK(error_of([&] { Ledger::create("/proc/no/ledger.db", kStart); }) == "ledger-folder");
}

TEST_CASE("a folder that is reached through a symbolic link is good, the file itself must be none") {
  const LedgerFixture fixture;
  const std::filesystem::path link = fixture.folder.path() / "link";
  std::filesystem::create_directory_symlink(fixture.path().parent_path(), link);
  CHECK(Ledger::open(link / "ledger.db", LedgerAccess::kWrite).identity().run_count == 0);
  std::filesystem::create_symlink("ledger.db", link / "other.db");
  CHECK(error_of([&] { Ledger::open(link / "other.db", LedgerAccess::kWrite); }) == "ledger-symlink");
  Ledger::create(link / "new.db", kStart);
  CHECK(std::filesystem::exists(fixture.path().parent_path() / "new.db"));
}

TEST_CASE("network file systems are known by their magic, local ones are not among them") {
  CHECK(network_file_system(0x6969) == "NFS");
  CHECK(network_file_system(0xFF534D42) == "CIFS");
  CHECK(network_file_system(0xFE534D42) == "SMB");
  for (const std::uint64_t local : {0xEF53U, 0x58465342U, 0x9123683EU, 0x01021994U, 0x794C7630U, 0x65735546U})
    CHECK_FALSE(network_file_system(local));
  CHECK(network_file_system(0x786F4256) == "vboxsf");
}

TEST_CASE("a FUSE file system counts as local only where the list of mounts says that it is on a disk") {
  constexpr std::string_view kMounts =
      "25 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw\n"
      "36 25 0:45 / /mnt/with\\040blank\\040-\\040x rw,nosuid shared:9 master:2 - fuse.sshfs host:/a\\040b rw\n"
      "37 25 0:46 /sub /mnt/vm rw - virtiofs share rw\n"
      "38 25 8:17 / /mnt/usb rw shared:3 - fuseblk /dev/sdb1 rw\n"
      "39 25 0:47 / /mnt/bare rw - fuse host rw\n"
      "40 25 0:48 / /mnt/cut rw\n";
  const auto type_of = [&](unsigned major, unsigned minor) {
    std::istringstream mounts{std::string(kMounts)};
    return fuse_without_disk(mounts, makedev(major, minor));
  };
  CHECK(type_of(0, 45) == "fuse.sshfs");
  CHECK(type_of(0, 46) == "virtiofs");
  CHECK_FALSE(type_of(8, 17));
  CHECK(type_of(0, 47) == "fuse");
  CHECK(type_of(0, 48) == "FUSE");
  CHECK(type_of(0, 4) == "FUSE");
  std::istringstream unreadable;
  CHECK(fuse_without_disk(unreadable, makedev(8, 17)) == "FUSE");
}

TEST_CASE("a disk that takes no more ends everything at once, and nothing acknowledged is lost") {
  const LedgerFixture fixture;
  RunInfo run;
  {
    Ledger ledger = fixture.open();
    run = fixture.record_run(ledger);
    const RequestId first = request_id(ledger, run.id, 1);
    const AttemptId acknowledged = ledger.start_attempt(first, after(1));
    {
      const NoMoreThan limit(std::filesystem::file_size(fixture.path().string() + "-wal"));
      ledger.begin();
      ledger.end_attempt(acknowledged, delivery(202), outcome(Verdict::kAnswered, {true, true}));
      CHECK(error_of([&] { ledger.commit(); }) == "ledger-io");
    }
    // There is room again, but what the object believes and what the file holds may differ.
    CHECK(error_of([&] { ledger.start_attempt(first + 1, after(2)); }) == "ledger-failed");
    CHECK(error_of([&] { ledger.counts(run.id); }) == "ledger-failed");
  }
  Ledger ledger = fixture.open();
  CHECK(ledger.counts(run.id).attempts == 1);
  CHECK(ledger.recover(run.id, after(3)) == 1);
}

TEST_CASE("a run whose recording meets a full disk was never begun") {
  const LedgerFixture fixture;
  {
    Ledger ledger = fixture.open();
    ledger.open_period(kScope, kStart);
    const NoMoreThan limit(std::filesystem::file_size(fixture.path().string() + "-wal"));
    CHECK(error_of([&] { fixture.record_run(ledger); }) == "ledger-io");
  }
  CHECK(fixture.open().runs().empty());
}

TEST_CASE("an error on the way into a transaction leaves nothing of it, even where the caller goes on") {
  const LedgerFixture fixture;
  RunInfo run;
  {
    Ledger ledger = fixture.open();
    run = fixture.record_run(ledger);
    ledger.begin();
    attempt(ledger, request_id(ledger, run.id, 1), Verdict::kUnknown);
    CHECK(error_of([&] { ledger.start_attempt(999, after(1)); }) == "ledger-conflict");
    CHECK(error_of([&] { ledger.commit(); }) == "ledger-failed");
  }
  CHECK(fixture.open().counts(run.id).attempts == 0);
}

TEST_CASE("a transaction within a transaction, and a commit of none, are errors of the program") {
  const LedgerFixture fixture;
  Ledger ledger = fixture.open();
  CHECK(error_of([&] { ledger.commit(); }) == "ledger-conflict");
  ledger.begin();
  CHECK(error_of([&] { ledger.begin(); }) == "ledger-conflict");
}

TEST_CASE("a process that dies with a claim in hand leaves it in doubt, and what it did not commit is not there") {
  const LedgerFixture fixture;
  const int ended = exit_code_of([&] {
    Ledger ledger = fixture.open();
    const RunInfo run = fixture.record_run(ledger);
    ledger.start_attempt(request_id(ledger, run.id, 2), after(1));
    ledger.begin();
    ledger.start_attempt(request_id(ledger, run.id, 3), after(2));
    return 7;  // with the transaction open
  });
  REQUIRE(ended == 7);
  CHECK(fixture.open(LedgerAccess::kRead).counts(1).attempts == 1);  // before anybody has repaired anything
  Ledger ledger = fixture.open();
  CHECK(ledger.recover(1, after(3)) == 1);
  CHECK(rows_of(ledger, 1)[1].status == RowStatus::kUnknown);
  CHECK(rows_of(ledger, 1)[5].status == RowStatus::kNotSent);
}

TEST_CASE("a ledger that may not be written is called so, also where a dead process left its log") {
  const LedgerFixture fixture;
  REQUIRE(exit_code_of([&] {
            Ledger ledger = fixture.open();
            fixture.record_run(ledger);
            ::_exit(7);  // without closing it
            return 0;
          }) == 7);
  const std::string path = fixture.path().string();
  REQUIRE(std::filesystem::file_size(path + "-wal") > 0);
  const std::string folders[] = {fixture.folder.path().string(), fixture.path().parent_path().string()};
  for (const std::string& writable : {folders[0], folders[1], path + "-wal", path + "-shm"})
    REQUIRE(::chmod(writable.c_str(), 0777) == 0);
  REQUIRE(::chmod(fixture.path().c_str(), 0444) == 0);
  CHECK(exit_code_of([&] {
          if (::geteuid() == 0 && ::setuid(65534) != 0) return 1;  // nothing forbids root to write
          return error_of([&] { fixture.open(); }) == "ledger-read-only" ? 7 : 2;
        }) == 7);
  CHECK(fixture.open(LedgerAccess::kRead).runs().size() == 1);
}

TEST_CASE("a VFS of its own gets a path that the file system is not asked about") {
  const TempFolder folder;
  LedgerOptions options;
  options.vfs = "unix-none";  // SQLite's own, without locks
  const std::filesystem::path path = folder.path() / "ledger.db";
  CHECK(error_of([&] { Ledger::open(path, LedgerAccess::kRead, options); }) == "ledger-read-only");
  Ledger::create(path, kStart, options);
  CHECK(Ledger::open(path, LedgerAccess::kRead, options).identity().run_count == 0);
  options.vfs = "no-such-vfs";
  CHECK(error_of([&] { Ledger::open(path, LedgerAccess::kRead, options); }) != "");
}

// What a ledger has shown to one process is not lost to the next, whatever the disk did before.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <string>

#include "simulation/crash_vfs.h"
#include "simulation/dice.h"
#include "support/recorded_run.h"

namespace usage::test {
namespace {

const char* const kFile = "/ledger.db";

struct DiskLedger {
  Process process;
  CrashDisk disk{process};
  CrashVfs vfs{disk, 1};
  LedgerOptions options{OnNetworkDrive::kRefuse, vfs.name()};
  FakeClock clock;

  Ledger open() const { return Ledger::open(kFile, LedgerAccess::kWrite, options); }

  // A process that ends a run and then is killed, by a disk that drops that commit's writes at its sync.
  void end_run_on_a_bad_disk() {
    Ledger ledger = open();
    const RunInfo run = record_run(ledger, 3);
    disk.arm({DiskCall::kSync, 1, SQLITE_IOERR_FSYNC, FaultLasts::kOnce, FailedSync::kDropsWrites});
    CHECK_THROWS_AS(ledger.end_run(run.id, RunState::kAbandoned, "abandoned", "", clock.wall_now()), LedgerError);
    process.begin(1);
  }

  // What a process that only opens the ledger and is killed then has seen.
  RunState state_seen() {
    process.begin();
    disk.mend();
    Ledger ledger = open();
    const RunState state = ledger.find_run("last").value().state;
    process.begin(1);
    return state;
  }
};

}  // namespace

TEST_CASE("what a process saw of a log whose sync had failed survives the power cut after it") {
  int seen_ended = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed ", seed);
    DiskLedger t;
    Ledger::create(kFile, t.clock.wall_now(), t.options);
    t.end_run_on_a_bad_disk();
    const RunState seen = t.state_seen();
    seen_ended += seen == RunState::kAbandoned ? 1 : 0;
    Dice dice(seed);
    t.disk.power_cut(dice);
    CHECK(t.state_seen() == seen);
  }
  CHECK(seen_ended > 0);  // else nothing was at stake
}

// `init --from` closes a seeded ledger, and only then gives the one file its name.
TEST_CASE("a ledger that was closed in order is whole in its one file, whatever the power does then") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed ", seed);
    DiskLedger t;
    Ledger::create(kFile, t.clock.wall_now(), t.options);
    {
      Ledger ledger = t.open();
      for (int n = 0; n < 3; ++n)
        ledger.end_run(record_run(ledger, 40).id, RunState::kAbandoned, "abandoned", "", t.clock.wall_now());
    }
    const CrashDisk::Image closed = t.disk.image();
    CHECK(closed.size() == 1);
    Dice dice(seed);
    t.disk.power_cut(dice);
    CHECK(t.disk.image().at(kFile) == closed.at(kFile));
    CHECK(t.open().runs().size() == 3);
  }
}

}  // namespace usage::test

#include "seed_ledger.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "seed_runs.h"
#include "usage/base/text.h"
#include "usage/ledger/unfinished_ledger.h"

namespace usage {
namespace {

// SQLite puts the log into the file when the last connection closes; only then the file alone is the ledger.
void require_one_file(const std::filesystem::path& ledger) {
  std::error_code none;
  if (const auto left = std::filesystem::file_size(ledger.string() + "-wal", none); none || left == 0) return;
  throw LedgerError("ledger-not-closed", "SQLite left a log beside the new ledger; no ledger was made",
                    "free space on its disk, and try again on a local file system");
}

// What other runs of the lost ledger sent is not known to the new one.
void warn_of_missing_runs(const std::vector<SeedFile>& files, SeededLedger& seeded) {
  std::uint64_t had = 0;
  std::set<std::string> given;
  for (const SeedFile& file : files) {
    had = std::max(had, file.run_count);
    given.insert(file.runs.begin(), file.runs.end());
  }
  if (had <= given.size()) return;
  seeded.warnings.push_back({"seed-runs-missing", "the lost ledger had at least " + count_of(had, "run", "runs") +
                                                      ", and files of " + std::to_string(given.size()) +
                                                      " are given: what the other runs billed would be billed again"});
}

// A whole period becomes one run: what is asked about goes by the order of the runs, and by what stood for a charge
// before.
void warn_of_whole_periods(const std::vector<SeedFile>& files, SeededLedger& seeded) {
  for (const SeedFile& file : files)
    if (file.is_of_period && file.runs.size() > 1)
      seeded.warnings.push_back(
          {"seed-of-period", clean_text(file.path.string()) + " is of the whole period " + file.scope.period +
                                 ": its rows are all there, but not the order of its " +
                                 count_of(file.runs.size(), "run", "runs") +
                                 ", nor which SIDs and references a correction changed, so what the lost ledger would "
                                 "have asked about may be billed without a question; the files of the runs, where they "
                                 "are at hand, are better"});
}

}  // namespace

SeededLedger seed_ledger(const std::filesystem::path& path, const LedgerOptions& options,
                         const std::vector<SeedFile>& files, const Clock& clock) {
  const UnfinishedLedger unfinished(std::filesystem::absolute(path));
  Ledger::create(unfinished.path(), clock.wall_now(), options);
  SeededLedger seeded;
  {
    const LedgerLock lock(unfinished.path());
    Ledger ledger = Ledger::open(unfinished.path(), LedgerAccess::kWrite, options);
    RunSeeder seeder(ledger, clock);
    seeder.seed(files);
    seeder.require_nothing_missing();
    seeded = {ledger.identity(), ledger.runs(), seeder.warnings()};
  }
  warn_of_missing_runs(files, seeded);
  warn_of_whole_periods(files, seeded);
  require_one_file(unfinished.path());
  unfinished.put_in_place();
  return seeded;
}

}  // namespace usage

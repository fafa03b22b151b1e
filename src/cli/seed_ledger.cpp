#include "seed_ledger.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "seed_runs.h"
#include "usage/base/digest.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// A ledger in the making, gone where it did not take its place.
class Unfinished {
 public:
  explicit Unfinished(const std::filesystem::path& target)
      : path_(target.parent_path() / (".usage-uploader-seed-" + random_hex(8) + ".db")) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    for (const char* suffix : {"", "-wal", "-shm", "-journal", ".lock"}) ::unlink((path_.string() + suffix).c_str());
  }
  const std::filesystem::path& path() const { return path_; }

  // Takes the name where it is free, never replaces; durable on return. link(2) where the file system cannot rename
  // like that.
  void place(const std::filesystem::path& target) const {
    const bool placed = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0 ||
                        (errno == EINVAL && ::link(path_.c_str(), target.c_str()) == 0);
    if (!placed) fail(target, errno);
    sync_folder(target.parent_path());
  }

  [[noreturn]] static void fail(const std::filesystem::path& target, int error) {
    const std::string why = error == EEXIST ? "there already is a file" : errno_text(error);
    throw LedgerError(error == EEXIST ? "ledger-exists" : "ledger-folder",
                      "no ledger was made at " + clean_text(target.string()) + ": " + why,
                      "go on with the one that is there, or name another place with --ledger FILE");
  }

 private:
  std::filesystem::path path_;
};

// SQLite puts the log into the file when the last connection closes; only then the file alone is the ledger.
void require_one_file(const std::filesystem::path& ledger) {
  std::error_code none;
  if (const auto left = std::filesystem::file_size(ledger.string() + "-wal", none); none || left == 0) return;
  throw LedgerError("ledger-not-closed", "SQLite left a log beside the new ledger; no ledger was made",
                    "try again, on a local file system");
}

// What other runs of the lost ledger sent is not known to the new one.
void warn_of_missing_runs(const std::vector<SeedFile>& files, SeededLedger& seeded) {
  std::uint64_t had = 0;
  for (const SeedFile& file : files) had = std::max(had, file.run_count);
  if (had <= files.size()) return;
  seeded.warnings.push_back({"seed-runs-missing", "the lost ledger had at least " + count_of(had, "run", "runs") +
                                                      ", and " + count_of(files.size(), "file is", "files are") +
                                                      " given: what the other runs billed would be billed again"});
}

}  // namespace

SeededLedger seed_ledger(const std::filesystem::path& path, const LedgerOptions& options,
                         const std::vector<SeedFile>& files, const Clock& clock) {
  const std::filesystem::path target = std::filesystem::absolute(path);
  std::error_code failed;
  if (std::filesystem::symlink_status(target, failed).type() != std::filesystem::file_type::not_found)
    Unfinished::fail(target, EEXIST);
  require_no_log_left(target);
  const Unfinished unfinished(target);
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
  require_one_file(unfinished.path());
  unfinished.place(target);
  return seeded;
}

}  // namespace usage

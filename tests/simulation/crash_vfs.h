// SQLite's way to the crash disk: a VFS with WAL's shared memory, for one process that may die.
#pragma once

#include <memory>
#include <string>

#include "simulation/crash_disk.h"

struct sqlite3_vfs;

namespace usage::test {

// Registered under its name for as long as it lives; all connections must be closed before it goes. What the system's
// VFS promises of a folder holds here too: the first sync of a new journal or WAL, and a delete that asks for it, sync
// the names. Time stands still and SQLite's random bytes come from the seed, so that a life repeats exactly.
class CrashVfs {
 public:
  CrashVfs(CrashDisk& disk, std::uint64_t seed);
  CrashVfs(const CrashVfs&) = delete;
  CrashVfs& operator=(const CrashVfs&) = delete;
  ~CrashVfs();
  const char* name() const { return name_.c_str(); }

 private:
  struct State;
  std::string name_;
  std::unique_ptr<State> state_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace usage::test

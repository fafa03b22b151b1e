// Where the ledger lies, who holds it, and whether it can be trusted.
#pragma once

#include <filesystem>
#include <string>

#include "usage/base/file.h"

namespace usage {

// LedgerError where the path is not a regular file of its own: "ledger-missing" (with the `init` command as remedy),
// "ledger-symlink", "ledger-not-a-file".
void require_ledger_file(const std::filesystem::path& ledger);

std::string sqlite_version_text();  // of the library in use

// Held for the whole of a writing command: FILE.lock beside the ledger, flock, with pid, host and command inside.
// A dead holder blocks nobody. LedgerError "ledger-in-use" (exit 4) at once where another process holds it, naming it.
class LedgerLock {
 public:
  explicit LedgerLock(const std::filesystem::path& ledger);

 private:
  FileDescriptor fd_;
};

}  // namespace usage

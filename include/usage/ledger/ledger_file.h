// Where the ledger lies, who holds it, and whether it can be trusted.
#pragma once

#include <filesystem>
#include <string>

#include "usage/base/file.h"

namespace usage {

// Held for the whole of a writing command: FILE.lock beside the ledger, flock, with pid, host and command inside.
// A dead holder blocks nobody. LedgerError "ledger-in-use" (exit 4) at once where another process holds it, naming it.
class LedgerLock {
 public:
  explicit LedgerLock(const std::filesystem::path& ledger);

 private:
  FileDescriptor fd_;
};

}  // namespace usage

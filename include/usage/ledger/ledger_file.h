// Where the ledger lies, who holds it, and whether it can be trusted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "usage/base/file.h"

namespace usage {

enum class LedgerAccess : std::uint8_t { kRead, kWrite };

enum class OnNetworkDrive : std::uint8_t { kRefuse, kAllow };

struct LedgerOptions {
  // Locks and fsync of a network file system cannot be relied on, and what two machines share two can bill from.
  OnNetworkDrive on_network_drive = OnNetworkDrive::kRefuse;
  // The SQLite VFS to use; nullptr: the system's. With another, the path is that VFS's own, and the file system is not
  // asked about it (power-loss tests).
  const char* vfs = nullptr;
};

// LedgerError where the path is not a regular file of its own: "ledger-missing" (with the `init` command as remedy),
// "ledger-symlink", "ledger-not-a-file", "ledger-linked" (another name leads to it), "ledger-mounted" (without what
// lies beside it), "ledger-read-only" (cannot even be looked at). Opens nothing: closing a second descriptor of the
// database would drop SQLite's locks on it.
void require_ledger_file(const std::filesystem::path& ledger);

// LedgerError "ledger-log-left" where the log of a ledger that is gone lies at the place of a new one: SQLite would
// copy it into the new one.
void require_no_log_left(const std::filesystem::path& ledger);

// The name of the network file system ("NFS") that `magic`, as in statfs(2), stands for; nothing for a local one,
// and for FUSE, which may be either.
std::optional<std::string_view> network_file_system(std::uint64_t magic);

// The type ("fuse.sshfs", "virtiofs") of the FUSE file system with this device number, as the lines of
// /proc/self/mountinfo have it; nothing where it is on a disk of this machine ("fuseblk"). "FUSE" where they do not
// say.
std::optional<std::string> fuse_without_disk(std::istream& mounts, std::uint64_t device);

// LedgerError "ledger-network-drive" where the folder is on a network file system, unless allowed.
void require_local_drive(const std::filesystem::path& folder, OnNetworkDrive on_network_drive);

// Whether the folder's file system lies in memory, and is gone with the next start of the machine.
bool is_in_memory(const std::filesystem::path& folder);

std::string sqlite_version_text();  // of the library in use

// Held for the whole of a writing command: FILE.lock beside the ledger, flock, with pid, host and start time inside.
// The ledger must exist. A dead holder blocks nobody. LedgerError "ledger-in-use" (exit 4) at once where another
// process holds it, naming it; "ledger-lock" where the lock file cannot be made. The lock file stays: removing it would
// let two processes hold one each.
class LedgerLock {
 public:
  explicit LedgerLock(const std::filesystem::path& ledger);

 private:
  FileDescriptor fd_;
};

// Who holds the ledger's lock now, as the lock file says; nothing where nobody of this machine does. Only looks.
std::optional<std::string> ledger_holder(const std::filesystem::path& ledger);

}  // namespace usage

#include "usage/ledger/ledger_file.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "usage/base/clock.h"
#include "usage/base/error.h"
#include "usage/base/text.h"

namespace usage {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown host";
}

std::string holder_text(int fd) {
  std::array<char, 512> text{};
  const ssize_t size = pread(fd, text.data(), text.size() - 1, 0);
  return size > 0 ? clean_text(trim_blanks(std::string_view(text.data(), static_cast<std::size_t>(size - 1))))
                  : "another process";
}

}  // namespace

std::string sqlite_version_text() { return sqlite3_libversion(); }

void require_ledger_file(const std::filesystem::path& ledger) {
  struct stat found {};
  const std::string shown = clean_text(ledger.string());
  if (lstat(ledger.c_str(), &found) != 0)
    throw LedgerError("ledger-missing", "there is no ledger at " + shown + ": " + errno_text(errno),
                      "restore it from its backup; only where nothing was ever billed from here, make one: "
                      "usage-uploader init --ledger " + shell_word(ledger.string()));
  if (S_ISLNK(found.st_mode))
    throw LedgerError("ledger-symlink", "the ledger " + shown + " is a symbolic link, which is not followed",
                      "name the file itself with --ledger");
  if (!S_ISREG(found.st_mode))
    throw LedgerError("ledger-not-a-file", "the ledger " + shown + " is not a regular file", "check --ledger");
}

LedgerLock::LedgerLock(const std::filesystem::path& ledger) {
  require_ledger_file(ledger);
  std::filesystem::path path = ledger;
  path += ".lock";
  fd_ = FileDescriptor(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd_.valid())
    throw LedgerError("ledger-lock", "cannot open the lock file " + clean_text(path.string()) + ": " + errno_text(errno),
                      "make the ledger's folder writable for this user");
  if (flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      throw LedgerError("ledger-lock", "cannot lock " + clean_text(path.string()) + ": " + errno_text(errno),
                        "keep the ledger on a local file system");
    throw LedgerError("ledger-in-use", "the ledger is in use by " + holder_text(fd_.get()),
                      "wait until it is done; `usage-uploader show` works meanwhile");
  }
  const std::string holder = "process " + std::to_string(getpid()) + " on " + host_name() + " since " +
                             rfc3339(SystemClock().wall_now()) + "\n";
  if (ftruncate(fd_.get(), 0) != 0 ||
      pwrite(fd_.get(), holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size()))
    throw LedgerError("ledger-lock", "cannot write " + clean_text(path.string()) + ": " + errno_text(errno),
                      "free space on the ledger's disk");
}

}  // namespace usage

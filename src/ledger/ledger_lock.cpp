#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>

#include "usage/base/clock.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/base/user.h"
#include "usage/base/write_whole.h"
#include "usage/ledger/ledger_file.h"

namespace usage {
namespace {

[[noreturn]] void fail(const std::string& doing, const std::filesystem::path& path, const std::string& remedy) {
  const std::string reason = errno_text(errno);
  throw LedgerError("ledger-lock", "cannot " + doing + " " + clean_text(path.string()) + ": " + reason, remedy);
}

std::string own_name() {
  return "process " + std::to_string(::getpid()) + " on " + host_name() + " since " + rfc3339(SystemClock().wall_now());
}

std::string holder_of(int fd) {
  std::array<char, 400> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  const std::string_view line(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::string_view name = line.substr(0, line.find('\n'));
  return name.empty() ? "another process" : clean_text(name);
}

void write_holder(int fd, const std::string& text, const std::filesystem::path& path) {
  if (::ftruncate(fd, 0) != 0 || !write_whole(fd, std::as_bytes(std::span(text))))
    fail("write", path, "free space on the ledger's disk");
}

// A lock on a file that was removed meanwhile keeps nobody out.
void require_still_there(int fd, const std::filesystem::path& path) {
  struct stat held {};
  struct stat named {};
  if (::fstat(fd, &held) == 0 && ::lstat(path.c_str(), &named) == 0 && held.st_dev == named.st_dev &&
      held.st_ino == named.st_ino)
    return;
  throw LedgerError("ledger-lock", "the lock file " + clean_text(path.string()) + " was removed meanwhile",
                    "try again");
}

void share(int fd, mode_t mode) {
  if (::fchmod(fd, mode) != 0) errno = 0;  // for its owner only
}

// Whoever may write the ledger must be able to lock it, whoever did so first; root owns nothing for good, and its owner
// can open it again when the ledger can be written again.
void share_as_ledger(int fd, const struct stat& ledger, const struct stat& lock) {
  const mode_t mode = (ledger.st_mode & 0666) | 0600;
  constexpr auto kSame = static_cast<uid_t>(-1);
  if (lock.st_uid != ledger.st_uid && ::fchown(fd, ledger.st_uid, ledger.st_gid) == 0) return share(fd, mode);
  if (lock.st_gid != ledger.st_gid && ::fchown(fd, kSame, ledger.st_gid) != 0) return;  // of another group
  if ((lock.st_mode & 0777) != mode) share(fd, mode);
}

std::string how_to_open(const std::filesystem::path& ledger, const std::filesystem::path& lock) {
  struct stat found {};
  if (errno != EACCES || ::lstat(lock.c_str(), &found) != 0) return "make the ledger's folder writable for this user";
  const std::string alike = " --reference=" + shell_path(ledger.string()) + " " + shell_path(lock.string());
  return "let its owner, or root, give it to those who may write the ledger: chown" + alike + " && chmod" + alike;
}

}  // namespace

LedgerLock::LedgerLock(const std::filesystem::path& ledger) {
  require_ledger_file(ledger);
  std::filesystem::path path = ledger;
  path += ".lock";
  struct stat its_file {};
  if (::stat(ledger.c_str(), &its_file) != 0) fail("look at", ledger, "check the ledger's folder");
  fd_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd_.valid()) fail("open the lock file", path, how_to_open(ledger, path));
  struct stat lock {};
  if (::fstat(fd_.get(), &lock) != 0) fail("look at", path, "check the ledger's folder");
  if (lock.st_nlink > 1)
    throw LedgerError("ledger-lock",
                      "the lock file " + clean_text(path.string()) + " is another file as well (a hard link)",
                      "remove this name of it while no program uses the ledger");
  share_as_ledger(fd_.get(), its_file, lock);
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail("lock", path, "keep the ledger on a local file system");
    throw LedgerError("ledger-in-use",
                      "the ledger " + clean_text(ledger.string()) + " is in use: held by " + holder_of(fd_.get()),
                      "wait until that is done; what only reads works meanwhile");
  }
  require_still_there(fd_.get(), path);
  write_holder(fd_.get(), own_name() + "\n", path);
}

}  // namespace usage

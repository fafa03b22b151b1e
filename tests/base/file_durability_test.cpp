// What cannot be seen in a file afterwards: that it was on the disk before it got its name. This program's fsync and
// rename stand before the C library's, note the order of calls, and can fail.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "support/temp_folder.h"
#include "usage/base/file.h"

namespace {

namespace fs = std::filesystem;

std::vector<std::string> calls;
std::string failing;  // the one that fails

int note(const std::string& call, int error_number) {
  calls.push_back(call);
  if (call != failing) return 0;
  errno = error_number;
  return -1;
}

struct Calls {  // each test begins and ends with none
  Calls() { calls.clear(); }
  ~Calls() {
    failing.clear();
    calls.clear();
  }
};

bool without_proc = false;
struct WithoutProc {
  WithoutProc() { without_proc = true; }
  ~WithoutProc() { without_proc = false; }
};

int commit_error(const fs::path& target) {
  usage::AtomicFile file(target);
  file.write("new");
  try {
    file.commit();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

std::size_t entries_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

extern "C" int fsync(int fd) {
  struct stat status {};
  const bool is_file = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  if (note(is_file ? "fsync file" : "fsync folder", is_file ? EIO : EINVAL) != 0) return -1;
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  if (note("rename", EIO) != 0) return -1;
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

// Where a name cannot be given to a file that has none, as without /proc, it has one from the beginning.
extern "C" int access(const char* path, int mode) noexcept {
  if (without_proc && std::string_view(path).starts_with("/proc/")) return errno = ENOENT, -1;
  return static_cast<int>(::syscall(SYS_faccessat, AT_FDCWD, path, mode));
}

extern "C" int linkat(int from, const char* old_path, int to, const char* new_path, int flags) noexcept {
  if (failing == "linkat") return errno = EPERM, -1;
  return static_cast<int>(::syscall(SYS_linkat, from, old_path, to, new_path, flags));
}

TEST_CASE("a file that can be given no name is copied into one that has one") {
  const Calls fresh;
  const usage::test::TempFolder folder;
  failing = "linkat";
  usage::AtomicFile file(folder.path() / "result.csv");
  const std::string content(300'000, 'x');
  file.write(content);
  file.commit();
  CHECK(usage::read_file(folder.path() / "result.csv", 1'000'000) == content);
  CHECK(entries_in(folder.path()) == 1);
  CHECK((fs::status(folder.path() / "result.csv").permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("until it is whole a file has no name, so that a killed program leaves nothing; or a hidden one") {
  const usage::test::TempFolder folder;
  const int nameless = ::open(folder.path().c_str(), O_WRONLY | O_TMPFILE, 0600);
  if (nameless >= 0) {  // a file system that knows such files
    ::close(nameless);
    const usage::AtomicFile file(folder.path() / "result.csv");
    CHECK(entries_in(folder.path()) == 0);
  }
  const WithoutProc named;
  const usage::AtomicFile file(folder.path() / "result.csv");
  REQUIRE(entries_in(folder.path()) == 1);
  const fs::directory_entry temporary = *fs::directory_iterator(folder.path());
  CHECK(temporary.path().filename().string().starts_with('.'));
  CHECK((temporary.status().permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
}

TEST_CASE("a file is on the disk before it gets its name, and the name is on the disk after") {
  std::optional<WithoutProc> named;
  SUBCASE("which it has from the end on") {}
  SUBCASE("instead of a hidden one") {
    named.emplace();
  }
  const Calls fresh;
  const usage::test::TempFolder folder;
  CHECK(commit_error(folder.path() / "result.csv") == 0);
  CHECK(calls == std::vector<std::string>{"fsync file", "rename", "fsync folder"});
}

TEST_CASE("a file that cannot be made durable, or not renamed, does not replace the old one") {
  for (const char* step : {"fsync file", "rename"}) {
    const Calls fresh;
    const usage::test::TempFolder folder;
    CAPTURE(step);
    CHECK(commit_error(folder.path() / "result.csv") == 0);
    failing = step;
    CHECK(commit_error(folder.path() / "result.csv") == EIO);
    CHECK(calls.back() == step);
    CHECK(entries_in(folder.path()) == 1);
  }
}

TEST_CASE("a file system that knows no fsync of a folder is no error") {
  const Calls fresh;
  const usage::test::TempFolder folder;
  failing = "fsync folder";
  CHECK(commit_error(folder.path() / "result.csv") == 0);
  CHECK(calls.back() == "fsync folder");
}

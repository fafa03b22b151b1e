// What cannot be seen in a file afterwards: that it was on the disk before it got its name. This program's fsync and
// rename stand before the C library's, note the order of calls, and can fail.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
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
  const fs::path path = fs::read_symlink("/proc/self/fd/" + std::to_string(fd));
  const bool temporary = path.extension() == ".tmp";
  if (note(temporary ? "fsync file" : "fsync folder", temporary ? EIO : EINVAL) != 0) return -1;
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  if (note("rename", EIO) != 0) return -1;
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

TEST_CASE("a file is on the disk before it gets its name, and the name is on the disk after") {
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

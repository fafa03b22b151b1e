#include "usage/base/file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <system_error>

#include "support/temp_folder.h"

namespace {

namespace fs = std::filesystem;
using usage::AtomicFile;
using usage::read_file;
using usage::test::TempFolder;

void put(const fs::path& path, std::string_view text) {
  std::ofstream(path) << text;
}

std::string content(const fs::path& path) {
  return read_file(path, 10'000'000);
}

std::size_t entries_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

// The errno of the std::system_error that must come, and its message.
std::pair<int, std::string> failure_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const std::system_error& error) {
    return {error.code().value(), error.what()};
  }
  return {0, "nothing was thrown"};
}

// While it lives, no file of this process may grow beyond so many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    ::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  sighandler_t old_handler_;
};

}  // namespace

TEST_CASE("an atomic file appears whole, with mode 0600, when it is committed and not before") {
  const TempFolder folder;
  const fs::path target = folder.path() / "result.csv";
  AtomicFile file(target);
  file.write("first ");
  file.write(std::string(200'000, 'x'));  // more than the buffer
  CHECK_FALSE(fs::exists(target));
  file.write(" last");
  file.commit();
  CHECK(content(target) == "first " + std::string(200'000, 'x') + " last");
  CHECK((fs::status(target).permissions() & fs::perms::mask) == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(entries_in(folder.path()) == 1);
  CHECK(file.target() == target);
}

TEST_CASE("without a commit nothing is left, and the old file stays as it was") {
  const TempFolder folder;
  const fs::path target = folder.path() / "result.csv";
  put(target, "old");
  {
    AtomicFile file(target);
    file.write(std::string(100'000, 'n'));
  }
  CHECK(content(target) == "old");
  CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("a commit replaces the old file, which readers that have it open still see whole") {
  const TempFolder folder;
  const fs::path target = folder.path() / "result.csv";
  put(target, "old content");
  std::ifstream reader(target);
  AtomicFile file(target);
  file.write("new");
  file.commit();
  std::string seen;
  std::getline(reader, seen);
  CHECK(seen == "old content");
  CHECK(content(target) == "new");
}

TEST_CASE("two writers of one target do not meet: the last commit wins whole") {
  const TempFolder folder;
  const fs::path target = folder.path() / "result.csv";
  AtomicFile first(target);
  AtomicFile second(target);
  first.write("first");
  second.write("second");
  second.commit();
  first.commit();
  CHECK(content(target) == "first");
  CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("a link in the target's place is replaced, not followed") {
  const TempFolder folder;
  const fs::path target = folder.path() / "result.csv";
  put(folder.path() / "precious", "precious");
  fs::create_symlink("precious", target);
  AtomicFile file(target);
  file.write("new");
  file.commit();
  CHECK(content(folder.path() / "precious") == "precious");
  CHECK_FALSE(fs::is_symlink(target));
  CHECK(content(target) == "new");
}

TEST_CASE("a link to a folder, or to nothing, is replaced too") {
  const TempFolder folder;
  fs::create_directory(folder.path() / "inner");
  fs::create_directory_symlink("inner", folder.path() / "to_folder");
  fs::create_symlink("nowhere", folder.path() / "to_nothing");
  for (const char* name : {"to_folder", "to_nothing"}) {
    AtomicFile file(folder.path() / name);
    file.write(name);
    file.commit();
    CHECK(content(folder.path() / name) == name);
    CHECK_FALSE(fs::is_symlink(folder.path() / name));
  }
  CHECK(entries_in(folder.path() / "inner") == 0);
  CHECK_FALSE(fs::exists(folder.path() / "nowhere"));
}

TEST_CASE("a folder, a device or a pipe in the target's place is refused at once, with the path in the message") {
  const TempFolder folder;
  const fs::path target = folder.path() / "taken";
  fs::create_directory(target);
  const auto [folder_error, message] = failure_of([&] { AtomicFile file(target); });
  CHECK(folder_error == EISDIR);
  CHECK(message.find(target.string()) != std::string::npos);
  CHECK(failure_of([&] { AtomicFile file(target / ""); }).first == EISDIR);
  REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  CHECK(failure_of([&] { AtomicFile file(folder.path() / "pipe"); }).first == EINVAL);
  CHECK(failure_of([] { AtomicFile file("/dev/null"); }).first == EINVAL);
  CHECK(entries_in(folder.path()) == 2);
}

TEST_CASE("a missing folder is an error, and a target without a folder lies in the current one") {
  const TempFolder folder;
  CHECK(failure_of([&] { AtomicFile file(folder.path() / "missing" / "result.csv"); }).first == ENOENT);
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  AtomicFile file("here.csv");
  file.write("here");
  file.commit();
  fs::current_path(before);
  CHECK(content(folder.path() / "here.csv") == "here");
}

TEST_CASE("a name as long as the file system allows can be written") {
  const TempFolder folder;
  const fs::path target = folder.path() / std::string(255, 'n');
  AtomicFile file(target);
  file.write("long");
  file.commit();
  CHECK(content(target) == "long");
}

TEST_CASE("when a write fails the old file stays, and no later commit puts half a file in its place") {
  const TempFolder folder;
  const fs::path target = folder.path() / "result.csv";
  put(target, "old");
  {
    AtomicFile file(target);
    const FileSizeLimit limit(100'000);
    const auto [error, message] = failure_of([&] { file.write(std::string(300'000, 'n')); });
    CHECK(error == EFBIG);
    CHECK(message.find(target.string()) != std::string::npos);
    CHECK(failure_of([&] { file.commit(); }).first == EBADF);
    CHECK(failure_of([&] { file.write("more"); }).first == EBADF);
  }
  CHECK(content(target) == "old");
  CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("on a full disk the old file stays") {
  const TempFolder folder;
  // In a mount namespace of its own: gone with the process, seen by nobody else.
  const bool mounted = ::unshare(CLONE_NEWNS) == 0 &&
                       ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                       ::mount("none", folder.path().c_str(), "tmpfs", 0, "size=64k") == 0;
  if (!mounted) {
    MESSAGE("not allowed to mount a small file system here: left out");
    return;
  }
  const fs::path target = folder.path() / "result.csv";
  put(target, "old");
  {
    AtomicFile file(target);
    CHECK(failure_of([&] {
            file.write(std::string(300'000, 'n'));
            file.commit();
          }).first == ENOSPC);
  }
  CHECK(content(target) == "old");
  CHECK(entries_in(folder.path()) == 1);
  ::umount2(folder.path().c_str(), MNT_DETACH);
}

TEST_CASE("a committed file takes no more") {
  const TempFolder folder;
  AtomicFile file(folder.path() / "result.csv");
  file.write("whole");
  file.commit();
  CHECK(failure_of([&] { file.write("more"); }).first == EBADF);
  CHECK(failure_of([&] { file.commit(); }).first == EBADF);
  CHECK(content(folder.path() / "result.csv") == "whole");
}

TEST_CASE("a file is read whole, up to the limit and not a byte beyond") {
  const TempFolder folder;
  const fs::path path = folder.path() / "input";
  const std::string text = std::string(70'000, 'a') + std::string("\0\n", 2) + "end";
  put(path, text);
  CHECK(read_file(path, text.size()) == text);
  CHECK_THROWS_AS(read_file(path, text.size() - 1), std::length_error);
  put(path, "");
  CHECK(read_file(path, 0) == "");
}

TEST_CASE("a file that is missing, or a folder, cannot be read, and the message says which") {
  const TempFolder folder;
  const auto [error, message] = failure_of([&] { read_file(folder.path() / "absent", 10); });
  CHECK(error == ENOENT);
  CHECK(message.find("absent") != std::string::npos);
  CHECK(failure_of([&] { read_file(folder.path(), 10); }).first == EISDIR);
  CHECK(failure_of([&] { usage::sync_folder(folder.path() / "absent"); }).first == ENOENT);
}

TEST_CASE("a descriptor is closed once, by its last owner") {
  const auto is_open = [](int fd) { return ::fcntl(fd, F_GETFD) >= 0; };
  usage::FileDescriptor first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int fd = first.get();
  REQUIRE(is_open(fd));
  usage::FileDescriptor second(std::move(first));
  CHECK(is_open(fd));
  second = usage::FileDescriptor(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  CHECK_FALSE(is_open(fd));
  const int other = second.get();
  { const usage::FileDescriptor third(std::move(second)); }
  CHECK_FALSE(is_open(other));
  CHECK_FALSE(second.valid());
}

TEST_CASE("an errno has its English words, and an unknown one its number") {
  CHECK(usage::errno_text(ENOSPC) == "No space left on device");
  CHECK(usage::errno_text(99999) == "error 99999");
}

#include "usage/ledger/ledger_file.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "support/recorded_run.h"

namespace usage {
namespace {

using namespace test;
namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
  struct stat found {};
  REQUIRE(lstat(path.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

std::string error_of_open(const fs::path& path, LedgerAccess access = LedgerAccess::kWrite) {
  return ledger_error([&] { Ledger::open(path, access); });
}

// Changes the file behind the ledger's back.
void run_sql(const fs::path& path, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

void flip_bytes(const fs::path& path, std::streamoff from, std::streamoff count) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(from);
  std::string bytes(static_cast<std::size_t>(count), '\0');
  REQUIRE(file.read(bytes.data(), count));
  for (char& byte : bytes) byte = static_cast<char>(~byte);
  file.seekp(from);
  REQUIRE(file.write(bytes.data(), count));
}

std::string message_of_lock(const fs::path& path) {
  try {
    const LedgerLock lock(path);
  } catch (const LedgerError& error) {
    return error.name() + ": " + error.what();
  }
  return "locked";
}

// A process that takes the lock, says so, and keeps it until it is let go; then it dies without any clean-up.
class LockHolder {
 public:
  explicit LockHolder(const fs::path& path) {
    REQUIRE(pipe(ready_) == 0);
    REQUIRE(pipe(go_) == 0);
    pid_ = fork();
    if (pid_ == 0) hold(path);
    char byte = 0;
    REQUIRE(read(ready_[0], &byte, 1) == 1);
    REQUIRE(byte == 'L');
  }
  pid_t pid() const { return pid_; }
  void die() {
    const ssize_t written = write(go_[1], "g", 1);
    CHECK(written == 1);
    int status = -1;
    CHECK(waitpid(pid_, &status, 0) == pid_);
    for (const int fd : {ready_[0], ready_[1], go_[0], go_[1]}) close(fd);
  }

 private:
  [[noreturn]] void hold(const fs::path& path) const {
    char byte = 'L';
    std::optional<LedgerLock> lock;
    try {
      lock.emplace(path);
    } catch (const LedgerError&) {
      byte = 'E';
    }
    if (write(ready_[1], &byte, 1) != 1 || read(go_[0], &byte, 1) != 1) _exit(1);
    _exit(0);
  }
  int ready_[2] = {-1, -1};
  int go_[2] = {-1, -1};
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("a ledger is made for its owner's eyes alone, with its folder") {
  const TempFolder folder;
  const mode_t mask = umask(0);
  const fs::path path = folder.path() / "a" / "b" / "ledger.db";
  Ledger::create(path, WallTime{});
  Ledger ledger = Ledger::open(path, LedgerAccess::kWrite);
  record_run(ledger, 1);
  const LedgerLock lock(path);
  umask(mask);
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(path.string() + "-wal") == 0600);
  CHECK(mode_of(path.string() + "-shm") == 0600);
  CHECK(mode_of(path.string() + ".lock") == 0600);
  CHECK(mode_of(folder.path() / "a") == 0700);
  CHECK(mode_of(folder.path() / "a" / "b") == 0700);
}

TEST_CASE("each ledger has an identity of its own") {
  const LedgerFolder one;
  const LedgerFolder two;
  const LedgerIdentity identity = one.open().identity();
  CHECK(identity.id.size() == 16);
  CHECK(identity.id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(identity.id != two.open().identity().id);
  CHECK(identity.run_count == 0);
  Ledger ledger = one.open();
  record_run(ledger, 1);
  CHECK(ledger.identity().run_count == 1);
}

TEST_CASE("what is already there is not made again, and stays as it is") {
  const TempFolder folder;
  const fs::path path = folder.path() / "ledger.db";
  SUBCASE("a file") {
    std::ofstream(path) << "something";
  }
  SUBCASE("a link to nothing") {
    fs::create_symlink(folder.path() / "nothing", path);
  }
  SUBCASE("a ledger") {
    Ledger::create(path, WallTime{});
  }
  const auto size = fs::is_symlink(path) ? 0 : fs::file_size(path);
  CHECK(ledger_error([&] { Ledger::create(path, WallTime{}); }) == "ledger-exists");
  CHECK_FALSE(fs::exists(folder.path() / "nothing"));
  if (!fs::is_symlink(path)) CHECK(fs::file_size(path) == size);
}

TEST_CASE("a missing ledger is never made by opening it, and the remedy names the command") {
  const TempFolder folder;
  const fs::path path = folder.path() / "ledger.db";
  for (const LedgerAccess access : {LedgerAccess::kRead, LedgerAccess::kWrite})
    CHECK(error_of_open(path, access) == "ledger-missing");
  CHECK(message_of_lock(path).starts_with("ledger-missing: "));
  CHECK(fs::is_empty(folder.path()));
  try {
    Ledger::open(path, LedgerAccess::kRead);
  } catch (const LedgerError& error) {
    CHECK(error.remedy().find("usage-uploader init --ledger " + path.string()) != std::string::npos);
    CHECK(error.status() == ExitStatus::kLedger);
  }
}

TEST_CASE("a symbolic link and a folder are not followed") {
  const LedgerFolder at;
  const fs::path link = at.folder.path() / "link.db";
  fs::create_symlink(at.path(), link);
  CHECK(error_of_open(link) == "ledger-symlink");
  CHECK(error_of_open(at.folder.path()) == "ledger-not-a-file");
}

TEST_CASE("a ledger with a second name is refused under both: its log and its lock have one") {
  const LedgerFolder at;
  const fs::path other = at.folder.path() / "other.db";
  fs::create_hard_link(at.path(), other);
  for (const fs::path& path : {at.path(), other}) {
    CHECK(error_of_open(path) == "ledger-linked");
    CHECK(message_of_lock(path).starts_with("ledger-linked: "));
  }
  fs::remove(other);
  CHECK(error_of_open(at.path()) == "");
}

TEST_CASE("a file that is no ledger is refused") {
  const TempFolder folder;
  const fs::path path = folder.path() / "other.db";
  std::string expected;
  SUBCASE("another program's database") {
    run_sql(path, "CREATE TABLE t (x); PRAGMA user_version = 1");
    expected = "ledger-foreign";
  }
  SUBCASE("an empty file") {
    std::ofstream(path).flush();
    expected = "ledger-foreign";
  }
  SUBCASE("text") {
    std::ofstream(path) << std::string(5000, 'x');
    expected = "ledger-damaged";
  }
  for (const LedgerAccess access : {LedgerAccess::kRead, LedgerAccess::kWrite})
    CHECK(error_of_open(path, access) == expected);
}

TEST_CASE("a newer program's ledger is refused") {
  const LedgerFolder at;
  run_sql(at.path(), "PRAGMA user_version = 9");
  CHECK(error_of_open(at.path()) == "ledger-version");
  CHECK(error_of_open(at.path(), LedgerAccess::kRead) == "ledger-version");
}

TEST_CASE("damaged pages are found before anything is written") {
  const LedgerFolder at;
  {
    Ledger ledger = at.open();
    record_run(ledger, 200);
  }
  const auto size = static_cast<std::streamoff>(fs::file_size(at.path()));
  REQUIRE(size > 40000);
  SUBCASE("in the middle") {
    flip_bytes(at.path(), size / 2, 8000);
  }
  SUBCASE("the end is missing") {
    fs::resize_file(at.path(), static_cast<std::uintmax_t>(size / 2));
  }
  SUBCASE("the file's head") {
    flip_bytes(at.path(), 0, 16);
  }
  CHECK(error_of_open(at.path()) == "ledger-damaged");
}

TEST_CASE("a second process is refused while the first holds the lock, and told which one") {
  const LedgerFolder at;
  LockHolder holder(at.path());
  const std::string message = message_of_lock(at.path());
  CHECK(message.starts_with("ledger-in-use: "));
  CHECK(message.find("process " + std::to_string(holder.pid()) + " on ") != std::string::npos);
  holder.die();
}

TEST_CASE("a dead holder blocks nobody") {
  const LedgerFolder at;
  LockHolder(at.path()).die();
  CHECK(message_of_lock(at.path()) == "locked");
  CHECK(message_of_lock(at.path()) == "locked");  // nor does one that let go
}

TEST_CASE("the lock file is for those who may write the ledger, whoever took the lock first") {
  const LedgerFolder at;
  const fs::path lock = at.path().string() + ".lock";
  const auto mode_of = [](const fs::path& path) { return fs::status(path).permissions() & fs::perms::all; };
  CHECK(message_of_lock(at.path()) == "locked");
  CHECK(mode_of(lock) == mode_of(at.path()));
  fs::permissions(at.path(), fs::perms(0660));
  CHECK(message_of_lock(at.path()) == "locked");
  CHECK(mode_of(lock) == fs::perms(0660));
}

TEST_CASE("a lock file that was made for a ledger that could only be read can be opened again") {
  const LedgerFolder at;
  fs::permissions(at.path(), fs::perms(0440));
  CHECK(message_of_lock(at.path()) == "locked");
  CHECK((fs::status(at.path().string() + ".lock").permissions() & fs::perms::all) == fs::perms(0640));
}

TEST_CASE("a lock file that is a hard link to another file is not written through") {
  const LedgerFolder at;
  const fs::path victim = at.folder.path() / "victim";
  std::ofstream(victim) << "precious";
  fs::create_hard_link(victim, at.path().string() + ".lock");
  CHECK(message_of_lock(at.path()).starts_with("ledger-lock: "));
  CHECK(fs::file_size(victim) == 8);
}

TEST_CASE("a lock file that is a symbolic link is not written through") {
  const LedgerFolder at;
  const fs::path victim = at.folder.path() / "victim";
  std::ofstream(victim) << "precious";
  fs::create_symlink(victim, at.path().string() + ".lock");
  CHECK(message_of_lock(at.path()).starts_with("ledger-lock: "));
  CHECK(fs::file_size(victim) == 8);
}

TEST_CASE("a reader works beside a writer and sees what was committed") {
  const LedgerFolder at;
  Ledger writer = at.open();
  const Ledger reader = at.open(LedgerAccess::kRead);
  record_run(writer, 2);
  CHECK(reader.runs().size() == 1);
  writer.begin();
  writer.start_attempt(1, WallTime{});
  CHECK(reader.counts(1).attempts == 0);
  CHECK(at.open(LedgerAccess::kRead).counts(1).attempts == 0);
  writer.commit();
  CHECK(reader.counts(1).attempts == 1);
}

TEST_CASE("a reader opens after the writer has closed, and cannot write") {
  const LedgerFolder at;
  {
    Ledger writer = at.open();
    record_run(writer, 1);
  }
  CHECK_FALSE(fs::exists(at.path().string() + "-wal"));
  Ledger reader = at.open(LedgerAccess::kRead);
  CHECK(rows_of(reader, 1).size() == 1);
  CHECK(ledger_error([&] {
          reader.begin();
          reader.start_attempt(1, WallTime{});
        }) == "ledger-read-only");
}

}  // namespace usage

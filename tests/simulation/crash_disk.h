// A disk in memory that knows what was synced and what only written, so that its power can be cut.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/dice.h"
#include "simulation/process.h"

namespace usage::test {

inline constexpr std::size_t kSector = 512;

// The bytes of one file, apart from its name.
class DiskFile {
 public:
  DiskFile() = default;
  explicit DiskFile(std::string bytes) : written_(bytes), synced_(std::move(bytes)) {}

  const std::string& bytes() const { return written_; }
  std::size_t unsynced_changes() const { return unsynced_.size(); }
  void write(std::uint64_t offset, std::string_view bytes);
  void truncate(std::uint64_t size);
  void sync();
  // What Linux does where an fsync fails: the pages count as clean. They can still be read, also by a later process,
  // but no later sync brings them to the disk.
  void fail_sync() { unsynced_.clear(); }
  // What was not synced survives, or not: nothing, all, a beginning, or any of its sectors; a write may be torn.
  void cut(Dice& dice);

 private:
  struct Change {
    std::uint64_t offset = 0;  // of the bytes, or the new size where they are missing
    std::optional<std::string> bytes;
  };
  static void apply(const Change& change, std::string& to);
  void keep_beginning(Dice& dice);
  void keep_any_sectors(Dice& dice);

  std::string written_;  // as the operating system shows it
  std::string synced_;   // as the disk has it for certain
  std::vector<Change> unsynced_;
};

enum class DiskCall : std::uint8_t { kOpen, kRead, kWrite, kTruncate, kSync, kDelete };
enum class FaultLasts : std::uint8_t { kOnce, kUntilMended };
enum class FailedSync : std::uint8_t { kKeepsWrites, kDropsWrites };

// The n-th call of a kind (from 1) fails with an SQLite result code.
struct DiskFault {
  DiskCall call = DiskCall::kWrite;
  std::uint64_t at = 1;
  int result = 0;
  FaultLasts lasts = FaultLasts::kOnce;
  FailedSync failed_sync = FailedSync::kKeepsWrites;
};

class CrashDisk {
 public:
  using Image = std::map<std::string, std::string>;  // file name to bytes

  explicit CrashDisk(Process& process, const Image& image = {});

  std::shared_ptr<DiskFile> find(const std::string& name) const;  // null where there is none
  std::shared_ptr<DiskFile> make(const std::string& name);
  void remove(const std::string& name) { names_.erase(name); }
  void sync_names() { synced_names_ = names_; }
  Image image() const;

  void arm(const DiskFault& fault);
  void mend() {
    fault_.reset();
    failed_ = false;
  }
  // A sync that failed: what becomes of the file's writes.
  void fail_sync(DiskFile& file, int result);
  bool has_dropped_writes() const { return dropped_writes_; }  // ever
  bool has_failed() const { return failed_; }                  // a fault has struck since the last arm() or mend()

  // For each call of the VFS: SQLITE_OK, or what the dead process or the fault makes of it.
  int admit(DiskCall call);

  // After the process is dead or gone. A kill -9 needs nothing of this: what was written stays.
  void power_cut(Dice& dice);

 private:
  Process& process_;
  std::map<std::string, std::shared_ptr<DiskFile>> names_;
  std::map<std::string, std::shared_ptr<DiskFile>> synced_names_;
  std::optional<DiskFault> fault_;
  std::uint64_t calls_ = 0;  // of the fault's kind, since it was armed
  bool failed_ = false;
  bool dropped_writes_ = false;
};

}  // namespace usage::test

#include "simulation/crash_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <set>

namespace usage::test {

void DiskFile::apply(const Change& change, std::string& to) {
  if (!change.bytes) return to.resize(change.offset);
  const std::size_t end = change.offset + change.bytes->size();
  if (to.size() < end) to.resize(end);
  to.replace(change.offset, change.bytes->size(), *change.bytes);
}

void DiskFile::write(std::uint64_t offset, std::string_view bytes) {
  unsynced_.push_back({offset, std::string(bytes)});
  apply(unsynced_.back(), written_);
}

void DiskFile::truncate(std::uint64_t size) {
  unsynced_.push_back({size, std::nullopt});
  apply(unsynced_.back(), written_);
}

void DiskFile::sync() {
  for (const Change& change : unsynced_) apply(change, synced_);
  unsynced_.clear();
}

void DiskFile::cut(Dice& dice) {
  switch (dice.below(4)) {
    case 0:
      break;
    case 1:
      sync();
      break;
    case 2:
      keep_beginning(dice);
      break;
    default:
      keep_any_sectors(dice);
      break;
  }
  unsynced_.clear();
  written_ = synced_;
}

void DiskFile::keep_beginning(Dice& dice) {
  const std::size_t kept = dice.below(unsynced_.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) apply(unsynced_[i], synced_);
  if (kept == unsynced_.size() || !unsynced_[kept].bytes) return;
  Change torn = unsynced_[kept];
  torn.bytes->resize(dice.below(torn.bytes->size() + 1));
  apply(torn, synced_);
}

void DiskFile::keep_any_sectors(Dice& dice) {
  for (const Change& change : unsynced_) {
    if (!change.bytes) {
      if (dice.one_in(2)) apply(change, synced_);
      continue;
    }
    std::size_t begin = 0;
    while (begin < change.bytes->size()) {
      const std::size_t room = kSector - (change.offset + begin) % kSector;
      const std::size_t size = std::min(room, change.bytes->size() - begin);
      if (dice.one_in(2)) apply({change.offset + begin, change.bytes->substr(begin, size)}, synced_);
      begin += size;
    }
  }
}

CrashDisk::CrashDisk(Process& process, const Image& image) : process_(process) {
  for (const auto& [name, bytes] : image) names_[name] = std::make_shared<DiskFile>(bytes);
  sync_names();
}

std::shared_ptr<DiskFile> CrashDisk::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second;
}

std::shared_ptr<DiskFile> CrashDisk::make(const std::string& name) {
  return names_[name] = std::make_shared<DiskFile>();
}

CrashDisk::Image CrashDisk::image() const {
  Image image;
  for (const auto& [name, file] : names_) image[name] = file->bytes();
  return image;
}

void CrashDisk::arm(const DiskFault& fault) {
  fault_ = fault;
  calls_ = 0;
  failed_ = false;
}

void CrashDisk::fail_sync(DiskFile& file, int result) {
  const bool drops = fault_ && fault_->failed_sync == FailedSync::kDropsWrites && fault_->result == result;
  if (!drops || file.unsynced_changes() == 0) return;
  file.fail_sync();
  dropped_writes_ = true;
}

int CrashDisk::admit(DiskCall call) {
  // To look at the disk leaves no mark; a dead process cannot even look.
  const bool alive = call == DiskCall::kRead ? !process_.is_dead() : process_.step();
  if (!alive) return SQLITE_IOERR;
  if (!fault_ || fault_->call != call) return SQLITE_OK;
  ++calls_;
  const bool strikes = fault_->lasts == FaultLasts::kOnce ? calls_ == fault_->at : calls_ >= fault_->at;
  failed_ = failed_ || strikes;
  return strikes ? fault_->result : SQLITE_OK;
}

// Each name is that of the last sync of the folder, or that of now, or between the two where a file took another's
// name.
void CrashDisk::power_cut(Dice& dice) {
  std::set<std::string> all;
  for (const auto& [name, file] : names_) all.insert(name);
  for (const auto& [name, file] : synced_names_) all.insert(name);
  for (const std::string& name : all) {
    const std::shared_ptr<DiskFile> now = find(name);
    const auto found = synced_names_.find(name);
    const std::shared_ptr<DiskFile> synced = found == synced_names_.end() ? nullptr : found->second;
    if (now == synced) continue;
    const auto left = dice.one_of({now, synced, std::shared_ptr<DiskFile>()});
    if (left)
      names_[name] = left;
    else
      names_.erase(name);
  }
  for (const auto& [name, file] : names_) file->cut(dice);
  sync_names();
}

}  // namespace usage::test

#include "simulation/crash_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>
#include <vector>

#include "simulation/sqlite_memory.h"

namespace usage::test {
namespace {

constexpr std::size_t kShmLocks = SQLITE_SHM_NLOCK;

// What the connections to one file share for as long as any is open.
struct Sharing {
  std::vector<std::unique_ptr<void, decltype(&std::free)>> regions;
  std::vector<struct Handle*> handles;
};

struct Handle : sqlite3_file {
  CrashDisk* disk = nullptr;
  std::map<const DiskFile*, Sharing>* sharings = nullptr;
  std::shared_ptr<DiskFile> file;
  std::string delete_at_close;
  bool sync_names_first = false;  // its name is not on the disk yet
  int lock = SQLITE_LOCK_NONE;
  std::array<bool, kShmLocks> shm_shared{};
  std::array<bool, kShmLocks> shm_exclusive{};

  Sharing& sharing() const { return (*sharings)[file.get()]; }
  template <class Predicate>
  bool another(Predicate predicate) const {
    const auto& handles = sharing().handles;
    return std::any_of(handles.begin(), handles.end(),
                       [&](const Handle* handle) { return handle != this && predicate(*handle); });
  }
};

Handle& handle_of(sqlite3_file* file) {
  return *static_cast<Handle*>(file);
}

int close_file(sqlite3_file* raw) {
  Handle& handle = handle_of(raw);
  Sharing& sharing = handle.sharing();
  std::erase(sharing.handles, &handle);
  if (sharing.handles.empty()) handle.sharings->erase(handle.file.get());
  if (!handle.delete_at_close.empty() && handle.disk->admit(DiskCall::kDelete) == SQLITE_OK)
    handle.disk->remove(handle.delete_at_close);
  handle.~Handle();
  return SQLITE_OK;
}

int read_file(sqlite3_file* raw, void* out, int wanted, sqlite3_int64 offset) {
  Handle& handle = handle_of(raw);
  if (const int result = handle.disk->admit(DiskCall::kRead); result != SQLITE_OK) return result;
  const std::string& bytes = handle.file->bytes();
  const auto begin = std::min(static_cast<std::size_t>(offset), bytes.size());
  const auto size = static_cast<std::size_t>(wanted);
  const std::size_t found = std::min(size, bytes.size() - begin);
  std::memcpy(out, bytes.data() + begin, found);
  std::memset(static_cast<char*>(out) + found, 0, size - found);
  return found == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* raw, const void* bytes, int size, sqlite3_int64 offset) {
  Handle& handle = handle_of(raw);
  const int result = handle.disk->admit(DiskCall::kWrite);
  std::string_view written(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  if (result == SQLITE_IOERR) return result;
  // A full disk takes a part of the write.
  if (result != SQLITE_OK) written = written.substr(0, written.size() / 2);
  handle.file->write(static_cast<std::uint64_t>(offset), written);
  return result;
}

int truncate_file(sqlite3_file* raw, sqlite3_int64 size) {
  Handle& handle = handle_of(raw);
  const int result = handle.disk->admit(DiskCall::kTruncate);
  if (result == SQLITE_OK) handle.file->truncate(static_cast<std::uint64_t>(size));
  return result;
}

int sync_file(sqlite3_file* raw, int) {
  Handle& handle = handle_of(raw);
  const int result = handle.disk->admit(DiskCall::kSync);
  if (result != SQLITE_OK) {
    handle.disk->fail_sync(*handle.file, result);
    return result;
  }
  handle.file->sync();
  if (handle.sync_names_first) handle.disk->sync_names();
  handle.sync_names_first = false;
  return SQLITE_OK;
}

int size_of_file(sqlite3_file* raw, sqlite3_int64* size) {
  Handle& handle = handle_of(raw);
  *size = static_cast<sqlite3_int64>(handle.file->bytes().size());
  return handle.disk->admit(DiskCall::kRead);
}

int lock_file(sqlite3_file* raw, int wanted) {
  Handle& handle = handle_of(raw);
  if (handle.lock >= wanted) return SQLITE_OK;
  const auto is_above = [](int level) { return [level](const Handle& other) { return other.lock > level; }; };
  if (wanted == SQLITE_LOCK_SHARED && handle.another(is_above(SQLITE_LOCK_RESERVED))) return SQLITE_BUSY;
  if (wanted > SQLITE_LOCK_SHARED && handle.another(is_above(SQLITE_LOCK_SHARED))) return SQLITE_BUSY;
  if (wanted == SQLITE_LOCK_EXCLUSIVE && handle.another(is_above(SQLITE_LOCK_NONE))) {
    handle.lock = SQLITE_LOCK_PENDING;
    return SQLITE_BUSY;
  }
  handle.lock = wanted;
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* raw, int level) {
  handle_of(raw).lock = std::min(handle_of(raw).lock, level);
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* raw, int* result) {
  Handle& handle = handle_of(raw);
  const auto reserved = [](const Handle& other) { return other.lock >= SQLITE_LOCK_RESERVED; };
  *result = reserved(handle) || handle.another(reserved) ? 1 : 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return static_cast<int>(kSector);
}
// As the system's VFS says by default: bytes beside a write are safe in a power cut.
int device_characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_shared_memory(sqlite3_file* raw, int region, int size, int extend, void volatile** out) {
  auto& regions = handle_of(raw).sharing().regions;
  const auto index = static_cast<std::size_t>(region);
  *out = nullptr;
  if (handle_of(raw).disk->admit(DiskCall::kRead) != SQLITE_OK) return SQLITE_IOERR_SHMMAP;
  if (index >= regions.size() && extend == 0) return SQLITE_OK;
  while (index >= regions.size()) regions.emplace_back(std::calloc(1, static_cast<std::size_t>(size)), &std::free);
  *out = regions[index].get();
  return SQLITE_OK;
}

int lock_shared_memory(sqlite3_file* raw, int offset, int count, int flags) {
  Handle& handle = handle_of(raw);
  const auto first = static_cast<std::size_t>(offset);
  const auto end = first + static_cast<std::size_t>(count);
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  auto& held = exclusive ? handle.shm_exclusive : handle.shm_shared;
  for (std::size_t i = first; i < end && (flags & SQLITE_SHM_LOCK) != 0; ++i) {
    const auto is_against = [&](const Handle& other) {
      return other.shm_exclusive[i] || (exclusive && other.shm_shared[i]);
    };
    if (handle.another(is_against)) return SQLITE_BUSY;
  }
  std::fill(held.begin() + first, held.begin() + end, (flags & SQLITE_SHM_LOCK) != 0);
  return SQLITE_OK;
}

void shared_memory_barrier(sqlite3_file*) {}

int unmap_shared_memory(sqlite3_file* raw, int) {
  Handle& handle = handle_of(raw);
  handle.shm_shared.fill(false);
  handle.shm_exclusive.fill(false);
  // The last to go takes the memory along, as the last process does with the -shm file.
  const bool is_shared = handle.another([](const Handle& other) { return other.lock != SQLITE_LOCK_NONE; });
  if (!is_shared) handle.sharing().regions.clear();
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {2,
                                     close_file,
                                     read_file,
                                     write_file,
                                     truncate_file,
                                     sync_file,
                                     size_of_file,
                                     lock_file,
                                     unlock_file,
                                     check_reserved_lock,
                                     control_file,
                                     sector_size,
                                     device_characteristics,
                                     map_shared_memory,
                                     lock_shared_memory,
                                     shared_memory_barrier,
                                     unmap_shared_memory,
                                     nullptr,
                                     nullptr};

}  // namespace

struct CrashVfs::State {
  CrashDisk& disk;
  Dice dice;
  std::map<const DiskFile*, Sharing> sharings;

  static State& of(sqlite3_vfs* vfs) { return *static_cast<State*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* raw, int flags, int* out_flags) {
    State& state = of(vfs);
    raw->pMethods = nullptr;
    if (out_flags != nullptr) *out_flags = flags;
    std::shared_ptr<DiskFile> file = name == nullptr ? std::make_shared<DiskFile>() : state.disk.find(name);
    if (file && (flags & SQLITE_OPEN_EXCLUSIVE) != 0 && name != nullptr) return SQLITE_CANTOPEN;
    if (!file && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    if (const int result = state.disk.admit(file ? DiskCall::kRead : DiskCall::kOpen); result != SQLITE_OK)
      return result;
    constexpr int kJournals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    Handle* handle = new (raw) Handle();
    handle->pMethods = &kMethods;
    handle->disk = &state.disk;
    handle->sharings = &state.sharings;
    handle->file = file ? file : state.disk.make(name);
    handle->sync_names_first = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kJournals) != 0;
    if ((flags & SQLITE_OPEN_DELETEONCLOSE) != 0 && name != nullptr) handle->delete_at_close = name;
    handle->sharing().handles.push_back(handle);
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* vfs, const char* name, int sync_names) {
    State& state = of(vfs);
    if (const int result = state.disk.admit(DiskCall::kDelete); result != SQLITE_OK) return result;
    if (!state.disk.find(name)) return SQLITE_IOERR_DELETE_NOENT;
    state.disk.remove(name);
    if (sync_names != 0) state.disk.sync_names();
    return SQLITE_OK;
  }

  static int access(sqlite3_vfs* vfs, const char* name, int, int* result) {
    const auto file = of(vfs).disk.find(name);
    *result = file ? 1 : 0;
    return of(vfs).disk.admit(DiskCall::kRead);
  }

  static int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
  }

  static int randomness(sqlite3_vfs* vfs, int size, char* out) {
    for (int i = 0; i < size; ++i) out[i] = static_cast<char>(of(vfs).dice.next());
    return size;
  }
  static int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
  static int last_error(sqlite3_vfs*, int, char*) { return 0; }
  static int time(sqlite3_vfs*, sqlite3_int64* milliseconds) {
    *milliseconds = 212650243200000;  // 2026-10-31T12:00:00Z, from the Julian epoch
    return SQLITE_OK;
  }
  static int days(sqlite3_vfs* vfs, double* julian) {
    sqlite3_int64 milliseconds = 0;
    time(vfs, &milliseconds);
    *julian = static_cast<double>(milliseconds) / 86400000.0;
    return SQLITE_OK;
  }
};

CrashVfs::CrashVfs(CrashDisk& disk, std::uint64_t seed)
    : name_("crash"), state_(new State{disk, Dice(seed, 0xD15C), {}}), vfs_(std::make_unique<sqlite3_vfs>()) {
  use_pooled_sqlite_memory();
  sqlite3_initialize();
  // SQLite's own generator is one for the process: without this, a WAL's salt would hang on the seeds before.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(seed % 1000000 + 1), nullptr);
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(Handle);
  vfs_->mxPathname = 256;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = state_.get();
  vfs_->xOpen = State::open;
  vfs_->xDelete = State::remove;
  vfs_->xAccess = State::access;
  vfs_->xFullPathname = State::full_path;
  vfs_->xRandomness = State::randomness;
  vfs_->xSleep = State::sleep;
  vfs_->xCurrentTime = State::days;
  vfs_->xGetLastError = State::last_error;
  vfs_->xCurrentTimeInt64 = State::time;
  sqlite3_vfs_register(vfs_.get(), 0);
}

CrashVfs::~CrashVfs() {
  sqlite3_vfs_unregister(vfs_.get());
}

}  // namespace usage::test

// Making, opening and trusting the file.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "ledger_state.h"
#include "migrate.h"
#include "schema.h"
#include "usage/base/digest.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/ledger/unfinished_ledger.h"

namespace usage {
namespace {

constexpr const char* kElsewhere = "choose another place with --ledger";
constexpr const char* kReaderCache = "PRAGMA cache_size = -8192";

[[noreturn]] void fail_making(const std::filesystem::path& path, int error_number) {
  throw LedgerError("ledger-folder", "cannot make " + clean_text(path.string()) + ": " + errno_text(error_number),
                    kElsewhere);
}

[[noreturn]] void fail_exists(const std::filesystem::path& path) {
  throw LedgerError("ledger-exists",
                    "there already is a file at " + clean_text(path.string()) + "; it was left as it is",
                    std::string("go on with it, or ") + kElsewhere);
}

void sync(const std::filesystem::path& folder) {
  try {
    sync_folder(folder);
  } catch (const std::system_error& error) {
    throw LedgerError("ledger-folder", clean_text(error.what()), kElsewhere);
  }
}

void make_folder(const std::filesystem::path& folder) {
  struct stat found {};
  if (folder.empty() || ::stat(folder.c_str(), &found) == 0) return;
  make_folder(folder.parent_path());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail_making(folder, errno);
  sync(folder.parent_path());
}

// The path with its folder's symbolic links resolved: SQLite is told to follow none.
std::filesystem::path resolved(const std::filesystem::path& path) {
  const std::filesystem::path absolute = std::filesystem::absolute(path);
  std::error_code failed;
  const std::filesystem::path folder = std::filesystem::canonical(absolute.parent_path(), failed);
  if (failed) fail_making(absolute.parent_path(), failed.value());
  return folder / absolute.filename();
}

// With mode 0600 from its first moment. SQLite gives its other files the same mode.
void make_private_file(const std::filesystem::path& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.valid()) fail_making(path, errno);
}

void set_up_connection(Database& database) {
  database.execute(std::string("PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                               "PRAGMA temp_store = MEMORY; ") +
                   kForUse);
}

void fill(Database database, WallTime now) {
  set_up_connection(database);
  database.execute("PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
  database.execute(kTables);
  database.execute(kSendingTables);
  database.execute(kInputFileTable);
  database.execute(kApprovalTable);
  database.execute(kRunEventTable);
  database.execute(kSettlementTable);
  database.execute(kGuards);
  database.execute(kChargeGuards);
  database.execute(kSettlementGuards);
  Statement(database.get(), "INSERT INTO ledger VALUES (?, ?)").run(random_hex(8), now);
  database.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
  database.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  database.execute("COMMIT; PRAGMA journal_mode = WAL");
}

// With synchronous=NORMAL a power cut loses commits that were acknowledged; so set it, and believe only what reads
// back.
void require_durability(Database& database) {
  const std::string mode = database.single_value("PRAGMA journal_mode = WAL");
  database.execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
  const std::string synchronous = database.single_value("PRAGMA synchronous");
  const std::string foreign_keys = database.single_value("PRAGMA foreign_keys");
  if (mode == "wal" && synchronous == "2" && foreign_keys == "1") return;
  throw LedgerError("ledger-not-durable",
                    "SQLite does not give what the ledger's durability needs (journal mode " + mode + ", synchronous " +
                        synchronous + ", foreign keys " + foreign_keys + ")",
                    "keep the ledger on a local file system");
}

// A disk that failed an fsync may have dropped what it was to write, while the system's cache still shows it: what an
// earlier process wrote to the log is copied into the database and synced anew before anything is built on it. A reader
// may keep the log from being emptied, not from being copied.
// SQLite does not sync the emptied log; without the commit after it, a power cut could bring the old log back over the
// newer database.
void sync_log_anew(Database& database) {
  database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string version = database.single_value("PRAGMA user_version");
  database.execute("BEGIN IMMEDIATE; PRAGMA user_version = " + version + "; COMMIT");
}

// The ledger's schema version: one that this program knows.
std::int64_t schema_version(Database& database, const std::string& shown) {
  if (database.single_value("PRAGMA application_id") != std::to_string(kApplicationId))
    throw LedgerError("ledger-foreign", shown + " is not a ledger of usage-uploader", "check --ledger");
  const std::string version = database.single_value("PRAGMA user_version");
  for (std::int64_t known = kOldestSchemaVersion; known <= kSchemaVersion; ++known)
    if (version == std::to_string(known)) return known;
  throw LedgerError("ledger-version",
                    "the ledger " + shown + " has schema version " + version + ", and this program knows " +
                        std::to_string(kSchemaVersion),
                    "use the version of usage-uploader that wrote it, or a newer one");
}

void require_readable_version(std::int64_t version, const std::string& shown) {
  if (version >= kReadableSchemaVersion) return;
  throw LedgerError("ledger-old",
                    "the ledger " + shown + " has schema version " + std::to_string(version) +
                        ", which only a writing command brings to version " + std::to_string(kSchemaVersion),
                    "make a backup of it; the next upload, resume or settle migrates it");
}

void check_pages(Database& database, const std::string& shown) {
  const std::string verdict = database.single_value("PRAGMA quick_check(1)");
  if (verdict == "ok") return;
  throw LedgerError("ledger-damaged", "the ledger " + shown + " is damaged: " + clean_text(verdict),
                    "restore it from its backup; do not upload without it");
}

}  // namespace

UnfinishedLedger::UnfinishedLedger(std::filesystem::path place)
    : place_(std::move(place)), path_(place_.parent_path() / (".usage-uploader-" + random_hex(8) + ".db")) {
  struct stat found {};
  if (::lstat(place_.c_str(), &found) == 0) fail_exists(place_);
  require_no_log_left(place_);
}

UnfinishedLedger::~UnfinishedLedger() {
  for (const char* suffix : {"", "-journal", "-wal", "-shm", ".lock"}) ::unlink((path_.string() + suffix).c_str());
}

// link(2) where the file system cannot rename without replacing, as on NFS.
void UnfinishedLedger::put_in_place() const {
  const bool is_placed = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, place_.c_str(), RENAME_NOREPLACE) == 0 ||
                         (errno == EINVAL && ::link(path_.c_str(), place_.c_str()) == 0);
  if (!is_placed && errno == EEXIST) fail_exists(place_);
  if (!is_placed) fail_making(place_, errno);
  sync(place_.parent_path());
}

void Ledger::create(const std::filesystem::path& path, WallTime now, const LedgerOptions& options) {
  if (options.vfs != nullptr) return fill(Database::make(path, options.vfs), now);
  make_folder(std::filesystem::absolute(path).parent_path());
  const std::filesystem::path target = resolved(path);
  require_local_drive(target.parent_path(), options.on_network_drive);
  const UnfinishedLedger unfinished(target);
  make_private_file(unfinished.path());
  fill(Database(unfinished.path(), LedgerAccess::kWrite, nullptr), now);
  unfinished.put_in_place();
}

Ledger Ledger::open(const std::filesystem::path& path, LedgerAccess access, const LedgerOptions& options) {
  std::filesystem::path real = path;
  if (options.vfs == nullptr) {
    require_ledger_file(path);
    real = resolved(path);
    require_local_drive(real.parent_path(), options.on_network_drive);
  }
  const std::string shown = clean_text(path.string());
  auto state = std::make_unique<State>(Database(real, access, options.vfs));
  if (options.vfs == nullptr) {
    state->file.emplace(real);
    state->lock.emplace(real.string() + ".lock");
  }
  set_up_connection(state->database);
  if (access == LedgerAccess::kRead) state->database.execute(kReaderCache);
  const std::int64_t version = schema_version(state->database, shown);
  if (access == LedgerAccess::kRead) require_readable_version(version, shown);
  if (access == LedgerAccess::kWrite) {
    require_durability(state->database);
    sync_log_anew(state->database);
    check_pages(state->database, shown);
    if (version < kSchemaVersion) migrate(state->database, version);
  }
  return Ledger(std::move(state));
}

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Ledger::Reading::Reading(const Ledger& ledger) : state_(*ledger.state_) {
  state_.require_usable();
  require(!state_.database.in_transaction(), "begin to read within a transaction");
  state_.statement("BEGIN").run();
}

Ledger::Reading::~Reading() {
  state_.database.roll_back();  // nothing was changed
}

NamedFile::NamedFile(std::filesystem::path name) : path(std::move(name)) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return;
  device = found.st_dev;
  inode = found.st_ino;
}

bool NamedFile::is_there() const {
  const NamedFile now(path);
  return now.device == device && now.inode == inode;
}

bool Ledger::is_in_place() const {
  return !state_->file || state_->file->is_there();
}

bool Ledger::has_its_lock() const {
  return !state_->lock || state_->lock->is_there();
}

void Ledger::begin() {
  state_->begin();
}
void Ledger::commit() {
  state_->commit();
}

}  // namespace usage

// Making, opening and trusting the file.
#include <fcntl.h>
#include <sys/stat.h>

#include "ledger_state.h"
#include "schema.h"
#include "usage/base/digest.h"
#include "usage/base/error.h"
#include "usage/base/text.h"

namespace usage {
namespace {

void set_up_connection(Database& database) {
  database.execute("PRAGMA busy_timeout = 5000");
  database.execute("PRAGMA foreign_keys = ON");
  database.execute("PRAGMA trusted_schema = OFF");
  database.execute("PRAGMA cell_size_check = ON");
  sqlite3_db_config(database.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

// With synchronous=NORMAL a power cut loses commits that were acknowledged; so set it, and believe only what reads back.
void require_durability(Database& database) {
  const std::string mode = database.single_value("PRAGMA journal_mode = WAL");
  database.execute("PRAGMA synchronous = FULL");
  const std::string synchronous = database.single_value("PRAGMA synchronous");
  if (mode != "wal" || synchronous != "2")
    throw LedgerError("ledger-not-durable",
                      "the ledger's file system does not give what durability needs (journal mode " + mode +
                          ", synchronous " + synchronous + ")",
                      "keep the ledger on a local file system");
}

void check_identity(Database& database, const std::string& shown) {
  if (database.single_value("PRAGMA application_id") != std::to_string(kApplicationId))
    throw LedgerError("ledger-foreign", shown + " is not a ledger of usage-uploader", "check --ledger");
  const std::string version = database.single_value("PRAGMA user_version");
  if (version != std::to_string(kSchemaVersion))
    throw LedgerError("ledger-version", "the ledger has schema version " + version + ", this program knows " +
                          std::to_string(kSchemaVersion),
                      "use the program's version that wrote it, or a newer one");
}

void check_pages(Database& database, const std::string& shown) {
  const std::string verdict = database.single_value("PRAGMA quick_check(1)");
  if (verdict != "ok")
    throw LedgerError("ledger-damaged", "the ledger " + shown + " is damaged: " + verdict,
                      "restore it from its backup; do not upload without it");
}

void make_folder(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::exists(folder)) return;
  make_folder(folder.parent_path());
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    throw LedgerError("ledger-folder", "cannot make the folder " + clean_text(folder.string()) + ": " + errno_text(errno),
                      "choose another place with --ledger");
}

// With mode 0600 from its first moment. SQLite gives its other files the same mode.
void make_empty_file(const std::filesystem::path& path) {
  const FileDescriptor fd(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (fd.valid()) return;
  const std::string shown = clean_text(path.string());
  if (errno == EEXIST)
    throw LedgerError("ledger-exists", "there already is a file at " + shown + "; it was left as it is",
                      "go on with it, or choose another place with --ledger");
  throw LedgerError("ledger-folder", "cannot make the ledger " + shown + ": " + errno_text(errno),
                    "choose another place with --ledger");
}

}  // namespace

void Ledger::create(const std::filesystem::path& path, WallTime now) {
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  make_folder(folder);
  make_empty_file(path);
  try {
    State state(path, SQLITE_OPEN_READWRITE, nullptr);
    set_up_connection(state.database);
    require_durability(state.database);
    state.begin();
    state.database.execute(kSchema);
    state.statement("INSERT INTO ledger VALUES (?, ?)").run(random_hex(8), now);
    state.database.execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
    state.database.execute(("PRAGMA user_version = " + std::to_string(kSchemaVersion)).c_str());
    state.commit();
  } catch (...) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + suffix, ignored);
    throw;
  }
  sync_folder(folder);
}

Ledger Ledger::open(const std::filesystem::path& path, LedgerAccess access, const char* vfs) {
  require_ledger_file(path);
  const std::string shown = clean_text(path.string());
  const bool writes = access == LedgerAccess::kWrite;
  auto state = std::make_unique<State>(path, writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, vfs);
  set_up_connection(state->database);
  check_identity(state->database, shown);
  if (writes) {
    require_durability(state->database);
    check_pages(state->database, shown);
  }
  return Ledger(std::move(state));
}

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

void Ledger::State::require_sound() {
  if (in_transaction && !database.in_transaction())
    throw LedgerError("ledger-failed", "the ledger failed before and takes nothing more",
                      "start again: usage-uploader resume");
}

void Ledger::State::begin() {
  require_sound();
  in_transaction = true;
  database.execute("BEGIN IMMEDIATE");
}

void Ledger::State::commit() {
  require_sound();
  database.execute("COMMIT");
  in_transaction = false;
}

void Ledger::State::require_one(int changed, const char* what) {
  if (changed == 1) return;
  roll_back(database.get());
  throw LedgerError("ledger-conflict", std::string("the ledger refuses to ") + what,
                    "this is an error of the program, stopped before it could bill twice; please report it");
}

}  // namespace usage

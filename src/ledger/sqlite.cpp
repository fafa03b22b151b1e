#include "sqlite.h"

#include <sqlite3.h>

#include <utility>

#include "usage/base/error.h"
#include "usage/base/text.h"

namespace usage {
namespace {

struct Failure {
  const char* name;
  const char* remedy;
  bool may_go_on = false;  // once that is done
};

Failure failure_of(int result) {
  switch (result & 0xFF) {
    case SQLITE_FULL:
      return {"ledger-full", "free space on the ledger's disk", true};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {"ledger-damaged", "check --ledger; restore the ledger from its backup, and do not upload without it"};
    case SQLITE_CONSTRAINT:
      return {"ledger-conflict",
              "this is an error of the program, stopped before it could bill twice; please report it"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"ledger-in-use", "wait until the other program is done"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return {"ledger-read-only",
              "make the ledger and its folder writable for this user, or copy it to a folder that is"};
    default:
      return {"ledger-io", "check the ledger's disk", true};
  }
}

// Names: "ledger-full", "ledger-damaged", "ledger-conflict", "ledger-in-use", "ledger-read-only",
// "ledger-io".
[[noreturn]] void fail(sqlite3* database, int result) {
  std::string text = "the ledger failed: ";
  const bool is_its_own = database != nullptr && sqlite3_extended_errcode(database) == result;
  text += is_its_own ? sqlite3_errmsg(database) : sqlite3_errstr(result);
  text += " (SQLite " + std::to_string(result);
  const char* path = database != nullptr ? sqlite3_db_filename(database, "main") : nullptr;
  const bool has_path = path != nullptr && *path != '\0';
  if (has_path) text += std::string(", ") + path;
  const Failure failure = failure_of(result);
  std::string remedy = failure.remedy;
  if (failure.may_go_on) {
    remedy += ", then do the same again; a run that had begun goes on with: usage-uploader resume";
    if (has_path) remedy += " --ledger " + shell_word(path);
  }
  throw LedgerError(failure.name, clean_text(text + ")"), remedy);
}

// A failed step's error must be read before the statement is reset.
[[noreturn]] void fail_step(sqlite3_stmt* statement, int result) {
  try {
    fail(sqlite3_db_handle(statement), result);
  } catch (...) {
    sqlite3_reset(statement);
    throw;
  }
}

// Its statistics of memory cost a lock at every allocation. Before SQLite is used for the first time; where a test has
// set it up in its own way, that stays.
void set_up_memory() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)once;
}

// A null pointer would be bound as NULL.
const char* data_of(std::string_view bytes) {
  return bytes.empty() ? "" : bytes.data();
}

}  // namespace

std::string sqlite_version_text() {
  return sqlite3_libversion();
}

Rows::~Rows() {
  sqlite3_reset(statement_);
}

bool Rows::next() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail_step(statement_, result);
  sqlite3_reset(statement_);
  return false;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Rows::view(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::optional<WallTime> Rows::optional_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  check(sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement_,
                           nullptr));
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

int Statement::finish() {
  const int result = sqlite3_step(statement_);
  if (result != SQLITE_DONE) fail_step(statement_, result);
  sqlite3_reset(statement_);
  return sqlite3_changes(database_);
}

void Statement::bind(int index, std::string_view text) {
  const auto kept = texts_ == Texts::kBorrowed ? SQLITE_STATIC : SQLITE_TRANSIENT;
  check(sqlite3_bind_text64(statement_, index, data_of(text), text.size(), kept, SQLITE_UTF8));
}

void Statement::bind(int index, Blob blob) {
  const auto kept = texts_ == Texts::kBorrowed ? SQLITE_STATIC : SQLITE_TRANSIENT;
  check(sqlite3_bind_blob64(statement_, index, data_of(blob.bytes), blob.bytes.size(), kept));
}

void Statement::bind_integer(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, index, value));
}
void Statement::bind_null(int index) {
  check(sqlite3_bind_null(statement_, index));
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) fail(database_, result);
}

Database::Database(const std::filesystem::path& path, int flags, const char* vfs) {
  const int extra = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX;  // a Ledger is one thread's
  set_up_memory();
  int result = sqlite3_open_v2(path.c_str(), &database_, flags | extra, vfs);
  // No SQL, whatever a damaged file makes of it, may write to the schema or past the database's rules.
  if (result == SQLITE_OK) result = sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // What a trigger works with must fit in, or it is allocated anew each time.
  if (result == SQLITE_OK) result = sqlite3_db_config(database_, SQLITE_DBCONFIG_LOOKASIDE, nullptr, 4096, 64);
  // SQLite opens a file that it may not write for reading, and its first write then fails like a bad disk.
  const bool is_to_be_written = (flags & SQLITE_OPEN_READWRITE) != 0;
  if (result == SQLITE_OK && is_to_be_written && sqlite3_db_readonly(database_, "main") == 1) result = SQLITE_READONLY;
  if (result == SQLITE_OK) return;
  try {
    fail(database_, result);
  } catch (...) {
    sqlite3_close_v2(database_);
    throw;
  }
}

Database::Database(const std::filesystem::path& path, LedgerAccess access, const char* vfs)
    : Database(path, access == LedgerAccess::kWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, vfs) {}

Database Database::make(const std::filesystem::path& path, const char* vfs) {
  return Database(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs);
}

Database::Database(Database&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Database::~Database() {
  sqlite3_close_v2(database_);
}

void Database::execute(const std::string& sql) {
  const int result = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(database_, result);
}

std::string Database::single_value(const std::string& sql) {
  Statement statement(database_, sql);
  Rows rows = statement.query();
  return rows.next() ? rows.text(0) : std::string();
}

std::int64_t Database::last_row_id() const {
  return sqlite3_last_insert_rowid(database_);
}
bool Database::in_transaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}

void Database::roll_back() noexcept {
  if (in_transaction()) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace usage

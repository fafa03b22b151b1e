#include "sqlite.h"

#include "usage/base/error.h"

namespace usage {
namespace {

struct Failure {
  const char* name;
  const char* remedy;
};

Failure failure_of(int result) {
  switch (result & 0xFF) {
    case SQLITE_FULL:
      return {"ledger-full", "free space on the ledger's disk, then: usage-uploader resume"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {"ledger-damaged", "restore the ledger from its backup; do not upload without it"};
    case SQLITE_CONSTRAINT:
      return {"ledger-conflict", "this is an error of the program, stopped before it could bill twice; please report it"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"ledger-in-use", "wait until the other program is done"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return {"ledger-read-only", "make the ledger and its folder writable for this user"};
    default:
      return {"ledger-io", "check the ledger's disk, then: usage-uploader resume"};
  }
}

}  // namespace

void roll_back(sqlite3* database) {
  if (sqlite3_get_autocommit(database) == 0) sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
}

void throw_sqlite_error(sqlite3* database, int result) {
  const int extended = database != nullptr ? sqlite3_extended_errcode(database) : result;
  std::string text = "the ledger failed: ";
  text += database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(result);
  const char* path = database != nullptr ? sqlite3_db_filename(database, "main") : nullptr;
  if (path != nullptr) text += std::string(" (") + path + ")";
  const Failure failure = failure_of(extended != SQLITE_OK ? extended : result);
  if (database != nullptr) roll_back(database);
  throw LedgerError(failure.name, text, failure.remedy);
}

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  check(sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement_,
                           nullptr));
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::check(int result) const {
  if (result != SQLITE_OK) throw_sqlite_error(database_, result);
}

void Statement::reset() {
  sqlite3_reset(statement_);  // repeats the last step's error, which was thrown already
}

bool Statement::next() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) {
    // Keep the message: resetting is what makes a failed statement usable, and what ends its hold on the database.
    try {
      throw_sqlite_error(database_, result);
    } catch (...) {
      reset();
      throw;
    }
  }
  reset();
  return false;
}

void Statement::bind(int index, std::string_view text) {
  check(sqlite3_bind_text64(statement_, index, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(int index, Blob blob) {
  check(sqlite3_bind_blob64(statement_, index, blob.bytes.empty() ? "" : blob.bytes.data(), blob.bytes.size(),
                            SQLITE_TRANSIENT));
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

std::optional<WallTime> Statement::optional_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

Database::Database(const std::filesystem::path& path, int flags, const char* vfs) {
  const int result = sqlite3_open_v2(path.c_str(), &database_, flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE, vfs);
  if (result == SQLITE_OK) return;
  try {
    throw_sqlite_error(database_, result);
  } catch (...) {
    sqlite3_close_v2(database_);
    throw;
  }
}

Database::~Database() { sqlite3_close_v2(database_); }

void Database::execute(const char* sql) {
  const int result = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw_sqlite_error(database_, result);
}

std::string Database::single_value(const char* sql) {
  Statement statement(database_, sql);
  return statement.next() ? statement.text(0) : std::string();
}

}  // namespace usage

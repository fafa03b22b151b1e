// SQLite, thinly: errors become LedgerError, statements are prepared once and used again.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "usage/base/clock.h"

namespace usage {

struct Blob {
  std::string_view bytes;
};

// One prepared statement. run() for changes, each row of a query by `for (s.query(..); s.next();)`.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds all parameters in order and runs to the end. Returns how many rows changed.
  template <class... Values>
  int run(const Values&... values) {
    query(values...);
    while (next()) {
    }
    return sqlite3_changes(database_);
  }
  template <class... Values>
  void query(const Values&... values) {
    reset();
    int index = 0;
    (bind(++index, values), ...);
  }
  bool next();  // false after the last row; the statement is then free for its next use
  void reset();

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) const;
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  WallTime time(int column) const { return WallTime(Duration(integer(column))); }
  std::optional<WallTime> optional_time(int column) const;

 private:
  void check(int result) const;
  void bind(int index, std::int64_t value) { check(sqlite3_bind_int64(statement_, index, value)); }
  void bind(int index, int value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, unsigned value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, WallTime value) { bind(index, static_cast<std::int64_t>(value.time_since_epoch().count())); }
  void bind(int index, std::string_view text);
  void bind(int index, const std::string& text) { bind(index, std::string_view(text)); }
  void bind(int index, const char* text) { bind(index, std::string_view(text)); }
  void bind(int index, Blob blob);
  void bind(int index, std::nullptr_t) { check(sqlite3_bind_null(statement_, index)); }
  template <class Value>
  void bind(int index, const std::optional<Value>& value) {
    if (value)
      bind(index, *value);
    else
      bind(index, nullptr);
  }
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

class Database {
 public:
  // Flags as of sqlite3_open_v2, without SQLITE_OPEN_CREATE; vfs nullptr: the system's.
  Database(const std::filesystem::path& path, int flags, const char* vfs);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  sqlite3* get() const { return database_; }
  void execute(const char* sql);
  std::string single_value(const char* sql);  // of the first row's first column; empty where there is no row
  bool in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }
  std::int64_t last_row_id() const { return sqlite3_last_insert_rowid(database_); }

 private:
  sqlite3* database_ = nullptr;
};

// After any failure nothing of an open transaction may be committed. Does nothing outside of one.
void roll_back(sqlite3* database);

// Rolls back and throws LedgerError with a name by the kind of failure: "ledger-full", "ledger-damaged", "ledger-conflict", "ledger-in-use",
// "ledger-read-only", "ledger-io".
[[noreturn]] void throw_sqlite_error(sqlite3* database, int result);

}  // namespace usage

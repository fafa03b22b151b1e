// SQLite, thinly: errors become LedgerError, statements are prepared once and used again.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "usage/base/clock.h"
#include "usage/ledger/ledger_file.h"

struct sqlite3;
struct sqlite3_stmt;

namespace usage {

struct Blob {
  std::string_view bytes;
};

// The rows of a query that runs; its statement is free again when this goes. Texts are valid until the next row.
class Rows {
 public:
  explicit Rows(sqlite3_stmt* statement) : statement_(statement) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();
  bool next();  // false after the last row

  std::int64_t integer(int column) const;
  template <std::integral Integer>
  Integer integer_as(int column) const {
    return static_cast<Integer>(integer(column));
  }
  std::string_view view(int column) const;
  std::string text(int column) const { return std::string(view(column)); }
  bool is_null(int column) const;
  WallTime time(int column) const { return WallTime(Duration(integer(column))); }
  std::optional<WallTime> optional_time(int column) const;

 private:
  sqlite3_stmt* statement_;
};

// One prepared statement. Values are bound to its parameters in order.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Runs a change to its end. Returns how many records changed, those of triggers and foreign keys not counted.
  template <class... Values>
  int run(const Values&... values) {
    bind_all(Texts::kBorrowed, values...);
    return finish();
  }
  // One query at a time: the Rows must be gone before the statement is used again.
  template <class... Values>
  Rows query(const Values&... values) {
    bind_all(Texts::kCopied, values...);
    return Rows(statement_);
  }

 private:
  enum class Texts : std::uint8_t { kBorrowed, kCopied };  // run() ends while its arguments live, a query goes on

  template <class... Values>
  void bind_all(Texts texts, const Values&... values) {
    texts_ = texts;
    int index = 0;
    (bind(++index, values), ...);
  }
  template <std::integral Integer>
  void bind(int index, Integer value) {
    bind_integer(index, static_cast<std::int64_t>(value));
  }
  void bind(int index, WallTime value) { bind_integer(index, value.time_since_epoch().count()); }
  void bind(int index, std::string_view text);
  void bind(int index, const std::string& text) { bind(index, std::string_view(text)); }
  void bind(int index, const char* text) { bind(index, std::string_view(text)); }
  void bind(int index, Blob blob);
  template <class Value>
  void bind(int index, const std::optional<Value>& value) {
    if (value)
      bind(index, *value);
    else
      bind_null(index);
  }
  void bind_integer(int index, std::int64_t value);
  void bind_null(int index);
  int finish();
  void check(int result) const;

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  Texts texts_ = Texts::kCopied;
};

// One connection. The file must exist; a symbolic link anywhere in the path is refused.
class Database {
 public:
  Database(const std::filesystem::path& path, LedgerAccess access, const char* vfs);  // nullptr: the system's
  // Makes a file that is missing: for a VFS of a test, whose files only SQLite knows.
  static Database make(const std::filesystem::path& path, const char* vfs);
  Database(Database&& other) noexcept;
  Database& operator=(Database&&) = delete;
  ~Database();

  sqlite3* get() const { return database_; }
  void execute(const std::string& sql);
  std::string single_value(const std::string& sql);  // of the first row's first column; empty where there is no row
  std::int64_t last_row_id() const;
  bool in_transaction() const;
  void roll_back() noexcept;

 private:
  Database(const std::filesystem::path& path, int flags, const char* vfs);
  sqlite3* database_ = nullptr;
};

}  // namespace usage

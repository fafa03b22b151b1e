// What SQLite is asked to do, seen from below the program.
#pragma once

#include <sqlite3.h>

#include <functional>
#include <string>

namespace usage::test::ledger_room {

// While it lives, each statement that a connection opened meanwhile begins is shown, with its values in it.
class SeenSql {
 public:
  explicit SeenSql(std::function<void(const std::string&)> visit) {
    visit_ = std::move(visit);
    sqlite3_auto_extension(entry());
  }
  SeenSql(const SeenSql&) = delete;
  SeenSql& operator=(const SeenSql&) = delete;
  ~SeenSql() {
    sqlite3_cancel_auto_extension(entry());
    visit_ = nullptr;
  }

 private:
  using Entry = void (*)();
  static Entry entry() { return reinterpret_cast<Entry>(&begin); }
  static int begin(sqlite3* database, char**, const void*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &show, nullptr);
  }
  static int show(unsigned, void*, void* statement, void* text) {
    const std::string_view shown = static_cast<const char*>(text);
    if (!visit_ || shown.starts_with("--")) return 0;  // a trigger's
    char* sql = sqlite3_expanded_sql(static_cast<sqlite3_stmt*>(statement));
    const std::string whole = sql == nullptr ? "" : sql;
    sqlite3_free(sql);
    visit_(whole);
    return 0;
  }
  static inline std::function<void(const std::string&)> visit_;
};

}  // namespace usage::test::ledger_room

#pragma once

#include <map>
#include <memory>
#include <string>

#include "sqlite.h"
#include "usage/ledger/ledger.h"

namespace usage {

// The open database with its statements, and the run that is being recorded.
struct Ledger::State {
  explicit State(const std::filesystem::path& path, int flags, const char* vfs) : database(path, flags, vfs) {}

  // Prepared on first use; the text must live as long as the program. Refused once a transaction has failed.
  Statement& statement(const char* sql) {
    require_sound();
    std::unique_ptr<Statement>& slot = statements[sql];
    if (!slot) slot = std::make_unique<Statement>(database.get(), sql);
    return *slot;
  }
  void begin();
  void commit();
  // A change that must find exactly one record in the state it expects.
  void require_one(int changed, const char* what);
  void require_sound();

  struct Recording {
    RunId run = 0;
    std::int64_t period = 0;
    std::string name;
    std::vector<RequestId> requests;  // by number - 1
    std::uint64_t rows = 0;
  };

  Database database;
  std::map<const char*, std::unique_ptr<Statement>> statements;  // after the database: they go first
  Recording recording;
  bool in_transaction = false;  // by our account; where SQLite says otherwise, it was rolled back after a failure
};

}  // namespace usage

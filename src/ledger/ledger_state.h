#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sqlite.h"
#include "usage/ledger/ledger.h"

namespace usage {

// The run that is being recorded.
struct Recording {
  struct Request {
    RequestId id = 0;
    std::int64_t installation = 0;
    std::uint32_t rows = 0;
  };
  RunId run = 0;  // 0: none is
  std::string name;
  bool is_seed = false;  // what an earlier ledger's run said: rows with outcomes, and nothing to be sent
  std::int64_t period = 0;
  RowId first_row = 0;
  RowId next_row = 0;
  RowId next_charge = 0;          // of the rows from here on, the charges that they make are not made yet
  std::vector<Request> requests;  // by number - 1
};

// The cache is small, as SQLite looks through the whole of it at a commit.
inline constexpr const char* kForUse = "PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096";

// A file under its name, as long as it is the same file.
struct NamedFile {
  explicit NamedFile(std::filesystem::path name);
  bool is_there() const;

  std::filesystem::path path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

// The open database with its statements.
class LedgerState {
 public:
  explicit LedgerState(Database opened) : database(std::move(opened)) {}

  // Prepared on first use; `sql` is a literal, found again by its address.
  Statement& statement(const char* sql);

  void require_usable() const;
  void require_recording() const;
  void begin();
  void commit();
  // Both outside of a transaction. A run's rows come in random order, so that a large cache pays; and what they refer
  // to was just made or found, so that nothing needs to be looked up once more for each.
  void set_up_for_recording() { database.execute("PRAGMA foreign_keys = OFF; PRAGMA cache_size = -65536"); }
  void set_up_for_use() { database.execute(kForUse); }
  AttemptId next_attempt();
  // A disk that loses what it said it had kept can leave sound pages with rows missing. LedgerError "ledger-damaged".
  void require_all_rows(RunId run);
  // R-, the ledger, the charge's id: no spreadsheet makes a number, a date or a formula of that.
  std::string usage_row_prefix();
  void fail() noexcept;  // undoes what is not committed, and refuses everything from now on

  Database database;
  std::optional<NamedFile> file;  // of none where the VFS is not the system's
  std::optional<NamedFile> lock;  // likewise
  Recording recording;
  std::map<RunId, std::uint32_t> first_repost;  // by run: the lowest request number that add_repost handed out

 private:
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;  // after the database: they go first
  AttemptId last_attempt_ = 0;
  bool failed_ = false;
};

struct Ledger::State : LedgerState {
  using LedgerState::LedgerState;
};

// One change: part of the transaction that is open, or else a transaction of its own. All of it or nothing: where
// done() is not reached, the ledger refuses everything from then on, so that no later commit can save half of it.
class Change {
 public:
  explicit Change(LedgerState& state);
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;
  ~Change();
  void done();

 private:
  LedgerState& state_;
  bool own_;
  bool done_ = false;
};

// The charges of the rows that were added since the last time; many at once, as each statement has its price.
void make_charges(LedgerState& state);

// A status, quantity or amount that was read back and cannot be: LedgerError "ledger-damaged".
[[noreturn]] void fail_unreadable(const char* what);
RowStatus status_in(const Rows& row, int column);

// What a correct program never does: LedgerError "ledger-conflict".
void require(bool holds, const char* what);
[[noreturn]] void fail_damaged(const std::string& lost);  // LedgerError "ledger-damaged"

}  // namespace usage

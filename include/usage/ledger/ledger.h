// The ledger: every run, every request as sent, every reply as received, and what is owed to whom. It is what keeps a
// charge from being billed twice. One SQLite file in WAL with synchronous=FULL, one writing connection.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "usage/ledger/ledger_file.h"
#include "usage/ledger/records.h"

namespace usage {

enum class LedgerAccess : std::uint8_t { kRead, kWrite };

// All members throw LedgerError (exit 4) where SQLite fails; after a failed commit the object refuses everything.
class Ledger {
 public:
  // Makes a new, empty ledger, mode 0600, in a folder made with mode 0700 where it is missing. LedgerError
  // "ledger-exists" where something is already there. Durable on return.
  static void create(const std::filesystem::path& path, WallTime now);

  // Opens an existing one; never makes one ("ledger-missing", with the `init` command as remedy). Checks that it is a
  // regular file and not a symlink, application id, schema version, quick_check, and that WAL and FULL are in force.
  // `vfs` names the SQLite VFS to use (power-loss tests); nullptr: the system's.
  // kWrite: the caller holds the LedgerLock for as long as the object lives. kRead: works beside a running upload.
  static Ledger open(const std::filesystem::path& path, LedgerAccess access, const char* vfs = nullptr);

  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;
  ~Ledger();

  LedgerIdentity identity() const;

  // --- what is known -----------------------------------------------------------------------------------------------
  std::vector<RunInfo> runs() const;                                    // oldest first
  std::optional<RunInfo> find_run(std::string_view name) const;         // "last": the latest; without case
  std::vector<RunInfo> runs_of(const Scope& scope) const;               // of this endpoint, account and period
  std::vector<std::string> periods(std::string_view endpoint, std::string_view account) const;  // known names, in order of opening
  std::string next_run_name(std::string_view period) const;             // PERIOD-N; N counts over all scopes
  RunCounts counts(RunId run) const;
  PlannedCounts planned_counts(RunId run) const;                        // what is still to be sent
  void each_row(RunId run, const std::function<void(const RowRecord&)>& visit) const;  // in input order, streamed

  // --- a run's beginning: one transaction, durable when commit_run returns; nothing remains of it otherwise -----------
  void open_period(const Scope& scope, WallTime now);                   // no-op where it is known
  RunId begin_run(const NewRun& run);
  void add_request(std::uint32_t number, std::string_view installation, std::string_view body);
  void add_row(const NewRow& row);                                      // in input order; a sent row makes its charge
  RunInfo commit_run();

  // --- sending ------------------------------------------------------------------------------------------------------
  // Attempts that an earlier life of this run left `sending` become unknown. Returns how many requests that concerned.
  std::size_t recover(RunId run, WallTime now);
  // Requests still to be sent with a number above `after`, in order, at most `limit`.
  std::vector<StoredRequest> planned_requests(RunId run, std::uint32_t after, std::size_t limit) const;
  std::string request_body(RequestId request) const;                    // as recorded, byte for byte

  void begin();   // one transaction around the next changes
  void commit();  // durable on return
  AttemptId start_attempt(RequestId request, WallTime now);             // recorded as `sending`
  void withdraw_attempt(AttemptId attempt);                             // libcurl never got it: as if never claimed
  void end_attempt(AttemptId attempt, const Delivery& delivery, const AttemptOutcome& outcome);
  void finish_request(RequestId request, const RequestResult& result);  // only ever from `not_sent`, never back
  // A request of its own with these rows of a request (answered `submitted: false`): they leave it and are planned again.
  StoredRequest add_repost(RequestId parent, std::span<const RowId> rows, std::string_view body);
  void end_run(RunId run, RunState state, std::string_view stop_name, std::string_view stop_reason, WallTime now);
  void add_warning(RunId run, const Warning& warning);                  // once per name and text

 private:
  struct State;
  void load_items(StoredRequest& request) const;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace usage

// The ledger: every run, every request as sent, every reply as received, and what is owed to whom. It is what keeps a
// charge from being billed twice. One SQLite file in WAL with synchronous=FULL, one writing connection.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "usage/ledger/ledger_file.h"
#include "usage/ledger/records.h"

namespace usage {

// All members throw LedgerError (exit 4) where SQLite fails. After a failed change or commit nothing of the transaction
// remains, and the object refuses everything ("ledger-failed"), reading included: open the ledger again to look at it.
// What would risk a second bill is refused by the database itself ("ledger-conflict", an error of the program).
class Ledger {
  struct State;

 public:
  // Makes a new, empty ledger, mode 0600, in a folder made with mode 0700 where it is missing. LedgerError
  // "ledger-exists" where something is already there, "ledger-log-left" where an earlier one's log is. All of it or
  // nothing, also in a power cut. Durable on return.
  static void create(const std::filesystem::path& path, WallTime now, const LedgerOptions& options = {});

  // Opens an existing one; never makes one ("ledger-missing", with the `init` command as remedy). Checks that it is a
  // regular file and not a symlink, application id and schema version.
  // kWrite: quick_check is asked, and WAL and FULL are in force; the caller holds the LedgerLock for as long as the
  // object lives; an older schema is migrated first, whole or not at all ("ledger-migration"). kRead: works beside a
  // running upload; a schema too old to be read as it is is refused ("ledger-old"). A process must not open or close
  // the file by any other way while a Ledger of it lives: that drops SQLite's locks.
  static Ledger open(const std::filesystem::path& path, LedgerAccess access, const LedgerOptions& options = {});

  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;
  ~Ledger();

  LedgerIdentity identity() const;
  std::string usage_row_prefix() const;  // what a usage_row has before its charge's id

  // --- what is known -----------------------------------------------------------------------------------------------
  std::vector<RunInfo> runs() const;                             // oldest first
  std::optional<RunInfo> find_run(std::string_view name) const;  // "last": the latest; without case
  std::vector<RunInfo> runs_of(const Scope& scope) const;        // of this endpoint, account and period
  std::vector<std::string> periods(std::string_view endpoint,
                                   std::string_view account) const;  // known names, in order of opening
  std::string next_run_name(std::string_view period) const;          // PERIOD-N; N counts over all scopes
  RunCounts counts(RunId run) const;
  PlannedCounts planned_counts(RunId run) const;                                       // what is still to be sent
  void each_row(RunId run, const std::function<void(const RowRecord&)>& visit) const;  // in input order, streamed

  // Each charge of a period once, in order of its making, with the row that stands for it now. Streamed.
  void each_charge(const Scope& scope, const std::function<void(const ChargeRecord&)>& visit) const;
  // Each decision of a person on a charge of a period, in order, with what became of the charge since. Streamed.
  void each_decision(const Scope& scope, const std::function<void(const DecisionRecord&)>& visit) const;
  std::vector<Total> period_totals(const Scope& scope) const;  // of its charges, by latest status and currency
  // Of its charges that are submitted or in doubt, in order of their making.
  std::vector<InstallationSum> installation_sums(const Scope& scope) const;
  std::vector<Scope> scopes_of_period(std::string_view period) const;  // every endpoint and account that has it
  // Every endpoint and account, with its last period, in which the installation has a charge submitted, in doubt, or
  // planned in an open run.
  std::vector<Scope> scopes_that_charged(std::string_view installation) const;
  std::optional<RequestEvidence> evidence(RunId run, std::uint32_t request) const;

  // One moment of the ledger for many questions, and one lock for all of them. Not beside begin(): what is to be
  // changed is asked after it.
  class Reading {
   public:
    explicit Reading(const Ledger& ledger);
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    ~Reading();

   private:
    State& state_;
  };

  // --- what a new upload meets ---------------------------------------------------------------------------------------
  // The charges of one installation (any letter case) in the period, in order of their making; among them, with
  // KnownCharge::moved_from, those that a correction moved to other SIDs. One indexed look-up.
  std::vector<KnownCharge> charges_of(const Scope& scope, std::string_view installation) const;
  // Where a charge stands, and where it stood before corrections moved it. One indexed look-up.
  std::vector<ChargePlace> places_of(RowId charge) const;
  // The charge that a usage_row names; nothing where the text is not of this ledger's, or names none.
  std::optional<ScopedCharge> find_charge(std::string_view usage_row) const;
  std::optional<ScopedCharge> charge_with_id(RowId charge) const;
  // The invalid row that a usage_row names; nothing where it names a charge, as once the row was corrected. Rows of a
  // file of ours have no name of their own: there a row may have lost that of its charge.
  std::optional<UncorrectedRow> find_uncorrected(std::string_view usage_row) const;
  // Sorted. Of a file of ours only its invalid rows: another may have lost its name. One pass over the run's rows.
  std::vector<LineOfFile> lines_of_file(RunId run, std::uint16_t file) const;
  // Those that have names of their own, in order. One pass over the rows of runs that had invalid ones.
  std::vector<InvalidLine> invalid_lines(const Scope& scope) const;
  // Of all periods of the endpoint and account. One pass over the rows that took another one's place.
  std::vector<FormerLine> former_lines(const Scope& scope) const;
  // A charge with this reference that another period of the endpoint and account has submitted, in doubt or left out by
  // a decision, or that an
  // open run of such a period is still to send (kNotSent). Also one that had it in an earlier row: a spreadsheet or an
  // export without that column makes no other charge of it. Its `reference` is this one.
  std::optional<ScopedCharge> billed_elsewhere(const Scope& scope, std::string_view installation,
                                               std::string_view billing_sid, std::string_view reference) const;
  // What billed_elsewhere can find at all, for one installation: the references of its rows in other periods of the
  // endpoint and account, each once. One indexed look-up a period.
  std::vector<std::string> references_elsewhere(const Scope& scope, std::string_view installation) const;
  // Charges of the endpoint and account, of any period and installation, that are submitted, in doubt, or planned in an
  // open run, and have one of these references (sorted) in the row that stands or an earlier one: once under each that
  // they were found by. One pass over all references.
  std::vector<ScopedCharge> billed_with_reference(const Scope& scope, const std::vector<std::string>& references) const;
  // References that rows had which met a charge, as duplicates or while it was in doubt, and the row that they met has
  // not: an export that has the column since. With the charge. One pass over the rows of runs that had such, and of
  // seeds, of all periods.
  std::multimap<std::string, RowId, std::less<>> references_met(const Scope& scope) const;
  std::vector<OpenCharges> left_in_other_periods(const Scope& scope) const;  // opened before this one

  // --- a run's beginning: one transaction, durable when commit_run returns; nothing remains of it otherwise ----------
  // A period has at most one open run.
  void open_period(const Scope& scope, WallTime now);  // no-op where it is known
  // With a name: a seed, in which rows have the outcomes of an earlier ledger and nothing is sent. The name is a free
  // PERIOD-N of its period.
  RunId begin_run(const NewRun& run);
  void add_request(std::uint32_t number, std::string_view installation, std::string_view body);
  // In input order. See ChargeRole; what a row takes over must be the period's, proven not billed, and of an ended run;
  // what it meets as a duplicate must be submitted, as unknown in doubt, as left out so. Charges have amounts.
  void add_row(const NewRow& row);
  RunInfo commit_run();  // a seed is finished by it ("seeded")

  // --- sending ------------------------------------------------------------------------------------------------------
  // Requests that an earlier life of this run left with an attempt under way, or with one that may have been processed
  // and no outcome, become unknown. Returns how many. To be called before anything of an open run is sent again.
  std::size_t recover(RunId run, WallTime now);
  // Requests still to be sent with a number above `after`, in order, at most `limit`. Not those that add_repost of this
  // object handed out.
  std::vector<StoredRequest> planned_requests(RunId run, std::uint32_t after, std::size_t limit) const;
  std::string request_body(RequestId request) const;  // as recorded, byte for byte

  // Whether its name still leads to it. What is recorded in a file that was removed is gone with this object.
  bool is_in_place() const;
  // Whether the lock file is the one that was there when it was opened: else another program may be at it.
  bool has_its_lock() const;

  void begin();   // one transaction around the next changes; without, each change is one by itself
  void commit();  // durable on return
  // Recorded as `sending`. Refused, by the database, unless the request has no outcome, its run is open, and every
  // attempt before is proven not processed.
  AttemptId start_attempt(RequestId request, WallTime now);
  void withdraw_attempt(AttemptId attempt);  // libcurl never got it: as if never claimed
  void end_attempt(AttemptId attempt, const Delivery& delivery, const AttemptOutcome& outcome);
  // Only ever from `not_sent`, and only to what the last attempt proves; of an answered request, every item that the
  // answer sets apart must be in `others` or in a re-post.
  void finish_request(RequestId request, const RequestResult& result);
  // A request of its own with these rows, in the order of the body's items, of a request that was answered `submitted:
  // false` for each of them and is not finished yet: they leave it and are planned again.
  StoredRequest add_repost(RequestId parent, std::span<const RowId> rows, std::string_view body);
  // Finished or abandoned, its unbilled charges can be taken over: so refused while an attempt of it is under way, or
  // may have been processed and its request has no outcome (see recover).
  void end_run(RunId run, RunState state, std::string_view stop_name, std::string_view stop_reason, WallTime now);
  // All or none, each a further record. Refused ("ledger-conflict") unless the row is in doubt, or was until it was
  // settled, and stands for its charge: what a later row took over is settled no more. On a row that only met a charge
  // in doubt, it settles what that met. Two decisions on one charge must be the same. That it was billed after all can
  // also be recorded on a later row of an ended run that stands for the charge and is not billed (decided_before). Left
  // out is what stands for its charge, is proven not billed, and is of an ended run.
  void settle(std::span<const Settlement> settlements);
  // The rows that stand, or stood, for this row's charge, were in doubt, and were settled by a person; oldest first.
  std::vector<RowContent> decided_before(RowId row) const;
  // What open runs of the endpoint and account, in any period, have still to send. Streamed.
  void each_unsent(const Scope& scope, const std::function<void(const RowContent&)>& visit) const;
  void add_warning(RunId run, const Warning& warning);  // once per name and text
  void add_event(RunId run, const RunEvent& event);     // begin_run adds the first, where it is known
  void waive_503(RunId run);  // sets RunInfo::retry_503 for good, also where the run began without

 private:
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace usage

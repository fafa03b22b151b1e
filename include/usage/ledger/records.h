// What goes into the ledger and comes out of it, as values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/clock.h"
#include "usage/base/decimal.h"
#include "usage/model/attempt_outcome.h"
#include "usage/model/delivery.h"
#include "usage/model/ids.h"
#include "usage/model/status.h"
#include "usage/model/usage_request.h"
#include "usage/model/usage_row.h"

namespace usage {

// Whose charges, where, and for which period: what makes two equal charges the same charge.
struct Scope {
  std::string endpoint;  // base URL, checked
  std::string account;   // account SID
  std::string period;    // compared without case
};
bool is_same_period(const Scope& a, const Scope& b);   // periods compare without case
bool is_other_period(const Scope& a, const Scope& b);  // another one of the same endpoint and account

enum class RunState : std::uint8_t { kOpen, kFinished, kAbandoned };
inline constexpr std::array<std::string_view, 3> kRunStateNames{"open", "finished", "abandoned"};
constexpr std::string_view name_of(RunState state) {
  return kRunStateNames[static_cast<std::size_t>(state)];
}

// How rows and amounts of one status and currency add up.
struct Total {
  RowStatus status = RowStatus::kNotSent;
  std::string currency;
  std::uint64_t rows = 0;
  std::uint64_t rows_without_amount = 0;  // counted in rows; their amount cannot be read
  Amount amount;
  friend bool operator==(const Total&, const Total&) = default;
};

// That a person allowed just this plan.
struct Approval {
  std::string plan_digest;
  std::string approved_by;
  friend bool operator==(const Approval&, const Approval&) = default;
};

enum class RunEventKind : std::uint8_t { kStarted, kResumed, kAbandoned };
inline constexpr std::array<std::string_view, 3> kRunEventNames{"started", "resumed", "abandoned"};

// What somebody did with a run.
struct RunEvent {
  RunEventKind kind = RunEventKind::kStarted;
  std::string user;  // as user_at_host gives it
  WallTime happened_at;
  friend bool operator==(const RunEvent&, const RunEvent&) = default;
};

// Who started it; empty where that is not known.
std::string starter_of(const std::vector<RunEvent>& events);

// A run as it is begun.
struct NewRun {
  Scope scope;
  std::string name;            // empty: the next PERIOD-N. Given only where an earlier ledger's run is seeded
  std::string content_digest;  // SHA-256 of the mapped rows
  std::vector<InputFile> files;
  std::vector<Total> input_totals;  // by status as planned; what the end must add up to
  std::vector<Warning> warnings;
  bool retry_503 = false;     // the operator waived the doubt about 503
  bool opens_period = false;  // where the ledger lacks it: with the run or not at all
  std::string program_version;
  std::string out_folder;  // absolute
  WallTime started_at;
  std::string started_by;  // as user_at_host gives it; empty: not known, as of a seeded run
  std::optional<Approval> approval;
};

// How a row stands to the charges of its period.
enum class ChargeRole : std::uint8_t {
  kNone,   // to none: invalid, left out, or held back before it was owed
  kNew,    // makes a charge: of its own or, with `charge`, that of an invalid row which it corrects
  kTakes,  // takes the place of the row that stood for `charge`, which is proven not billed
  kMeets,  // meets `charge`, which stays where it is: duplicate, unknown, left out, in conflict with it, or held back
};

// One input row as it is recorded.
struct NewRow {
  RowPlace place;
  std::uint16_t file = 0;
  std::string_view installation;  // as in the file, or as first came where valid
  std::string_view billing_sid;
  std::string_view quantity;  // Quantity::text(), or the cleaned text of an invalid row
  bool has_amount = false;    // `quantity` is a Quantity's text
  std::string_view currency;
  std::string_view reference;
  RowStatus status = RowStatus::kNotSent;
  std::string_view reason;     // where the status is final already
  std::uint32_t request = 0;   // number in the run, from 1; 0: in no request
  std::uint32_t position = 0;  // within the request, from 0
  ChargeRole role = ChargeRole::kNone;
  RowId charge = 0;  // where role is kTakes or kMeets, and where kNew corrects an invalid row: that row
  // For who writes the row into a file that can be corrected: its name as the file has it, and the charge that it met.
  std::string_view usage_row;
  RowId met = 0;
};

// A request that is still to be sent.
struct StoredRequest {
  RequestId id = 0;
  std::uint32_t number = 0;
  UsageRequest request;
  std::vector<RowId> rows;              // one an item, in the items' order
  std::vector<std::string> currencies;  // likewise
  unsigned attempts = 0;                // ended before, in this or an earlier life of the run
  unsigned reposts = 0;                 // how many re-posts lead to this request
};

// What an attempt's end makes of its request.
struct RequestResult {
  RowStatus status = RowStatus::kUnknown;  // of every row but those in `others`
  std::string reason;
  struct Other {
    RowId row = 0;
    RowStatus status = RowStatus::kNotSubmitted;
    std::string reason;
  };
  std::vector<Other> others;
};

// RunInfo::stop_name of a run whose ledger was taken away while it went on.
inline constexpr std::string_view kLedgerGone = "ledger-gone";
inline constexpr std::string_view kLockGone = "lock-gone";  // likewise its lock file's

struct RunInfo {
  RunId id = 0;
  std::string name;  // PERIOD-N
  Scope scope;
  RunState state = RunState::kOpen;
  std::string stop_name;  // why it stopped or ended, stable: "finished", "max-unknown", "SIGTERM"
  std::string stop_reason;
  std::string content_digest;
  std::vector<InputFile> files;
  std::vector<Total> input_totals;
  std::vector<Warning> warnings;
  bool retry_503 = false;  // the operator waived the doubt about 503 in one life of it or more
  std::string program_version;
  std::string out_folder;
  WallTime started_at;
  std::optional<WallTime> ended_at;
  std::optional<Approval> approval;
  std::vector<RunEvent> events;  // in order; none of a seeded run, or of before schema version 5
};

struct LedgerIdentity {
  std::string id;  // 16 hex digits, made by `init`
  std::uint64_t run_count = 0;
  std::uint64_t decision_count = 0;  // by people
};

// A row as the reconciliation shows it.
struct RowRecord {
  RowId id = 0;
  std::uint64_t ordinal = 0;  // in the run's input order, from 0; of the ledger's rows
  RowPlace place;
  std::uint32_t file = 0;  // of its run's files; of a period's view, of those of all its runs
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  bool has_amount = false;
  std::string currency;
  std::string reference;
  RowStatus status = RowStatus::kNotSent;
  std::string reason;
  std::uint32_t request = 0;
  unsigned attempts = 0;
  int http_status = 0;  // of the request's last attempt
  std::string error_code;
  std::string twilio_request_id;
  std::optional<WallTime> sent_at;
  std::optional<WallTime> completed_at;
  std::string settled_by;
  std::optional<WallTime> settled_at;
  std::string settle_note;
  std::string usage_row;          // names the charge for good, also in a spreadsheet; of an invalid row, one to be made
  std::string superseded_by;      // "2026-10-2, line 3" where a later row stands for its charge; else empty
  bool is_uncorrected = false;    // invalid, and no charge has the name that its usage_row is
  bool is_other_content = false;  // it named a charge in doubt, with other SIDs or amount: its reason says which
};

// A charge as a new upload meets it: what stands for it now, and how it stands.
struct KnownCharge {
  RowId charge = 0;
  RunId run = 0;      // of the row that stands for it
  RunId made_in = 0;  // the run of its first row
  std::string run_name;
  std::string place;  // of that row in its run: "line 7", or "FILE:7" where the run had several files
  std::string installation;
  std::string billing_sid;
  Quantity quantity;
  std::string currency;
  std::string reference;
  RowStatus status = RowStatus::kUnknown;  // the latest: as settled, else the row's own, else its request's
  std::optional<WallTime> sent_at;
  bool is_billed_late = false;  // settled as submitted after it had been settled as not: what was planned meanwhile did
                                // not know of it
  // Where a row of the installation that was asked for stood for it once, and one with other SIDs does now: the billing
  // SID of the row that stood. Else empty.
  std::string moved_from;
};

// An invalid row that met no charge, and that no later row has corrected: a charge yet to be made, under its name.
struct UncorrectedRow {
  RowId row = 0;
  RunId run = 0;
  std::uint16_t file = 0;  // of the run's
  Scope scope;
  std::string run_name;
  std::string place;         // "line 7", or "FILE:7" where the run had several files
  std::string installation;  // the texts as they stood there, cleaned and shortened
  std::string billing_sid;
  std::string currency;
  std::string reference;
  std::optional<Quantity> quantity;  // where it was one
};

// A line of a run's file, by the charge that it is: its row made it or took its place there, or was invalid and may yet
// make it; or the row only met it, as its duplicate, in doubt as it is, or left out so.
struct LineOfFile {
  RowId charge = 0;
  bool only_met = false;
  friend auto operator<=>(const LineOfFile&, const LineOfFile&) = default;
};

// An invalid row of the period, under the name that its correction has, or will have; the texts as in UncorrectedRow.
struct InvalidLine {
  std::string usage_row;
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string currency;
  std::string reference;
};

// What an invalid row said that was corrected since.
struct FormerLine {
  RowId charge = 0;
  Scope scope;
  std::string installation;
  std::string billing_sid;
  std::string reference;
};

// Where rows stood for a charge, and the last run in which one did.
struct ChargePlace {
  std::string installation;
  std::string billing_sid;
  RunId run = 0;
  std::vector<std::string> references = {};  // that they had, each once
};

// What one installation has been charged in a period and a currency.
struct InstallationSum {
  std::string installation;
  std::string currency;
  Amount amount;
  friend bool operator==(const InstallationSum&, const InstallationSum&) = default;
};

struct ScopedCharge {
  Scope scope;
  KnownCharge charge;
  Quantity had = charge.quantity;  // the amount of the row by which it was found, where a correction changed that since
};

// A charge of a period with the row that stands for it now, and the rows that stood for it before.
struct ChargeRecord {
  std::string run;
  RowRecord row;                        // `usage_row` names the charge
  std::vector<std::string> superseded;  // oldest first: "2026-10-1, line 7"
};

// Charges of another period that wait for somebody.
struct OpenCharges {
  std::string period;
  RowStatus status = RowStatus::kUnknown;  // kUnknown, or kFailed for all that are proven not billed
  std::string currency;
  std::uint64_t rows = 0;
  Amount amount;
};

// A person's decision on a row in doubt, or on one that is proven not billed.
struct Settlement {
  RowId row = 0;
  RowStatus status = RowStatus::kSubmitted;  // kNotSubmitted, or kLeftOut: it is not to be billed
  std::string settled_by;
  std::string note;
  WallTime settled_at;
};

// What a row of some run is about.
struct RowContent {
  std::string run;
  std::string period;
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string currency;
  std::string reference;
  bool stands = false;  // for its charge now
};

// So much of a reply's body is kept: a reply to 9,000 items is shorter, and what an endpoint gone wrong sends each time
// must not fill the disk.
inline constexpr std::size_t kMaxKeptReplyBytes = std::size_t{1} << 20;

// One attempt as it was sent and answered.
struct AttemptEvidence {
  AttemptId id = 0;
  WallTime sent_at;  // where no outcome was recorded: when it was recorded as under way
  std::optional<WallTime> completed_at;
  std::string verdict;  // "sending", "answered", "refused", "not_processed", "unknown", "stop_run"
  std::string name;
  std::string reason;
  std::optional<unsigned> times_issued;  // nothing where no outcome was recorded: it may have left, or not
  int http_status = 0;
  int connect_status = 0;
  std::string fault_text;
  std::string error_code;
  std::string twilio_request_id;
  std::string headers;  // raw, as received
  std::string body;     // its first kMaxKeptReplyBytes
  bool may_be_cut() const { return body.size() == kMaxKeptReplyBytes; }
};

// An item of a request, as it stands now: as the reconciliation has it.
struct RowEvidence {
  std::string place;  // "line 7"
  std::string billing_sid;
  std::string quantity;
  std::string currency;
  std::string reference;
  RowStatus status = RowStatus::kNotSent;
  std::string reason;
  std::string settled_by;
  friend bool operator==(const RowEvidence&, const RowEvidence&) = default;
};

// What a person decided about an item; each decision there ever was.
struct SettlementEvidence {
  std::string place;
  std::string status;
  std::string settled_by;
  std::string note;
  WallTime settled_at;
  friend bool operator==(const SettlementEvidence&, const SettlementEvidence&) = default;
};

// A person's decision on a charge of a period: the row that it was made on, and how the charge stands now.
struct DecisionRecord {
  std::string run;
  std::string place;  // "line 7"
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string currency;
  std::string reference;
  std::uint32_t request = 0;                 // number in its run; 0: of a seed
  RowStatus status = RowStatus::kSubmitted;  // as decided: kSubmitted, kNotSubmitted or kLeftOut
  std::string settled_by;
  std::string note;
  WallTime settled_at;
  bool is_last_word = true;                  // no later decision on the same row
  RowStatus latest = RowStatus::kSubmitted;  // of the row that stands for the charge now
  bool is_latest_settled = false;            // by a person
  std::string later_run;                     // of that row where it is another one; else empty, like the next three
  std::string later_place;
  std::string later_quantity;
  std::string later_currency;
  bool was_sent_again = false;  // it is the last word, and by a later row the charge was billed, or may have been
};

// One request with everything that is known of it.
struct RequestEvidence {
  std::uint32_t number = 0;
  std::uint32_t parent = 0;  // the request whose items it posts again; 0: none
  std::string installation;
  std::string body;               // as sent
  std::vector<RowEvidence> rows;  // one an item
  std::vector<AttemptEvidence> attempts;
  std::vector<SettlementEvidence> settlements;  // in order
};

// What is still to be sent of a run.
struct PlannedCounts {
  std::uint64_t requests = 0;
  std::uint64_t installations = 0;
};

// Counts over a whole run.
struct RunCounts {
  std::uint64_t requests = 0;
  std::uint64_t attempts = 0;
  std::uint64_t retries = 0;
  std::optional<WallTime> first_sent_at;
  std::optional<WallTime> last_completed_at;
};

}  // namespace usage

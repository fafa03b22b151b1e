// The requests and rows of a run's beginning, and how its rows stand to the period's charges.
#include <optional>

#include "ledger_state.h"
#include "row_sql.h"
#include "usage/base/sid.h"

namespace usage {
namespace {

// The installation's place among the period's; made where it is new.
std::int64_t installation_of(LedgerState& state, std::string_view sid) {
  const std::string key = sid_key(sid);
  {
    Rows rows = state.statement("SELECT id FROM installation WHERE sid_key = ? AND period = ?")
                    .query(key, state.recording.period);
    if (rows.next()) return rows.integer(0);
  }
  state.statement("INSERT INTO installation (period, sid_key) VALUES (?, ?)").run(state.recording.period, key);
  return state.database.last_row_id();
}

bool is_owed(ChargeRole role) {
  return role == ChargeRole::kNew || role == ChargeRole::kTakes;
}

// An outcome is what attempts prove. Only a seed has outcomes of its own: those of the earlier ledger.
bool can_be_recorded(ChargeRole role, RowStatus status, bool is_seed) {
  switch (status) {
    case RowStatus::kNotSent:
      return true;
    case RowStatus::kLeftOut:
      return role == ChargeRole::kNone || role == ChargeRole::kMeets;
    case RowStatus::kInvalid:
      return !is_owed(role);
    case RowStatus::kDuplicate:
      return role == ChargeRole::kMeets || (is_seed && role == ChargeRole::kNone);
    case RowStatus::kUnknown:
      return role == ChargeRole::kMeets || (is_seed && is_owed(role));
    case RowStatus::kSubmitted:
    case RowStatus::kNotSubmitted:
    case RowStatus::kFailed:
      break;
  }
  return is_seed && is_owed(role);
}

// What a row has by itself where it is in no request, and shares with its request where it is in one.
struct OwnValues {
  std::optional<std::int64_t> installation;
  std::optional<RequestId> request;
  std::optional<std::uint32_t> position;
  std::optional<std::string_view> sid;
  std::optional<std::string_view> status;
  std::optional<std::string_view> reason;
};

OwnValues values_in_request(LedgerState& state, const NewRow& row) {
  require(row.request <= state.recording.requests.size(), "record a row of a request that it does not have");
  Recording::Request& request = state.recording.requests[row.request - 1];
  require(is_owed(row.role), "record a row in a request that makes no charge and takes none");
  require(row.status == RowStatus::kNotSent, "record a row in a request that has its outcome already");
  require(row.position == request.rows, "record a request's rows in another order than that of its items");
  ++request.rows;
  return {request.installation, request.id, row.position, {}, {}, {}};
}

OwnValues values_alone(LedgerState& state, const NewRow& row) {
  OwnValues values{{}, {}, {}, row.installation, name_of(row.status), row.reason};
  if (is_owed(row.role)) values.installation = installation_of(state, row.installation);
  return values;
}

bool may_meet(RowStatus row, RowStatus charge) {
  if (row == RowStatus::kNotSent) return is_unbilled(charge);
  if (row == RowStatus::kDuplicate) return charge == RowStatus::kSubmitted;
  return charge == (row == RowStatus::kLeftOut ? RowStatus::kLeftOut : RowStatus::kUnknown);
}

// An invalid row of an earlier run of the period: the triggers refuse any other. Not in SQL alone, for a clear word.
bool is_uncorrected(LedgerState& state, RowId row) {
  Rows rows = state
                  .statement(
                      "SELECT 1 FROM usage_row r JOIN run ON run.id = r.run WHERE r.id = ?1 AND r.status = 'invalid' "
                      "AND r.charge IS NULL AND r.id < ?2 AND run.period = ?3 "
                      "AND NOT EXISTS (SELECT 1 FROM charge WHERE id = ?1)")
                  .query(row, state.recording.first_row, state.recording.period);
  return rows.next();
}

// The row that stands for the charge that a row meets. What the row says of it must be so: a duplicate of a charge that
// was not billed would be a charge lost. A conflict may be with any charge of the ledger. A seed has decisions already
// that came later than the rows which met the charge in doubt, or billed by an earlier decision.
RowId met_row(LedgerState& state, const NewRow& row) {
  static const std::string sql =
      joined("SELECT r.id, run.period, ", kLatestStatus,
             ", coalesce(r.status, q.status) FROM charge c JOIN usage_row r ON r.id = c.row JOIN run ON run.id = r.run",
             kOutcomeJoins, " WHERE c.id = ?");
  Rows rows = state.statement(sql.c_str()).query(row.charge);
  if (!rows.next()) {  // what is invalid once more, or held back
    const bool sends_nothing = row.status == RowStatus::kInvalid || row.status == RowStatus::kNotSent;
    require(sends_nothing && is_uncorrected(state, row.charge),
            "record a row that meets a charge which it does not have");
    return row.charge;
  }
  if (row.status != RowStatus::kInvalid) {
    require(rows.integer(1) == state.recording.period, "record a row that meets another period's charge");
    const bool may_be_older = status_in(rows, 3) == RowStatus::kUnknown || row.status == RowStatus::kLeftOut ||
                              row.status == RowStatus::kNotSent || status_in(rows, 2) == RowStatus::kLeftOut;
    const bool was_so = state.recording.is_seed && may_be_older;
    require(was_so || may_meet(row.status, status_in(rows, 2)), "record a row that says of its charge what is not so");
  }
  return rows.integer(0);
}

constexpr RowId kChargesAtOnce = 10'000;

// The charge of an invalid row, by the one that corrects it.
void make_corrected(LedgerState& state, RowId invalid, RowId corrected) {
  require(is_uncorrected(state, invalid), "correct a row that is not invalid, or was corrected already");
  state.statement("INSERT INTO charge VALUES (?, ?)").run(invalid, corrected);
}

// From a row that is proven not billed and whose run has ended; see also the trigger charge_taken_over.
void take_over(LedgerState& state, RowId charge, RowId taker) {
  static const std::string sql = joined(
      "UPDATE charge SET row = ?1 WHERE id = ?2 AND row IN (SELECT r.id FROM usage_row r JOIN run ON run.id = "
      "r.run",
      kOutcomeJoins, " WHERE r.id = charge.row AND run.period = ?3 AND run.state <> 'open' AND ", kLatestStatus,
      " IN ('failed', 'not_submitted', 'not_sent'))");
  const int taken = state.statement(sql.c_str()).run(taker, charge, state.recording.period);
  require(taken == 1, "take over a charge that may have been billed, or may still be");
}

}  // namespace

void make_charges(LedgerState& state) {
  Recording& recording = state.recording;
  state
      .statement(
          "INSERT INTO charge SELECT id, id FROM usage_row WHERE id >= ? AND id < ? AND charge = id AND met IS NULL")
      .run(recording.next_charge, recording.next_row);
  recording.next_charge = recording.next_row;
}

void Ledger::add_request(std::uint32_t number, std::string_view installation, std::string_view body) {
  Change change(*state_);
  state_->require_recording();
  Recording& recording = state_->recording;
  require(!recording.is_seed, "send anything of a seed");
  require(number == recording.requests.size() + 1, "number requests out of order");
  Recording::Request request;
  request.installation = installation_of(*state_, installation);
  state_->statement("INSERT INTO request (run, number, installation, sid) VALUES (?, ?, ?, ?)")
      .run(recording.run, number, request.installation, installation);
  request.id = state_->database.last_row_id();
  state_->statement("INSERT INTO request_body VALUES (?, ?)").run(request.id, Blob{body});
  recording.requests.push_back(request);
  change.done();
}

void Ledger::add_row(const NewRow& row) {
  Change change(*state_);
  state_->require_recording();
  Recording& recording = state_->recording;
  require(can_be_recorded(row.role, row.status, recording.is_seed), "record a row with an outcome that nothing proves");
  require(row.has_amount || !is_owed(row.role), "record a charge without an amount");
  const OwnValues own = row.request != 0 ? values_in_request(*state_, row) : values_alone(*state_, row);
  const bool is_of_new_charge = row.charge >= recording.next_charge;
  if (is_of_new_charge || recording.next_row - recording.next_charge == kChargesAtOnce) make_charges(*state_);
  const RowId id = recording.next_row++;
  std::optional<RowId> charge;
  std::optional<RowId> met;
  if (row.role != ChargeRole::kNone) charge = row.charge != 0 ? row.charge : id;
  if (row.role == ChargeRole::kMeets) met = met_row(*state_, row);
  state_->statement("INSERT INTO usage_row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(id, recording.run, own.installation, own.request, own.position, charge, row.file, row.place.line,
           row.place.offset, row.place.length, own.sid, row.billing_sid, row.quantity, row.has_amount, row.currency,
           row.reference, own.status, own.reason, met);
  if (row.role == ChargeRole::kNew && row.charge != 0) make_corrected(*state_, row.charge, id);
  if (row.role == ChargeRole::kTakes) take_over(*state_, row.charge, id);
  change.done();
}

}  // namespace usage

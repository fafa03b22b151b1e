// Rows, each with its request's last attempt and its last settlement.
#include <algorithm>

#include "ledger_state.h"
#include "request_items.h"
#include "row_outcomes.h"
#include "row_sql.h"
#include "usage/base/readable.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/model/reason_words.h"

namespace usage {
namespace {

constexpr std::string_view kWithCharge = " LEFT JOIN charge c ON c.id = coalesce(r.charge, r.id) ";

// Of the row alone: what it has from its request and from a settlement, RowReader adds. An invalid row that met no
// charge names the one that is, or will be, made of it.
const std::string& row_columns() {
  static const std::string sql = joined(
      "r.id, r.id - run.first_row, r.file, r.line, r.offset, r.length, r.sid, r.billing_sid, r.quantity, r.has_amount, "
      "r.currency, r.reference, coalesce(r.charge, c.id, iif(",
      kCanBeCorrected, ", r.id, NULL)), r.status, r.reason, r.request, r.met, run.stop_reason, c.row");
  return sql;
}

const std::string& rows_of_run() {
  static const std::string sql =
      joined("SELECT ", row_columns(),
             " FROM run JOIN usage_row r ON r.id >= run.first_row AND r.id < run.first_row + run.row_count",
             kWithCharge, "WHERE run.id = ? ORDER BY r.id");
  return sql;
}

const std::string& charges_of_period() {
  static const std::string sql =
      joined("SELECT ", row_columns(), ", run.name, c.row <> c.id ", kChargesOfPeriod, kInOrderOfMaking);
  return sql;
}

// The rows of one query, into a record that is used again and again, so that its texts keep their memory.
class RowReader {
 public:
  RowReader(LedgerState& state, const Rows& row, RowSpread spread)
      : state_(state), row_(row), prefix_(state.usage_row_prefix()), requests_(state, spread), decisions_(state) {}

  void read(RowRecord& record) {
    read_input(record);
    read_status(record);
    const bool settled_by_another = !row_.is_null(16) && row_.view(13) == name_of(RowStatus::kUnknown);
    const bool is_held_back = !row_.is_null(16) && row_.view(13) == name_of(RowStatus::kNotSent);
    record.is_other_content = is_held_back || (settled_by_another && !is_content_of(row_.integer(16), record));
    decisions_.apply(settled_by_another ? row_.integer(16) : record.id, record);
    if (settled_by_another && record.status != RowStatus::kUnknown) read_as_met(record);
    record.usage_row.clear();
    if (!row_.is_null(12)) record.usage_row.append(prefix_).append(row_.view(12));
    record.is_uncorrected = record.status == RowStatus::kInvalid && row_.is_null(18);
  }

  // Which row stands for the charge, where that is a later one.
  void read_superseding(RowRecord& record) {
    record.superseded_by.clear();
    if (row_.integer(18) <= record.id) return;
    static const std::string sql = joined("SELECT run.name || ', ' || ", place_sql("r"),
                                          " FROM usage_row r JOIN run ON run.id = r.run WHERE r.id = ?");
    Rows later = state_.statement(sql.c_str()).query(row_.integer(18));
    if (later.next()) record.superseded_by = later.view(0);
  }

 private:
  // What it met was billed, once: by that row. Where this one has another content, that was not billed, and no decision
  // was on it.
  static void read_as_met(RowRecord& record) {
    const RowStatus decision = record.status;
    if (decision == RowStatus::kSubmitted) record.status = RowStatus::kDuplicate;
    if (!record.is_other_content) return say_settled(record.reason, decision);
    if (decision != RowStatus::kNotSubmitted) record.status = RowStatus::kInvalid;
    record.reason =
        decision == RowStatus::kNotSubmitted
            ? "in doubt until the charge that it names was settled as not submitted, with another content: this one "
              "can "
              "be sent in its place"
            : joined("the charge that it names was settled as ", words_of(decision),
                     ", with another content; take the row out, or empty its usage_row where it is a further charge");
    record.settled_by.clear();
    record.settled_at.reset();
    record.settle_note.clear();
  }

  // "in doubt since run 2026-10-1, line 2; settle it first"; of a seed, an earlier ledger may have said that it was.
  static void say_settled(std::string& reason, RowStatus decision) {
    constexpr std::string_view kSettled = ", settled since as ";
    reason.resize(std::min({reason.size(), reason.find(kSettleFirstWords), reason.find(kSettled)}));
    reason.append(kSettled).append(words_of(decision));
  }

  static std::string_view words_of(RowStatus decision) {
    if (decision == RowStatus::kSubmitted) return "submitted";
    return decision == RowStatus::kLeftOut ? "left out" : "not submitted";
  }

  bool is_content_of(RowId met, const RowRecord& record) {
    static const std::string sql =
        joined("SELECT ", kSid,
               ", r.billing_sid, r.quantity, r.reference, r.currency FROM usage_row r LEFT JOIN request q "
               "ON q.id = r.request WHERE r.id = ?");
    Rows found = state_.statement(sql.c_str()).query(met);
    if (!found.next()) return false;
    const auto ours = readable(Quantity::parse(record.quantity));
    return ours && ours == readable(Quantity::parse(found.view(2))) &&
           sid_key(found.view(0)) == sid_key(record.installation) &&
           sid_key(found.view(1)) == sid_key(record.billing_sid) && may_be_same(found.view(3), record.reference) &&
           may_be_same(found.view(4), record.currency);
  }

  void read_input(RowRecord& record) const {
    record.id = row_.integer(0);
    record.ordinal = row_.integer_as<std::uint64_t>(1);
    record.file = row_.integer_as<std::uint16_t>(2);
    record.place.line = row_.integer_as<std::uint32_t>(3);
    record.place.offset = row_.integer_as<std::uint64_t>(4);
    record.place.length = row_.integer_as<std::uint32_t>(5);
    record.billing_sid = row_.view(7);
    record.quantity = row_.view(8);
    record.has_amount = row_.integer(9) != 0;
    record.currency = row_.view(10);
    record.reference = row_.view(11);
  }

  // A row without a status of its own has its request's; one without a sid, its request's.
  void read_status(RowRecord& record) {
    static const RequestOutcome none;
    const RequestOutcome& request = row_.is_null(15) ? none : requests_.of(row_.integer(15));
    record.installation = row_.is_null(6) ? request.sid() : row_.view(6);
    if (row_.is_null(13))
      record.status = request.under_way ? RowStatus::kUnknown : request.status;
    else
      record.status = status_in(row_, 13);
    record.reason = reason_in(request);
    record.request = request.number;
    record.attempts = request.attempts;
    record.http_status = request.http_status;
    record.error_code = request.error_code();
    record.twilio_request_id = request.twilio_request_id();
    record.sent_at = request.sent_at;
    record.completed_at = request.completed_at;
  }

  // What was not sent says why the run stopped.
  std::string_view reason_in(const RequestOutcome& request) const {
    if (!row_.is_null(14)) return row_.view(14);
    if (!request.reason().empty()) return request.reason();
    if (request.under_way) return "under way, or left so by a program that ended: resume first";
    return request.status == RowStatus::kNotSent ? row_.view(17) : std::string_view();
  }

  LedgerState& state_;
  const Rows& row_;
  std::string prefix_;
  RequestOutcomes requests_;
  LatestDecisions decisions_;
};

void read_superseded(LedgerState& state, std::int64_t charge, std::vector<std::string>& places) {
  static const std::string sql = joined(
      "SELECT run.name || ', ' || ", place_sql("r"),
      " FROM charge c JOIN usage_row r ON r.id = c.id OR (r.charge = c.id AND r.charge <> r.id AND r.met IS NULL) "
      "JOIN run ON run.id = r.run WHERE c.id = ? AND r.id <> c.row ORDER BY r.id");
  Rows rows = state.statement(sql.c_str()).query(charge);
  while (rows.next()) places.push_back(rows.text(0));
}

RowSpread spread_of(LedgerState& state, RunId run) {
  Rows rows =
      state
          .statement(
              "SELECT row_count > 2 * coalesce((SELECT max(number) FROM request WHERE request.run = run.id), 0) "
              "FROM run WHERE id = ?")
          .query(run);
  return rows.next() && rows.integer(0) == 0 ? RowSpread::kNear : RowSpread::kWide;
}

}  // namespace

std::vector<RowEvidence> items_of(LedgerState& state, RequestId request) {
  static const std::string sql = joined(kWithItems, row_columns(), ", ", place_sql("r"), kFromItems,
                                        "JOIN run ON run.id = r.run", kWithCharge, "ORDER BY r.id");
  Rows rows = state.statement(sql.c_str()).query(request);
  RowReader reader(state, rows, RowSpread::kNear);
  RowRecord record;
  std::vector<RowEvidence> items;
  while (rows.next()) {
    reader.read(record);
    reader.read_superseding(record);
    if (!record.superseded_by.empty())
      record.reason += (record.reason.empty() ? "" : "; ") + std::string(kSupersededWords) + record.superseded_by;
    items.push_back({rows.text(19), record.billing_sid, record.quantity, record.currency, record.reference,
                     record.status, record.reason, record.settled_by});
  }
  return items;
}

void Ledger::each_row(RunId run, const std::function<void(const RowRecord&)>& visit) const {
  state_->require_usable();
  state_->require_all_rows(run);
  Statement statement(state_->database.get(), rows_of_run());  // of its own: `visit` may ask for rows too
  Rows rows = statement.query(run);
  RowReader reader(*state_, rows, spread_of(*state_, run));
  RowRecord record;
  while (rows.next()) {
    reader.read(record);
    reader.read_superseding(record);
    visit(record);
  }
}

void Ledger::each_charge(const Scope& scope, const std::function<void(const ChargeRecord&)>& visit) const {
  state_->require_usable();
  Statement statement(state_->database.get(), charges_of_period());  // of its own: `visit` may ask for charges too
  Rows rows = statement.query(scope.endpoint, scope.account, scope.period);
  RowReader reader(*state_, rows, RowSpread::kWide);
  ChargeRecord record;
  while (rows.next()) {
    reader.read(record.row);
    record.run = rows.view(19);
    record.superseded.clear();
    if (rows.integer(20) != 0) read_superseded(*state_, rows.integer(12), record.superseded);
    visit(record);
  }
}

}  // namespace usage

// What the ledger knows.
#include <algorithm>
#include <array>

#include "ledger_state.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr const char* kRuns =
    "SELECT run.id, run.name, scope.endpoint, scope.account, period.name, run.state, run.stop_name, run.stop_reason, "
    "run.content_digest, run.retry_503, run.program_version, run.out_folder, run.started_at, run.ended_at "
    "FROM run JOIN period ON period.id = run.period JOIN scope ON scope.id = period.scope ORDER BY run.id";

RunState run_state_of(const std::string& name) {
  if (name == "open") return RunState::kOpen;
  return name == "finished" ? RunState::kFinished : RunState::kAbandoned;
}

RunInfo read_run(const Statement& row) {
  RunInfo run;
  run.id = row.integer(0);
  run.name = row.text(1);
  run.scope = {row.text(2), row.text(3), row.text(4)};
  run.state = run_state_of(row.text(5));
  run.stop_name = row.text(6);
  run.stop_reason = row.text(7);
  run.content_digest = row.text(8);
  run.retry_503 = row.integer(9) != 0;
  run.program_version = row.text(10);
  run.out_folder = row.text(11);
  run.started_at = row.time(12);
  run.ended_at = row.optional_time(13);
  return run;
}

InputFile read_input_file(const Statement& row) {
  InputFile file;
  file.name = row.text(0);
  file.spool = row.text(1);
  file.digest = row.text(2);
  file.bytes = static_cast<std::uint64_t>(row.integer(3));
  file.body_offset = static_cast<std::uint64_t>(row.integer(4));
  file.delimiter = row.text(5).at(0);
  file.had_bom_or_other_encoding = row.integer(6) != 0;
  file.header = row.text(7);
  file.mapping = {row.text(8), row.text(9), row.text(10), row.text(11), row.text(12), row.text(13)};
  return file;
}

Total read_total(const Statement& row) {
  Total total;
  total.status = row_status_of(row.text(0)).value_or(RowStatus::kNotSent);
  total.currency = row.text(1);
  total.rows = static_cast<std::uint64_t>(row.integer(2));
  total.rows_without_amount = static_cast<std::uint64_t>(row.integer(3));
  const auto amount = Amount::parse(row.text(4));
  if (const auto* value = std::get_if<Amount>(&amount)) total.amount = *value;
  return total;
}

RowRecord read_row(const Statement& row, const std::string& token_prefix) {
  RowRecord record;
  record.id = row.integer(0);
  record.ordinal = static_cast<std::uint64_t>(row.integer(1));
  record.file = static_cast<std::uint16_t>(row.integer(2));
  record.place = {static_cast<std::uint64_t>(row.integer(4)), static_cast<std::uint32_t>(row.integer(5)),
                  static_cast<std::uint32_t>(row.integer(3))};
  record.installation = row.text(6);
  record.billing_sid = row.text(7);
  record.quantity = row.text(8);
  record.has_amount = row.integer(9) != 0;
  record.currency = row.text(10);
  record.reference = row.text(11);
  if (!row.is_null(12)) record.usage_row = token_prefix + row.text(12);
  record.status = row_status_of(row.text(13)).value_or(RowStatus::kUnknown);
  record.reason = row.text(14);
  record.request = static_cast<std::uint32_t>(row.integer(15));
  record.attempts = static_cast<unsigned>(row.integer(16));
  record.http_status = static_cast<int>(row.integer(17));
  record.error_code = row.text(18);
  record.twilio_request_id = row.text(19);
  record.sent_at = row.optional_time(20);
  record.completed_at = row.optional_time(21);
  record.settled_by = row.text(22);
  record.settled_at = row.optional_time(23);
  record.settle_note = row.text(24);
  return record;
}

}  // namespace

LedgerIdentity Ledger::identity() const {
  return {state_->database.single_value("SELECT id FROM ledger"),
          std::stoull(state_->database.single_value("SELECT count(*) FROM run"))};
}

std::vector<RunInfo> Ledger::runs() const {
  std::vector<RunInfo> runs;
  Statement& list = state_->statement(kRuns);
  for (list.query(); list.next();) runs.push_back(read_run(list));
  for (RunInfo& run : runs) {
    Statement& files = state_->statement(
        "SELECT name, spool, digest, bytes, body_offset, delimiter, bom, header, installation, billing_sid, quantity, reference, "
        "currency, usage_row FROM input_file WHERE run = ? ORDER BY position");
    for (files.query(run.id); files.next();) run.files.push_back(read_input_file(files));
    Statement& totals = state_->statement("SELECT status, currency, rows, rows_without_amount, amount FROM input_total WHERE run = ?");
    for (totals.query(run.id); totals.next();) run.input_totals.push_back(read_total(totals));
    Statement& warnings = state_->statement("SELECT name, text FROM warning WHERE run = ? ORDER BY id");
    for (warnings.query(run.id); warnings.next();) run.warnings.push_back({warnings.text(0), warnings.text(1)});
  }
  return runs;
}

std::optional<RunInfo> Ledger::find_run(std::string_view name) const {
  const std::vector<RunInfo> all = runs();
  if (ascii_equal_ignoring_case(name, "last")) return all.empty() ? std::nullopt : std::optional(all.back());
  const auto found = std::find_if(all.begin(), all.end(), [&](const RunInfo& run) { return ascii_equal_ignoring_case(run.name, name); });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

std::vector<RunInfo> Ledger::runs_of(const Scope& scope) const {
  std::vector<RunInfo> found = runs();
  std::erase_if(found, [&](const RunInfo& run) {
    return run.scope.endpoint != scope.endpoint || run.scope.account != scope.account ||
           !ascii_equal_ignoring_case(run.scope.period, scope.period);
  });
  return found;
}

std::vector<std::string> Ledger::periods(std::string_view endpoint, std::string_view account) const {
  std::vector<std::string> names;
  Statement& list = state_->statement(
      "SELECT p.name FROM period p JOIN scope s ON s.id = p.scope WHERE s.endpoint = ? AND s.account = ? ORDER BY p.id");
  for (list.query(endpoint, account); list.next();) names.push_back(list.text(0));
  return names;
}

std::string Ledger::next_run_name(std::string_view period) const {
  std::uint64_t highest = 0;
  Statement& list = state_->statement("SELECT run.name FROM run JOIN period ON period.id = run.period WHERE period.name = ?");
  for (list.query(period); list.next();) {
    const std::string name = list.text(0);
    highest = std::max<std::uint64_t>(highest, std::stoull(name.substr(name.rfind('-') + 1)));
  }
  return std::string(period) + "-" + std::to_string(highest + 1);
}

RunCounts Ledger::counts(RunId run) const {
  Statement& row = state_->statement(
      "SELECT count(*), min(first), max(last), total(attempts), total(max(attempts - 1, 0)) FROM (SELECT "
      "(SELECT count(*) FROM attempt WHERE request = r.id) AS attempts, (SELECT min(sent_at) FROM attempt WHERE request = r.id) AS first, "
      "(SELECT max(completed_at) FROM attempt WHERE request = r.id) AS last FROM request r WHERE r.run = ?)");
  row.query(run);
  row.next();
  RunCounts counts{static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(3)),
                   static_cast<std::uint64_t>(row.integer(4)), row.optional_time(1), row.optional_time(2)};
  row.reset();
  return counts;
}

PlannedCounts Ledger::planned_counts(RunId run) const {
  Statement& row = state_->statement("SELECT count(*), count(DISTINCT installation) FROM request WHERE run = ? AND status = 'not_sent'");
  row.query(run);
  row.next();
  const PlannedCounts counts{static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(1))};
  row.reset();
  return counts;
}

void Ledger::each_row(RunId run, const std::function<void(const RowRecord&)>& visit) const {
  const std::string token_prefix = "R-" + identity().id.substr(0, 8) + "-";
  Statement& row = state_->statement(
      "SELECT row.id, row.ordinal, row.file, row.line, row.offset, row.length, row.installation, row.billing_sid, row.quantity, "
      "row.has_amount, row.currency, row.reference, row.charge, coalesce(row.status, request.status), "
      "coalesce(row.reason, nullif(request.reason, ''), CASE WHEN coalesce(row.status, request.status) = 'not_sent' "
      "THEN run.stop_reason END), coalesce(request.number, 0), coalesce(request.attempts, 0), coalesce(attempt.http_status, 0), "
      "attempt.error_code, attempt.twilio_request_id, attempt.sent_at, attempt.completed_at, s.settled_by, s.settled_at, s.note "
      "FROM row JOIN run ON run.id = row.run LEFT JOIN request ON request.id = row.request "
      "LEFT JOIN attempt ON attempt.id = request.last_attempt "
      "LEFT JOIN settlement s ON s.id = (SELECT max(id) FROM settlement WHERE settlement.row = row.id) "
      "WHERE row.run = ? ORDER BY row.id");
  for (row.query(run); row.next();) visit(read_row(row, token_prefix));
}

}  // namespace usage

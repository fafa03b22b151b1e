// What the ledger knows of runs and periods.
#include <algorithm>
#include <charconv>

#include "ledger_state.h"
#include "usage/base/readable.h"
#include "usage/base/text.h"

namespace usage {
namespace {

RunState run_state_of(std::string_view name) {
  const auto found = std::ranges::find(kRunStateNames, name);
  if (found == kRunStateNames.end()) fail_unreadable("state of a run");
  return static_cast<RunState>(found - kRunStateNames.begin());
}

RunInfo read_run(const Rows& row) {
  RunInfo run;
  run.id = row.integer(0);
  run.name = row.text(1);
  run.scope = {row.text(2), row.text(3), row.text(4)};
  run.state = run_state_of(row.view(5));
  run.stop_name = row.text(6);
  run.stop_reason = row.text(7);
  run.content_digest = row.text(8);
  run.retry_503 = row.integer(9) != 0;
  run.program_version = row.text(10);
  run.out_folder = row.text(11);
  run.started_at = row.time(12);
  run.ended_at = row.optional_time(13);
  if (!row.is_null(14)) run.approval = Approval{row.text(14), row.text(15)};
  return run;
}

// Without what lies in other tables. Oldest first.
std::vector<RunInfo> bare_runs(LedgerState& state) {
  Rows rows = state
                  .statement(
                      "SELECT run.id, run.name, scope.endpoint, scope.account, period.name, run.state, run.stop_name, "
                      "run.stop_reason, run.content_digest, run.retry_503, run.program_version, run.out_folder, "
                      "run.started_at, run.ended_at, approval.plan_digest, approval.approved_by FROM run "
                      "JOIN period ON period.id = run.period JOIN scope ON scope.id = period.scope "
                      "LEFT JOIN approval ON approval.run = run.id ORDER BY run.id")
                  .query();
  std::vector<RunInfo> runs;
  while (rows.next()) runs.push_back(read_run(rows));
  return runs;
}

DigitGrouping grouping_of(std::string_view name) {
  const auto found = std::find(kDigitGroupingNames.begin(), kDigitGroupingNames.end(), name);
  if (found == kDigitGroupingNames.end()) fail_unreadable("input file");
  return static_cast<DigitGrouping>(found - kDigitGroupingNames.begin());
}

InputFile read_input_file(const Rows& row) {
  InputFile file;
  file.name = row.text(0);
  file.spool = row.text(1);
  file.digest = row.text(2);
  file.bytes = row.integer_as<std::uint64_t>(3);
  const auto encoding = read_encoding(row.view(4));
  if (!encoding) fail_unreadable("input file");
  file.encoding = *encoding;
  file.spool_bytes = row.integer_as<std::uint64_t>(5);
  file.spool_digest = row.text(6);
  file.body_offset = row.integer_as<std::uint64_t>(7);
  file.header_line = row.integer_as<std::uint32_t>(8);
  file.delimiter = row.view(9).empty() ? ',' : row.view(9).front();
  file.decimal_sign = row.view(10) == "," ? DecimalSign::kComma : DecimalSign::kPoint;
  file.grouping = grouping_of(row.view(11));
  file.had_bom_or_other_encoding = row.integer(12) != 0;
  file.header = row.text(13);
  file.mapping = {row.text(14), row.text(15), row.text(16), row.text(17), row.text(18), row.text(19),
                  row.text(20), row.text(21), row.text(22), row.text(23), row.text(24)};
  return file;
}

std::vector<InputFile> files_of(LedgerState& state, RunId run) {
  Rows row = state
                 .statement(
                     "SELECT name, spool, digest, bytes, encoding, spool_bytes, spool_digest, body_offset, "
                     "header_line, delimiter, decimal_sign, grouping, bom, header, installation, billing_sid, "
                     "quantity, reference, currency, usage_row, installation_key, billing_sid_key, "
                     "installation_constant, billing_sid_constant, currency_constant FROM input_file WHERE run = ? "
                     "ORDER BY position")
                 .query(run);
  std::vector<InputFile> files;
  while (row.next()) files.push_back(read_input_file(row));
  return files;
}

std::vector<Total> totals_of(LedgerState& state, RunId run) {
  Rows row = state
                 .statement(
                     "SELECT status, currency, rows, rows_without_amount, amount FROM input_total WHERE run = ? "
                     "ORDER BY id")
                 .query(run);
  std::vector<Total> totals;
  while (row.next()) {
    const auto amount = readable(Amount::parse(row.view(4)));
    if (!amount) fail_unreadable("total");
    totals.push_back(
        {status_in(row, 0), row.text(1), row.integer_as<std::uint64_t>(2), row.integer_as<std::uint64_t>(3), *amount});
  }
  return totals;
}

std::vector<Warning> warnings_of(LedgerState& state, RunId run) {
  Rows row = state.statement("SELECT name, text FROM warning WHERE run = ? ORDER BY id").query(run);
  std::vector<Warning> warnings;
  while (row.next()) warnings.push_back({row.text(0), row.text(1)});
  return warnings;
}

std::vector<RunEvent> events_of(LedgerState& state, RunId run) {
  Rows row = state.statement("SELECT name, user, happened_at FROM run_event WHERE run = ? ORDER BY id").query(run);
  std::vector<RunEvent> events;
  while (row.next()) {
    const auto found = std::find(kRunEventNames.begin(), kRunEventNames.end(), row.view(0));
    if (found == kRunEventNames.end()) fail_unreadable("run event");
    events.push_back({static_cast<RunEventKind>(found - kRunEventNames.begin()), row.text(1), row.time(2)});
  }
  return events;
}

RunInfo completed(LedgerState& state, RunInfo run) {
  run.files = files_of(state, run.id);
  run.input_totals = totals_of(state, run.id);
  run.warnings = warnings_of(state, run.id);
  run.events = events_of(state, run.id);
  return run;
}

template <class Predicate>
std::vector<RunInfo> runs_where(LedgerState& state, Predicate wanted) {
  state.require_usable();
  std::vector<RunInfo> runs = bare_runs(state);
  std::erase_if(runs, [&](const RunInfo& run) { return !wanted(run); });
  for (RunInfo& run : runs) run = completed(state, std::move(run));
  return runs;
}

// The N of PERIOD-N.
std::uint64_t run_number(std::string_view name) {
  const std::string_view digits = name.substr(name.rfind('-') + 1);
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

LedgerIdentity Ledger::identity() const {
  state_->require_usable();
  Rows rows =
      state_->statement("SELECT id, (SELECT count(*) FROM run), (SELECT count(*) FROM settlement) FROM ledger").query();
  require(rows.next(), "name itself");
  return {rows.text(0), rows.integer_as<std::uint64_t>(1), rows.integer_as<std::uint64_t>(2)};
}

std::string Ledger::usage_row_prefix() const {
  return state_->usage_row_prefix();
}

std::vector<RunInfo> Ledger::runs() const {
  return runs_where(*state_, [](const RunInfo&) { return true; });
}

std::optional<RunInfo> Ledger::find_run(std::string_view name) const {
  state_->require_usable();
  std::vector<RunInfo> all = bare_runs(*state_);
  if (all.empty()) return std::nullopt;
  if (ascii_equal_ignoring_case(name, "last")) return completed(*state_, std::move(all.back()));
  for (RunInfo& run : all)
    if (ascii_equal_ignoring_case(run.name, name)) return completed(*state_, std::move(run));
  return std::nullopt;
}

std::vector<RunInfo> Ledger::runs_of(const Scope& scope) const {
  return runs_where(*state_, [&](const RunInfo& run) { return is_same_period(run.scope, scope); });
}

std::vector<std::string> Ledger::periods(std::string_view endpoint, std::string_view account) const {
  state_->require_usable();
  Rows rows = state_
                  ->statement(
                      "SELECT p.name FROM period p JOIN scope s ON s.id = p.scope "
                      "WHERE s.endpoint = ? AND s.account = ? ORDER BY p.id")
                  .query(endpoint, account);
  std::vector<std::string> names;
  while (rows.next()) names.push_back(rows.text(0));
  return names;
}

std::string Ledger::next_run_name(std::string_view period) const {
  state_->require_usable();
  Rows rows = state_->statement("SELECT run.name FROM run JOIN period ON period.id = run.period WHERE period.name = ?")
                  .query(period);
  std::uint64_t highest = 0;
  while (rows.next()) highest = std::max(highest, run_number(rows.view(0)));
  return std::string(period) + "-" + std::to_string(highest + 1);
}

RunCounts Ledger::counts(RunId run) const {
  state_->require_usable();
  Rows rows = state_
                  ->statement(
                      "SELECT (SELECT count(*) FROM request WHERE run = ?1), count(*), "
                      "coalesce(sum(a.number > 1), 0), min(a.sent_at), max(a.completed_at) "
                      "FROM request q JOIN attempt a ON a.request = q.id WHERE q.run = ?1")
                  .query(run);
  rows.next();
  return {rows.integer_as<std::uint64_t>(0), rows.integer_as<std::uint64_t>(1), rows.integer_as<std::uint64_t>(2),
          rows.optional_time(3), rows.optional_time(4)};
}

PlannedCounts Ledger::planned_counts(RunId run) const {
  state_->require_usable();
  Rows rows =
      state_
          ->statement(
              "SELECT count(*), count(DISTINCT installation) FROM request WHERE run = ? AND status = 'not_sent'")
          .query(run);
  rows.next();
  return {rows.integer_as<std::uint64_t>(0), rows.integer_as<std::uint64_t>(1)};
}

}  // namespace usage

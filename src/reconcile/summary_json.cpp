#include <algorithm>
#include <array>
#include <optional>

#include "result_names.h"
#include "usage/reconcile/run_json.h"
#include "usage/reconcile/run_summary.h"

namespace usage {
namespace {

constexpr std::array kStateNames = {
    std::string_view("open"),    kFinishedState, kAbandonedState, std::string_view("dry_run"),
    std::string_view("refused"), kPeriodState};

// "12.345": seconds with milliseconds; 0 where somebody set the clock back meanwhile.
std::string seconds_text(Duration duration) {
  const auto ms = std::max<std::int64_t>(0, std::chrono::floor<std::chrono::milliseconds>(duration).count());
  std::string fraction = std::to_string(ms % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(ms / 1000) + "." + fraction;
}

// read_claim finds "ledger", its counts and "run" again: they stay at the top level, "program" stays first.
void write_identity(JsonWriter& json, const RunSummary& summary) {
  json.key("program").value(kProgramName);
  json.key("version").value(summary.program_version);
  json.key("ledger").value(summary.ledger.id);
  json.key("ledger_run_count").value(summary.ledger.run_count);
  json.key("ledger_decision_count").value(summary.ledger.decision_count);
  json.key("run").value(summary.run);
  json.key("period").value(summary.scope.period);
  json.key("endpoint").value(summary.scope.endpoint);
  json.key("account").value(summary.scope.account);
  json.key("state").value(kStateNames[static_cast<std::size_t>(summary.state)]);
  json.key("stop_name").value(summary.stop_name);
  json.key("stop_reason").value(summary.stop_reason);
  json.key("exit_status").value(static_cast<int>(summary.exit_status));
  json.key("retry_503").value(summary.retry_503);
  json.key("started_by").value(starter_of(summary.events));
  json.key("approved_by").value(summary.approval ? summary.approval->approved_by : "");
  json.key("plan_digest").value(summary.approval ? summary.approval->plan_digest : summary.plan_digest);
  json.key("control_totals").value(summary.control_totals);
}

void write_events(JsonWriter& json, const RunSummary& summary) {
  json.key("events").begin_array();
  for (const RunEvent& event : summary.events) {
    json.begin_object().key("event").value(kRunEventNames.at(static_cast<std::size_t>(event.kind)));
    json.key("by").value(event.user);
    write_time(json, "at", event.happened_at);
    json.end_object();
  }
  json.end_array();
}

void write_timings(JsonWriter& json, const RunSummary& summary) {
  write_time(json, "started_at", summary.started_at);
  write_time(json, "ended_at", summary.ended_at);
  write_time(json, "first_sent_at", summary.counts.first_sent_at);
  write_time(json, "last_completed_at", summary.counts.last_completed_at);
  json.key("duration_seconds");
  if (summary.ended_at)
    json.number_digits(seconds_text(*summary.ended_at - summary.started_at));
  else
    json.null();
}

void write_mapping(JsonWriter& json, const ColumnMapping& mapping) {
  json.key("mapping").begin_object();
  json.key("installation").value(mapping.installation);
  json.key("billing_sid").value(mapping.billing_sid);
  json.key("quantity").value(mapping.quantity);
  json.key("reference").value(mapping.reference);
  json.key("currency").value(mapping.currency);
  json.key("usage_row").value(mapping.usage_row);
  json.end_object();
}

void write_files(JsonWriter& json, const std::vector<InputFile>& files) {
  json.key("files").begin_array();
  for (const InputFile& file : files) {
    json.begin_object();
    json.key("name").value(file.name);
    json.key("bytes").value(file.bytes);
    json.key("sha256").value(file.digest);
    json.key("encoding").value(name_of(file.encoding));
    if (file.header_line > 1) json.key("header_line").value(file.header_line);
    json.key("delimiter").value(std::string_view(&file.delimiter, 1));
    json.key("decimal_sign").value(file.decimal_sign == DecimalSign::kComma ? "," : ".");
    if (file.grouping != DigitGrouping::kNone) json.key("grouping").value(name_of(file.grouping));
    write_mapping(json, file.mapping);
    json.end_object();
  }
  json.end_array();
}

void write_status(JsonWriter& json, RowStatus status, const Totals& totals) {
  json.key(name_of(status)).begin_object();
  json.key("rows").value(totals.rows(status));
  json.key("currencies").begin_array();
  for (const StatusTotal& entry : totals.by_status()) {
    if (entry.total.status != status) continue;
    json.begin_object();
    write_total(json, entry.total);
    json.key("superseded_rows").value(entry.superseded_rows);
    json.key("settled_rows").value(entry.settled_rows);
    json.key("settled_amount").value(entry.settled_amount.text());
    json.end_object();
  }
  json.end_array().end_object();
}

void write_totals(JsonWriter& json, const RunSummary& summary) {
  json.key("rows").value(summary.totals.rows());
  json.key("totals").begin_object();
  for (std::size_t i = 0; i < kRowStatusNames.size(); ++i)
    write_status(json, static_cast<RowStatus>(i), summary.totals);
  json.end_object();
  write_sums(json, "input_sums", summary.input_totals);
  write_sums(json, "result_sums", summary.totals.plain());
  json.key("totals_close").value(summary.differences.empty());
  json.key("differences").begin_array();
  for (const std::string& difference : summary.differences) json.value(difference);
  json.end_array();
}

// What the whole period came to so far, where the run itself had nothing to send, or was not its first.
void write_period_totals(JsonWriter& json, const std::vector<Total>& totals) {
  json.key("period_totals").begin_array();
  for (const Total& total : totals) {
    json.begin_object().key("status").value(name_of(total.status));
    write_total(json, total);
    json.end_object();
  }
  json.end_array();
}

// Whose uploads and approvals made the period, and what was sent again on a person's word.
void write_period(JsonWriter& json, const RunSummary& summary) {
  if (summary.state != SummaryState::kPeriod) return;
  json.key("runs").begin_array();
  for (const RunInfo& run : summary.runs) write_run_json(json, run);
  json.end_array();
  write_sums(json, "sent_again", summary.decisions.sent_again());
}

void write_result_files(JsonWriter& json, const std::filesystem::path& folder) {
  json.key("result_files").begin_object();
  const std::array members = {"reconciliation", "failed", "unknown", "report", "summary"};
  for (std::size_t i = 0; i < members.size() && !folder.empty(); ++i)
    json.key(members[i]).value((folder / kResultNames[i]).string());
  json.end_object();
}

void write_digests(JsonWriter& json, const RunSummary& summary) {
  json.key(kFailedDigest).value(summary.failed_digest).key(kUnknownDigest).value(summary.unknown_digest);
}

void write_lists(JsonWriter& json, const RunSummary& summary) {
  write_warnings(json, summary.warnings);
  json.key("next_steps").begin_array();
  for (const NextStep& step : summary.next_steps)
    json.begin_object().key("text").value(step.text).key("command").value(step.command).end_object();
  json.end_array();
}

void write_members(JsonWriter& json, const RunSummary& summary) {
  write_identity(json, summary);
  write_timings(json, summary);
  write_events(json, summary);
  write_files(json, summary.files);
  json.key("content_digest").value(summary.content_digest);
  write_totals(json, summary);
  write_period_totals(json, summary.period_totals);
  write_period(json, summary);
  json.key("requests").value(summary.counts.requests);
  json.key("attempts").value(summary.counts.attempts);
  json.key("retries").value(summary.counts.retries);
  write_result_files(json, summary.folder);
  write_digests(json, summary);
  write_lists(json, summary);
}

}  // namespace

std::string to_json(const RunSummary& summary, JsonLayout layout) {
  JsonWriter json(layout);
  json.begin_object();
  write_members(json, summary);
  json.end_object();
  return json.text();
}

std::string unended_json(const RunSummary& summary) {
  JsonWriter json(JsonLayout::kIndented);
  json.begin_object();
  write_members(json, summary);
  return json.text();
}

}  // namespace usage

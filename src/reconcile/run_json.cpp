#include "usage/reconcile/run_json.h"

#include "usage/reconcile/totals.h"

namespace usage {

std::string control_totals_of(const RunInfo& run) {
  for (const Warning& warning : run.warnings)
    if (warning.name == kControlTotalsAgreed) return warning.text;
  return "";
}

void write_run_json(JsonWriter& json, const RunInfo& run) {
  json.begin_object().key("run").value(run.name).key("state").value(name_of(run.state));
  json.key("stop_name").value(run.stop_name).key("stop_reason").value(run.stop_reason);
  json.key("period").value(run.scope.period).key("endpoint").value(run.scope.endpoint);
  json.key("account").value(run.scope.account).key("started_at").value(rfc3339(run.started_at));
  write_time(json, "ended_at", run.ended_at);
  json.key("started_by").value(starter_of(run.events));
  json.key("approved_by").value(run.approval ? run.approval->approved_by : "");
  json.key("plan_digest").value(run.approval ? run.approval->plan_digest : "");
  json.key("control_totals").value(control_totals_of(run));
  json.key("files").begin_array();
  for (const InputFile& file : run.files) json.value(file.name);
  json.end_array().key("rows").value(rows_of(run.input_totals));
  write_sums(json, "amounts", run.input_totals);
  json.end_object();
}

void write_total(JsonWriter& json, const Total& total) {
  json.key("currency").value(total.currency);
  json.key("rows").value(total.rows);
  json.key("rows_without_amount").value(total.rows_without_amount);
  json.key("amount").value(total.amount.text());
}

void write_sums(JsonWriter& json, std::string_view name, std::span<const Total> totals) {
  json.key(name).begin_array();
  for (const Total& total : sums_by_currency(totals)) {
    json.begin_object();
    write_total(json, total);
    json.end_object();
  }
  json.end_array();
}

void write_by_status(JsonWriter& json, std::span<const Total> totals) {
  json.begin_array();
  for (const Total& total : totals) {
    json.begin_object().key("status").value(name_of(total.status)).key("currency").value(total.currency);
    json.key("rows").value(total.rows).key("amount").value(total.amount.text()).end_object();
  }
  json.end_array();
}

void write_time(JsonWriter& json, std::string_view name, const std::optional<WallTime>& time) {
  json.key(name);
  time ? json.value(rfc3339(*time)) : json.null();
}

void write_warnings(JsonWriter& json, std::span<const Warning> warnings) {
  json.key("warnings").begin_array();
  for (const Warning& warning : warnings)
    json.begin_object().key("name").value(warning.name).key("text").value(warning.text).end_object();
  json.end_array();
}

}  // namespace usage

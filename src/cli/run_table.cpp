#include "run_table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "usage/base/text.h"
#include "usage/reconcile/totals.h"
#include "usage/send/curl_transport.h"

namespace usage {
namespace {

enum Column : std::size_t { kName, kState, kPeriod, kStarted, kRows, kAmounts, kPlace, kReason };
using Line = std::array<std::string, 8>;

std::string_view name_of(RunState state) {
  switch (state) {
    case RunState::kOpen:
      return "open";
    case RunState::kFinished:
      return "finished";
    case RunState::kAbandoned:
      return "abandoned";
  }
  return "";
}

std::uint64_t row_count(const RunInfo& run) {
  std::uint64_t rows = 0;
  for (const Total& total : run.input_totals) rows += total.rows;
  return rows;
}

std::string amounts_of(const RunInfo& run) {
  std::string text;
  for (const Total& sum : sums_by_currency(run.input_totals)) {
    text += (text.empty() ? "" : " + ") + sum.amount.text();
    if (!sum.currency.empty()) text += " " + clean_text(sum.currency, 20);
  }
  return text;
}

// Where it bills.
std::string place_of(const RunInfo& run) {
  return "account " + clean_text(run.scope.account) + " at " + clean_text(host_of(run.scope.endpoint));
}

// To the second: "2026-10-31 12:00:05 UTC".
std::string start_of(const RunInfo& run) {
  const std::string text = rfc3339(run.started_at);
  return text.substr(0, 10) + " " + text.substr(11, 8) + " UTC";
}

Line line_of(const RunInfo& run) {
  return {run.name,      std::string(name_of(run.state)), run.scope.period,
          start_of(run), std::to_string(row_count(run)),  amounts_of(run),
          place_of(run), clean_text(run.stop_reason, 200)};
}

}  // namespace

std::string run_table(std::span<const RunInfo> runs) {
  std::vector<Line> lines = {{"run", "state", "period", "started", "rows", "given", "where", "why it ended"}};
  for (const RunInfo& run : runs) lines.push_back(line_of(run));
  std::string text;
  if (std::ranges::all_of(runs, [&](const RunInfo& run) { return place_of(run) == place_of(runs.front()); })) {
    text = "All of " + place_of(runs.front()) + "\n";
    for (Line& line : lines) line[kPlace].clear();
  }
  for (std::size_t column = 0; column < kReason; ++column) {
    std::size_t widest = 0;
    for (const Line& line : lines) widest = std::max(widest, line[column].size());
    const bool right = column == kRows;
    for (Line& line : lines) line[column].insert(right ? 0 : line[column].size(), widest - line[column].size(), ' ');
  }
  for (const Line& line : lines) {
    std::string joined;
    for (const std::string& cell : line)
      if (!cell.empty()) joined += "  " + cell;
    text += joined.substr(0, joined.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

void write_run_json(JsonWriter& json, const RunInfo& run) {
  json.begin_object().key("run").value(run.name).key("state").value(name_of(run.state));
  json.key("stop_name").value(run.stop_name).key("stop_reason").value(run.stop_reason);
  json.key("period").value(run.scope.period).key("endpoint").value(run.scope.endpoint);
  json.key("account").value(run.scope.account).key("started_at").value(rfc3339(run.started_at)).key("ended_at");
  run.ended_at ? json.value(rfc3339(*run.ended_at)) : json.null();
  json.key("started_by").value(starter_of(run.events));
  json.key("files").begin_array();
  for (const InputFile& file : run.files) json.value(file.name);
  json.end_array().key("rows").value(row_count(run)).key("amounts").begin_array();
  for (const Total& sum : sums_by_currency(run.input_totals)) {
    json.begin_object().key("currency").value(sum.currency).key("rows").value(sum.rows);
    json.key("rows_without_amount").value(sum.rows_without_amount);
    json.key("amount").value(sum.amount.text()).end_object();
  }
  json.end_array().end_object();
}

}  // namespace usage

#include "run_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "usage/base/aligned.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"
#include "usage/reconcile/run_json.h"
#include "usage/reconcile/totals.h"

namespace usage {
namespace {

enum Column : std::size_t { kName, kState, kPeriod, kStarted, kRows, kAmounts, kPlace, kReason };
using Line = std::vector<std::string>;

std::string amounts_of(const RunInfo& run) {
  return list_text(sums_by_currency(run.input_totals), " + ",
                   [](const Total& sum) { return money_text(sum.amount, sum.currency); });
}

// Where it bills.
std::string place_of(const RunInfo& run) {
  return "account " + clean_text(run.scope.account) + " at " + clean_text(host_of(run.scope.endpoint));
}

Line line_of(const RunInfo& run) {
  return {run.name,
          std::string(name_of(run.state)),
          run.scope.period,
          shown_time(run.started_at),
          std::to_string(rows_of(run.input_totals)),
          amounts_of(run),
          place_of(run),
          clean_text(run.stop_reason, 200)};
}

}  // namespace

std::string run_table(std::span<const RunInfo> runs) {
  std::vector<Line> lines = {{"run", "state", "period", "started", "rows", "given", "where", "why it ended"}};
  for (const RunInfo& run : runs) lines.push_back(line_of(run));
  std::string text;
  const auto is_at_first = [&](const RunInfo& run) { return place_of(run) == place_of(runs.front()); };
  if (!runs.empty() && std::ranges::all_of(runs, is_at_first)) {
    text = "All of " + place_of(runs.front()) + "\n";
    for (Line& line : lines) line[kPlace].clear();
  }
  return text + aligned(std::move(lines), kRows);
}

}  // namespace usage

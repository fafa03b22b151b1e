#include "usage/reconcile/earlier_summary.h"

#include <algorithm>
#include <variant>

#include "result_names.h"
#include "summary_members.h"
#include "usage/base/readable.h"
#include "usage/base/whole_number.h"

namespace usage {
namespace {

// The lines of the member "totals", one after the other.
class TotalsReader {
 public:
  // False where a line is not as we write it.
  bool take(std::string_view line) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos || line[begin] != '"') return true;  // a bracket
    const std::size_t colon = line.find("\": ", begin);
    if (colon == std::string_view::npos) return false;
    std::string_view value = line.substr(colon + 3);
    if (value.ends_with(',')) value.remove_suffix(1);
    const std::string_view name = line.substr(begin + 1, colon - begin - 1);
    if (value == "{") return begin_status(name);
    return name == "currency" ? begin_currency(value) : take_number(name, value);
  }

  std::vector<Total> finish() { return std::move(totals_); }

 private:
  bool begin_status(std::string_view name) {
    const auto status = row_status_of(name);
    in_currency_ = false;
    if (status) status_ = *status;
    return status.has_value();
  }

  bool begin_currency(std::string_view value) {
    const auto currency = plain_text(value);
    if (!currency) return false;
    totals_.emplace_back().status = status_;
    totals_.back().currency = *currency;
    in_currency_ = true;
    return true;
  }

  // Of the present currency; the rows of a status in all currencies stand before its first one.
  bool take_number(std::string_view name, std::string_view value) {
    if (!in_currency_) return true;
    if (name == "amount") {
      const auto text = plain_text(value);
      if (!text) return false;
      const auto amount = readable(Amount::parse(*text));
      if (amount) totals_.back().amount = *amount;
      return amount.has_value();
    }
    if (name != "rows" && name != "rows_without_amount") return true;
    const auto number = whole_number<std::uint64_t>(value);
    if (number) (name == "rows" ? totals_.back().rows : totals_.back().rows_without_amount) = *number;
    return number.has_value();
  }

  RowStatus status_ = RowStatus::kSubmitted;
  bool in_currency_ = false;
  std::vector<Total> totals_;
};

std::optional<std::vector<Total>> read_totals(std::string_view json) {
  constexpr std::string_view kBegin = "\n  \"totals\": {\n";
  const std::size_t begin = json.find(kBegin);
  if (begin == std::string_view::npos) return std::nullopt;
  std::string_view lines = json.substr(begin + kBegin.size());
  const std::size_t end = lines.find("\n  }");
  if (end == std::string_view::npos) return std::nullopt;
  lines = lines.substr(0, end);
  TotalsReader reader;
  while (!lines.empty()) {
    const std::size_t length = std::min(lines.find('\n'), lines.size());
    if (!reader.take(lines.substr(0, length))) return std::nullopt;
    lines.remove_prefix(std::min(length + 1, lines.size()));
  }
  return reader.finish();
}

// Of a period: by the lines that begin each of them in the member "runs". No others are indented so.
void list_runs(std::string_view summary_json, EarlierSummary& summary) {
  constexpr std::string_view kBegin = "\n      \"run\": \"";
  constexpr std::string_view kOpen = "\",\n      \"state\": \"open\"";
  for (auto at = summary_json.find(kBegin); at != std::string_view::npos; at = summary_json.find(kBegin, at)) {
    at += kBegin.size();
    const std::size_t end = std::min(summary_json.find('"', at), summary_json.size());
    summary.runs.emplace_back(summary_json.substr(at, end - at));
    if (summary_json.substr(end).starts_with(kOpen)) summary.open_runs.push_back(summary.runs.back());
  }
}

}  // namespace

std::optional<EarlierSummary> read_summary(std::string_view summary_json) {
  if (!summary_json.starts_with(kSummaryBeginning)) return std::nullopt;
  const auto run_count = number_member(summary_json, "ledger_run_count");
  auto totals = read_totals(summary_json);
  if (!run_count || !totals) return std::nullopt;
  EarlierSummary summary;
  summary.run_count = *run_count;
  summary.totals = std::move(*totals);
  const std::pair<std::string_view, std::string*> texts[] = {{"ledger", &summary.ledger},
                                                             {"run", &summary.run},
                                                             {"state", &summary.state},
                                                             {"endpoint", &summary.scope.endpoint},
                                                             {"account", &summary.scope.account},
                                                             {"period", &summary.scope.period},
                                                             {"content_digest", &summary.content_digest},
                                                             {"started_at", &summary.started_at}};
  for (const auto& [name, text] : texts) {
    auto value = text_member(summary_json, name);
    if (!value) return std::nullopt;
    *text = std::move(*value);
  }
  list_runs(summary_json, summary);
  // What an earlier version wrote of a period has no states, but a next step.
  summary.has_open_run = summary.state == "open" || !summary.open_runs.empty() ||
                         summary_json.find(kRestOfOpenRun) != std::string_view::npos;
  return summary;
}

}  // namespace usage

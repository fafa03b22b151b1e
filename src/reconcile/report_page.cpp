#include "report_page.h"

#include <algorithm>

#include "report_amounts.h"
#include "report_style.h"
#include "report_tables.h"
#include "report_words.h"
#include "result_names.h"
#include "summary_title.h"
#include "usage/base/html_writer.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kMaxCommand = 8000;
constexpr std::size_t kMaxWarnings = 100;
constexpr std::size_t kMaxFiles = 200;

std::string subject_of(const RunSummary& summary) {
  if (summary.state == SummaryState::kPeriod || summary.run.empty())
    return summary.scope.period.empty() ? "A file alone" : "Period " + summary.scope.period;
  return "Run " + summary.run;
}

std::string_view state_class(SummaryState state) {
  const std::string_view word = state_word(state);
  return state == SummaryState::kPeriod ? "period" : word.substr(0, word.find(' '));
}

// Nothing may be loaded, run or sent anywhere from this page, whatever stood in a cell.
void write_head(HtmlWriter& html, const RunSummary& summary) {
  html.markup(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri "
      "'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
  html.text(subject_of(summary)).markup(" \xE2\x80\x93 ").text(state_word(summary.state));
  html.markup(" \xE2\x80\x93 usage-uploader</title>\n<style>")
      .markup(kReportStyle)
      .markup("</style>\n</head>\n<body>\n");
}

void write_title(HtmlWriter& html, const RunSummary& summary) {
  html.markup("<header><p class=\"over\">Billing report by usage-uploader</p><h1>").text(subject_of(summary));
  html.markup(" <span").attribute("class", "word " + std::string(state_class(summary.state))).markup(">");
  html.text(state_word(summary.state)).markup("</span></h1>");
  if (is_rehearsal(summary)) {
    html.markup("<p class=\"unsent\">Nothing was sent. ");
    html.text(summary.state == SummaryState::kDryRun ? "This is what an upload would do."
                                                     : "The plan was refused: " + summary.stop_reason);
    html.markup("</p>");
  } else {
    html.markup("<p class=\"state\">").text(title_of(summary)).markup("</p>");
  }
  html.markup("</header>");
}

void fact(HtmlWriter& html, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  html.markup("<div><dt>").text(name).markup("</dt><dd>").text(value).markup("</dd></div>");
}

void code_fact(HtmlWriter& html, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  html.markup("<div class=\"whole\"><dt>")
      .text(name)
      .markup("</dt><dd><code>")
      .text(value)
      .markup("</code></dd></div>");
}

void time_fact(HtmlWriter& html, std::string_view name, const std::optional<WallTime>& time) {
  if (time) fact(html, name, shown_time(*time));
}

std::string approved_by(const RunSummary& summary) {
  if (summary.approval) return summary.approval->approved_by;
  return summary.state == SummaryState::kPeriod ? "see the runs" : "no approval was required";
}

// Each resume, and the end of an abandoned run, with its time: the start has its own.
void write_events(HtmlWriter& html, const RunSummary& summary) {
  for (const RunEvent& event : summary.events) {
    const bool start = event.kind == RunEventKind::kStarted;
    fact(html, done_by_words(event.kind), event.user + (start ? "" : ", " + shown_time(event.happened_at)));
  }
}

void write_facts(HtmlWriter& html, const RunSummary& summary) {
  const bool recorded = !is_rehearsal(summary);
  html.markup("<dl class=\"facts\">");
  fact(html, "Period", summary.scope.period);
  fact(html, "Run", summary.run);
  fact(html, "Account", summary.scope.account);
  fact(html, "Endpoint", host_of(summary.scope.endpoint));
  time_fact(html, recorded ? "Began" : "Planned", summary.started_at);
  if (recorded) time_fact(html, "Ended", summary.ended_at);
  time_fact(html, "First sent", summary.counts.first_sent_at);
  time_fact(html, "Last answer", summary.counts.last_completed_at);
  write_events(html, summary);
  if (recorded) fact(html, "Approved by", approved_by(summary));
  if (recorded) fact(html, "Traffic", traffic_text(summary.counts));
  fact(html, "Control totals", summary.control_totals.empty() ? "" : "agreed: " + summary.control_totals);
  if (summary.retry_503) fact(html, "Waived", "the doubt about status 503 (--retry-503)");
  for (const PlanFact& about : summary.plan_facts) fact(html, about.name, about.text);
  code_fact(html, "Plan digest", summary.approval ? summary.approval->plan_digest : summary.plan_digest);
  html.markup("</dl>");
}

void write_steps(HtmlWriter& html, const RunSummary& summary) {
  html.markup("<section id=\"next\"><h2>What to do next</h2><ol class=\"steps\">");
  for (const NextStep& step : summary.next_steps) {
    html.markup("<li>").text(step.text);
    if (!step.command.empty()) html.markup("<pre>").text(step.command, kMaxCommand).markup("</pre>");
    html.markup("</li>");
  }
  html.markup("</ol></section>");
}

// Below a list of the first ones.
void write_rest(HtmlWriter& html, std::size_t count, std::size_t listed) {
  if (count > listed) html.markup("<p class=\"rest\">All ").text(grouped(count)).markup(" are in summary.json.</p>");
}

void write_warnings(HtmlWriter& html, const RunSummary& summary) {
  if (summary.warnings.empty()) return;
  html.markup("<section id=\"warnings\"><h2>Warnings</h2><div class=\"wide\"><table class=\"files\"><tbody>");
  for (std::size_t i = 0; i < std::min(summary.warnings.size(), kMaxWarnings); ++i)
    html.markup("<tr><th scope=\"row\">")
        .text(summary.warnings[i].name)
        .markup("</th><td>")
        .text(summary.warnings[i].text)
        .markup("</td></tr>");
  html.markup("</tbody></table></div>");
  write_rest(html, summary.warnings.size(), kMaxWarnings);
  html.markup("</section>");
}

void write_run_row(HtmlWriter& html, const RowOrigin& origin) {
  html.markup("<tr><th scope=\"row\">").text(origin.run).markup("</th><td>").text(state_word(origin.state));
  html.markup("</td><td>").text(shown_time(origin.started_at)).markup("</td><td>");
  html.text(starter_of(origin.events));
  for (const RunEvent& event : origin.events)
    if (event.kind == RunEventKind::kResumed) html.markup("<small>resumed by ").text(event.user).markup("</small>");
  html.markup("</td><td>");
  if (origin.approval)
    html.text(origin.approval->approved_by)
        .markup("<small><code>")
        .text(origin.approval->plan_digest)
        .markup("</code></small>");
  else
    html.markup("no approval was required");
  html.markup("</td><td class=\"n\">").text(origin.input_totals.empty() ? "" : grouped(rows_of(origin.input_totals)));
  html.markup("</td><td class=\"n\">").text(sums_text(sums_by_currency(origin.input_totals)));
  if (!origin.control_totals.empty())
    html.markup("<small>control totals agreed: ").text(origin.control_totals).markup("</small>");
  html.markup("</td></tr>");
}

void write_runs(HtmlWriter& html, const RunSummary& summary) {
  if (summary.origins.empty()) return;
  html.markup(
      "<section id=\"runs\"><h2>Runs of the period</h2><p class=\"lead\">What each run was given. The period counts "
      "each charge once: rows that were invalid, left out or billed already are no charges of it, and a correction "
      "stands in the place of the row it corrects.</p><div class=\"wide\"><table class=\"files runs\"><thead><tr><th "
      "scope=\"col\">Run</th><th scope=\"col\">State</th><th scope=\"col\">Began</th><th scope=\"col\">Uploaded "
      "by</th><th scope=\"col\">Approved by</th><th scope=\"col\" class=\"n\">Rows</th><th scope=\"col\" "
      "class=\"n\">Amount</th></tr></thead><tbody>");
  for (std::size_t i = 0; i < std::min(summary.origins.size(), kMaxFiles); ++i) write_run_row(html, summary.origins[i]);
  html.markup("</tbody></table></div>");
  write_rest(html, summary.origins.size(), kMaxFiles);
  html.markup("</section>");
}

void write_file_row(HtmlWriter& html, const InputFile& file, std::uint64_t rows) {
  html.markup("<tr><th scope=\"row\">").text(shown_name(file.name)).markup("<small>SHA-256 <code>");
  html.text(file.digest).markup("</code></small></th><td class=\"n\">").text(grouped(rows));
  html.markup("</td><td class=\"n\">").text(grouped(file.bytes)).markup("</td></tr>");
}

void write_files(HtmlWriter& html, const RunSummary& summary, const ReportRows& rows) {
  html.markup(
      "<section id=\"files\"><h2>Input files</h2><table class=\"files\"><thead><tr><th scope=\"col\">File</th><th "
      "scope=\"col\" class=\"n\">");
  html.text(summary.state == SummaryState::kPeriod ? "Charges" : "Rows");
  html.markup("</th><th scope=\"col\" class=\"n\">Bytes</th></tr></thead><tbody>");
  for (std::size_t i = 0; i < std::min(summary.files.size(), kMaxFiles); ++i)
    write_file_row(html, summary.files[i], rows.rows_of_file()[i]);
  html.markup("</tbody></table>");
  write_rest(html, summary.files.size(), kMaxFiles);
  if (!summary.content_digest.empty()) {
    html.markup("<dl class=\"facts\">");
    code_fact(html, "Content digest", summary.content_digest);
    html.markup("</dl>");
  }
  html.markup("</section>");
}

void write_glossary(HtmlWriter& html, const RunSummary& summary) {
  html.markup(
      "<section id=\"glossary\"><h2>What the outcomes mean</h2><table class=\"glossary\"><thead><tr><th "
      "scope=\"col\">Outcome</th><th scope=\"col\">Meaning</th><th scope=\"col\">May it be sent "
      "again?</th></tr></thead><tbody>");
  for (std::size_t i = 0; i < kRowStatusNames.size(); ++i) {
    const auto status = static_cast<RowStatus>(i);
    if (summary.totals.rows(status) == 0) continue;
    html.markup("<tr><th scope=\"row\">")
        .text(name_of(status))
        .markup("</th><td>")
        .text(meaning_of(status, summary.state));
    html.markup("</td><td>").text(sent_again(status)).markup("</td></tr>");
  }
  html.markup("</tbody></table></section>");
}

void write_foot(HtmlWriter& html, const RunSummary& summary) {
  html.markup("<footer>usage-uploader ").text(summary.program_version);
  if (!summary.ledger.id.empty())
    html.markup(" \xC2\xB7 ledger ")
        .text(summary.ledger.id)
        .markup(" with ")
        .text(count_of(summary.ledger.run_count, "run", "runs"));
  html.markup(" \xC2\xB7 every row: ").text(kReconciliationName).markup(" \xC2\xB7 not billed: ").text(kFailedName);
  html.markup(" \xC2\xB7 unknown: ").text(kUnknownName).markup(" \xC2\xB7 for programs: ").text(kSummaryName);
  html.markup("</footer>\n</body>\n</html>\n");
}

}  // namespace

void write_report(AtomicFile& file, const RunSummary& summary, const ReportRows& rows) {
  HtmlWriter html(file);
  write_head(html, summary);
  write_title(html, summary);
  write_figures(html, summary, rows);
  write_facts(html, summary);
  write_totals(html, summary);
  if (is_rehearsal(summary)) write_warnings(html, summary);  // whoever approves it reads them first
  write_steps(html, summary);
  write_corrected(html, summary);
  write_unknown(html, summary, rows);
  write_causes(html, summary, rows);
  summary.state == SummaryState::kPeriod ? write_decisions(html, summary) : write_settled(html, rows);
  write_largest(html, summary, rows);
  if (!is_rehearsal(summary)) write_warnings(html, summary);
  write_runs(html, summary);
  write_files(html, summary, rows);
  write_glossary(html, summary);
  write_foot(html, summary);
}

}  // namespace usage

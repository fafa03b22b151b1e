// The lists of report.html: of charges, causes, people, corrections and installations.
#include <algorithm>

#include "report_amounts.h"
#include "report_tables.h"
#include "report_words.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kLargest = 10;

void write_unknown_row(HtmlWriter& html, const UnknownCharge& charge, const DecimalColumn& column) {
  html.markup("<tr><td class=\"line\">").text(charge.line).markup("</td><td class=\"sid full\"><code>");
  html.text(charge.installation).markup("</code><br><code>").text(charge.billing_sid).markup("</code>");
  if (!charge.reference.empty()) html.markup("<small>").text(charge.reference, 100).markup("</small>");
  html.markup("</td><td class=\"full\">").text(charge.reason, 300);
  if (charge.sent_at) {
    html.markup("<small>").text(charge.request == 0 ? "" : "request " + std::to_string(charge.request) + ", ");
    html.text("sent " + shown_time(*charge.sent_at)).markup("</small>");
  }
  html.markup("</td>");
  column.cell(html, amount_or_zero(charge.quantity));
  html.markup("<td class=\"cur\">").text(charge.currency).markup("</td></tr>");
}

void write_unknown_table(HtmlWriter& html, const std::vector<UnknownCharge>& charges) {
  DecimalColumn column;
  for (const UnknownCharge& charge : charges) column.see(amount_or_zero(charge.quantity));
  html.markup(
      "<div class=\"wide\" role=\"region\" aria-label=\"Unknown charges\" tabindex=\"0\"><table class=\"list\">"
      "<thead><tr><th scope=\"col\">Line</th><th scope=\"col\">Installation, billing SID, reference</th><th "
      "scope=\"col\">What happened</th><th scope=\"col\" class=\"n\" colspan=\"2\">Amount</th></tr></thead><tbody>");
  for (const UnknownCharge& charge : charges) write_unknown_row(html, charge, column);
  html.markup("</tbody></table></div>");
}

void write_cause_row(HtmlWriter& html, const ReportCause& cause, const DecimalColumn& column, SummaryState state) {
  html.markup("<tr><td>").text(name_of(cause.status)).markup("</td><td class=\"full\">");
  if (cause.numbers_differ && !cause.reasons_differ) html.text("e.g. ");
  html.text(cause.reason.empty() ? "further causes: see failed.csv" : std::string_view(cause.reason));
  if (cause.reasons_differ) html.markup("<small>so worded for the first row; the others say it in other words</small>");
  if (cause.rows_without_amount > 0 && cause.rows_without_amount < cause.rows)
    html.markup("<small>of which without a readable amount: ")
        .text(grouped(cause.rows_without_amount))
        .markup("</small>");
  html.markup("</td><td class=\"full todo\">").text(step_beside_file(cause.next_step, state));
  html.markup("</td><td class=\"n count\">");
  html.text(grouped(cause.rows)).markup("</td>");
  if (cause.rows_without_amount == cause.rows)
    html.markup("<td class=\"n\">not readable</td>");
  else
    column.cell(html, cause.amount);
  html.markup("<td class=\"cur\">").text(cause.currency).markup("</td></tr>");
}

void write_largest_of(HtmlWriter& html, const std::string& currency, const InstallationRanking& ranking) {
  const std::vector<LargeInstallation>& largest = ranking.largest;
  DecimalColumn column;
  for (const LargeInstallation& one : largest) column.see(one.amount);
  html.markup(
      "<div class=\"wide\" role=\"region\" aria-label=\"Largest installations\" tabindex=\"0\"><table class=\"list "
      "largest\"><caption>");
  if (!currency.empty()) html.text(currency).markup(": ");
  html.text(largest.size() < kLargest ? "" : "the largest " + std::to_string(kLargest) + " of ");
  html.text(count_of(ranking.installations, "installation", "installations"));
  html.markup(
      "</caption><thead><tr><th scope=\"col\">Installation</th><th scope=\"col\">Outcome</th><th scope=\"col\" "
      "class=\"bar\"><span class=\"hidden\">Beside the largest</span></th><th scope=\"col\" class=\"n\">Rows</th><th "
      "scope=\"col\" class=\"n\">Amount</th></tr></thead><tbody>");
  for (const LargeInstallation& one : largest) {
    html.markup("<tr><td class=\"sid\"><code>").text(one.sid).markup("</code></td><td>");
    html.text(list_text(one.statuses, ", ", [](RowStatus status) { return name_of(status); })).markup("</td>");
    write_bar_cell(html, "plain", per_mille(one.amount, largest.front().amount));
    html.markup("<td class=\"n count\">").text(grouped(one.rows)).markup("</td>");
    column.cell(html, one.amount);
    html.markup("</tr>");
  }
  html.markup("</tbody></table></div>");
}

}  // namespace

void write_unknown(HtmlWriter& html, const RunSummary& summary, const ReportRows& rows) {
  const std::uint64_t count = rows_of(rows.standing_unknown());
  if (count == 0) return;
  html.markup("<section id=\"unknown\"><h2>Unknown: money at risk</h2><p><strong>");
  html.text(count_of(count, "charge", "charges") + ", " + sums_text(sums_by_currency(rows.standing_unknown())));
  html.markup(
      "</strong> may have been billed, or not; no program could tell. None is sent again until a person "
      "decided. What to do: ask Twilio\xE2\x80\x99s support whether they were billed, write <code>submitted</code> or "
      "<code>not-submitted</code> into the column <code>usage_settle</code> of unknown.csv, then settle");
  html.text(summary.state == SummaryState::kPeriod ? ", run by run." : ".").markup("</p>");
  write_unknown_table(html, rows.unknown());
  if (count > rows.unknown().size())
    html.markup("<p class=\"rest\">The first ")
        .text(grouped(rows.unknown().size()))
        .markup(" of ")
        .text(grouped(count))
        .markup("; all of them are in unknown.csv.</p>");
  html.markup("</section>");
}

void write_causes(HtmlWriter& html, const RunSummary& summary, const ReportRows& rows) {
  const std::vector<ReportCause> causes = rows.causes();
  if (causes.empty()) return;
  DecimalColumn column;
  for (const ReportCause& cause : causes) column.see(cause.amount);
  html.markup(
      "<section id=\"causes\"><h2>Not billed, by cause</h2><div class=\"wide\" role=\"region\" aria-label=\"Causes\" "
      "tabindex=\"0\"><table class=\"list causes\"><thead><tr><th scope=\"col\">Outcome</th><th "
      "scope=\"col\">Cause</th><th scope=\"col\">What to do</th><th scope=\"col\" class=\"n\">Rows</th><th "
      "scope=\"col\" class=\"n\" colspan=\"2\">Amount</th></tr></thead><tbody>");
  for (const ReportCause& cause : causes) write_cause_row(html, cause, column, summary.state);
  html.markup("</tbody></table></div></section>");
}

void write_settled(HtmlWriter& html, const ReportRows& rows) {
  if (rows.settled().empty()) return;
  DecimalColumn column;
  for (const auto& [key, settled] : rows.settled()) column.see(settled.amount);
  html.markup(
      "<section id=\"settled\"><h2>Settled by hand</h2><div class=\"wide\" role=\"region\" aria-label=\"Settled by "
      "hand\" "
      "tabindex=\"0\"><table class=\"list\"><thead><tr><th scope=\"col\">By, and why</th><th scope=\"col\">As</th><th "
      "scope=\"col\">Last</th><th scope=\"col\" class=\"n\">Rows</th><th scope=\"col\" class=\"n\" "
      "colspan=\"2\">Amount</th></tr></thead><tbody>");
  for (const auto& [key, settled] : rows.settled()) {
    const auto& [by, status, currency, note] = key;
    html.markup("<tr><td class=\"full\">").text(by);
    if (!note.empty()) html.markup("<small>").text(note, 300).markup("</small>");
    html.markup("</td><td>").text(name_of(status)).markup("</td><td class=\"full\">");
    html.text(settled.last_at ? shown_time(*settled.last_at) : "").markup("</td><td class=\"n count\">");
    html.text(grouped(settled.rows)).markup("</td>");
    column.cell(html, settled.amount);
    html.markup("<td class=\"cur\">").text(currency).markup("</td></tr>");
  }
  html.markup("</tbody></table></div>");
  if (rows.further_settled() > 0)
    html.markup("<p class=\"rest\">")
        .text(count_of(rows.further_settled(), "further row was", "further rows were"))
        .markup(" settled by others or for other reasons: see reconciliation.csv.</p>");
  html.markup("</section>");
}

void write_corrected(HtmlWriter& html, const RunSummary& summary) {
  if (summary.corrected_count == 0) return;
  html.markup(
      "<section id=\"corrected\"><h2>Sent with another amount or SID than before</h2><div class=\"wide\"><table "
      "class=\"files\"><thead><tr><th scope=\"col\">Line</th><th scope=\"col\">Installation, billing SID</th><th "
      "scope=\"col\" class=\"n\">Was</th><th scope=\"col\" class=\"n\">Now</th></tr></thead><tbody>");
  for (const CorrectedCharge& one : summary.corrected) {
    html.markup("<tr><th scope=\"row\">").text(one.line).markup("</th><td><code>").text(one.installation);
    html.markup("</code><br><code>").text(one.billing_sid).markup("</code></td><td class=\"n\">").text(one.was);
    if (!one.moved_from.empty()) html.markup("<br>of <code>").text(one.moved_from).markup("</code>");
    html.markup("</td><td class=\"n\">").text(one.now).markup("</td></tr>");
  }
  html.markup("</tbody></table></div>");
  if (summary.corrected_count > summary.corrected.size())
    html.markup("<p class=\"rest\">And ")
        .text(grouped(summary.corrected_count - summary.corrected.size()))
        .markup(" more: reconciliation.csv has what each was (<em>in place of</em>).</p>");
  html.markup("</section>");
}

void write_largest(HtmlWriter& html, const RunSummary& summary, const ReportRows& rows) {
  const std::vector<Total> sums = sums_by_currency(summary.totals.plain());
  const std::map<std::string, InstallationRanking> rankings = rows.installations().ranking(kLargest);
  if (std::ranges::none_of(sums, [&](const Total& sum) { return rankings.contains(sum.currency); })) return;
  html.markup(
      "<section id=\"largest\"><h2>The largest installations</h2><p class=\"lead\">By the amount of all their rows but "
      "<em>invalid</em> and <em>left_out</em>.</p>");
  for (std::size_t i = 0; i < std::min(sums.size(), kMaxCurrencies); ++i)
    if (const auto found = rankings.find(sums[i].currency); found != rankings.end())
      write_largest_of(html, sums[i].currency, found->second);
  html.markup("</section>");
}

}  // namespace usage

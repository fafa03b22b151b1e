#include "report_tables.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>

#include "report_amounts.h"
#include "report_words.h"
#include "summary_table.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// One number that matters, by currency.
struct Figure {
  std::string label;
  std::string note;
  std::string kind;
  std::vector<Total> totals;
  std::vector<std::string> beside = {};  // what else is to be known of it
};

std::vector<Total> totals_with(const RunSummary& summary, std::initializer_list<RowStatus> statuses) {
  std::vector<Total> found;
  for (const Total& total : summary.totals.plain())
    if (std::find(statuses.begin(), statuses.end(), total.status) != statuses.end()) found.push_back(total);
  return sums_by_currency(found);
}

// What a later row stands for is that row's affair; what the run has still to send, a resume's. Credits are refused and
// stand by themselves: taken off the rest, they would hide what was not billed.
Figure unbilled_figure(const RunSummary& summary, const ReportRows& rows) {
  std::vector<Total> totals;
  std::vector<Total> credits;
  for (const ReportCause& cause : rows.causes())
    if (cause.status != RowStatus::kNotSent || summary.state != SummaryState::kOpen)
      (cause.amount < Amount() ? credits : totals)
          .push_back({cause.status, cause.currency, cause.rows, cause.rows_without_amount, cause.amount});
  Figure figure{"Not billed", "proven not billed", "failed", sums_by_currency(totals)};
  if (summary.state == SummaryState::kPeriod && summary.waiting_rows > 0)
    figure.note = "of which " + count_of(summary.waiting_rows, "row waits", "rows wait") + " for a resume";
  std::uint64_t unreadable = 0;
  for (const Total& total : totals) unreadable += total.rows_without_amount;
  if (unreadable > 0) figure.beside.push_back("of which without a readable amount: " + grouped(unreadable));
  if (!credits.empty())
    figure.beside.push_back("credits beside: " + sums_text(sums_by_currency(credits)) + " in " +
                            count_of(rows_of(credits), "row", "rows"));
  return figure;
}

// A file may have no row in doubt, and its period some.
std::vector<std::string> doubt_of_period(const RunSummary& summary) {
  std::vector<Total> unknown;
  std::ranges::copy_if(summary.period_totals, std::back_inserter(unknown),
                       [](const Total& total) { return total.status == RowStatus::kUnknown; });
  if (unknown.empty()) return {};
  return {"the period has " + sums_text(sums_by_currency(unknown)) + " in doubt"};
}

std::vector<Figure> figures_of(const RunSummary& summary, const ReportRows& rows) {
  using enum RowStatus;
  if (summary.state == SummaryState::kDryRun)
    return {{"Would be sent", "by an upload of the same", "submitted", sums_by_currency(rows.sendable())},
            unbilled_figure(summary, rows),
            {"Unknown", "of this file, in doubt since an earlier run", "unknown",
             sums_by_currency(rows.standing_unknown()), doubt_of_period(summary)}};
  std::vector<Figure> figures = {{"Submitted", "accepted for billing", "submitted", totals_with(summary, {kSubmitted})},
                                 unbilled_figure(summary, rows)};
  if (summary.state == SummaryState::kOpen)
    figures.push_back({"Not sent yet", "sent by a resume", "waiting", totals_with(summary, {kNotSent})});
  figures.push_back(
      {"Unknown", "money at risk: may have been billed", "unknown", sums_by_currency(rows.standing_unknown())});
  return figures;
}

void write_money(HtmlWriter& html, const Amount& amount, std::string_view currency) {
  html.markup("<span class=\"money\">");
  write_amount(html, amount);
  if (!currency.empty()) html.markup(" <span class=\"cur\">").text(currency).markup("</span>");
  html.markup("</span>");
}

// Rows without a currency, where others have one, are not the sum of all.
std::string_view shown_currency(const std::string& currency, bool is_sole) {
  return currency.empty() && !is_sole ? "no currency" : std::string_view(currency);
}

void write_figure(HtmlWriter& html, const Figure& figure, bool has_currencies) {
  const std::uint64_t rows = rows_of(figure.totals);
  html.markup("<div").attribute("class", rows == 0 ? "figure none" : "figure " + figure.kind).markup("><h2>");
  html.text(figure.label).markup("</h2>");
  for (std::size_t i = 0; i < std::min(figure.totals.size(), kMaxCurrencies); ++i) {
    html.markup("<p class=\"big\">");
    write_money(html, figure.totals[i].amount, shown_currency(figure.totals[i].currency, !has_currencies));
    html.markup("</p>");
  }
  if (figure.totals.empty()) html.markup("<p class=\"big\">").text(Amount().text()).markup("</p>");
  html.markup("<p class=\"note\">").text(count_of(rows, "row", "rows"));
  if (rows > 0) html.text(", " + figure.note);
  for (const std::string& beside : figure.beside) html.markup("<br>").text(beside);
  html.markup("</p></div>");
}

void write_notes(HtmlWriter& html, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) html.markup("<small>").text(note).markup("</small>");
}

void write_sum_row(HtmlWriter& html, std::string_view name, const Total& sum, const DecimalColumn& column) {
  html.markup("<tr class=\"sum\"><th scope=\"row\">").text(name);
  write_notes(html, notes_on(sum));
  html.markup("</th><td class=\"bar\"></td><td class=\"n share\"></td><td class=\"n\">").text(grouped(sum.rows));
  html.markup("</td>");
  column.cell(html, sum.amount);
  html.markup("</tr>");
}

// Where the rows of a table come from.
struct Source {
  std::string_view name;
  std::vector<Total> sums;  // by currency
};

// Outcomes of one currency, what they add up to, and what the source has.
void write_currency(HtmlWriter& html, const std::vector<StatusTotal>& entries, const Total& all, std::string_view title,
                    const Source& source) {
  const Total given = total_in(source.sums, all.currency);
  DecimalColumn column;
  Amount largest;
  for (const StatusTotal& entry : entries) {
    if (entry.total.currency != all.currency) continue;
    column.see(entry.total.amount);
    largest += std::max(entry.total.amount, Amount());
  }
  column.see(all.amount);
  column.see(given.amount);
  html.markup("<table class=\"outcomes\"><caption>").text(title);
  html.markup(
      "</caption><thead><tr><th scope=\"col\">Outcome</th><th scope=\"col\" class=\"bar\">Share of the amount</th>"
      "<th scope=\"col\" class=\"n share\"><span class=\"hidden\">Share</span></th><th scope=\"col\" "
      "class=\"n\">Rows</th>"
      "<th scope=\"col\" class=\"n\">Amount</th></tr></thead><tbody>");
  for (const StatusTotal& entry : entries) {
    if (entry.total.currency != all.currency) continue;
    const unsigned share = per_mille(entry.total.amount, largest);
    html.markup("<tr").attribute("data-status", name_of(entry.total.status)).markup("><th scope=\"row\">");
    html.text(name_of(entry.total.status));
    write_notes(html, notes_on(entry));
    html.markup("</th>");
    write_bar_cell(html, name_of(entry.total.status), share);
    html.markup("<td class=\"n share\">")
        .text(percent_text(entry.total.amount, largest))
        .markup("</td><td class=\"n\">");
    html.text(grouped(entry.total.rows)).markup("</td>");
    column.cell(html, entry.total.amount);
    html.markup("</tr>");
  }
  html.markup("</tbody><tfoot>");
  write_sum_row(html, "all outcomes", all, column);
  write_sum_row(html, source.name, given, column);
  html.markup("</tfoot></table>");
}

void write_closing_line(HtmlWriter& html, const RunSummary& summary) {
  if (summary.differences.empty()) {
    html.markup(
        "<p class=\"closes\"><span aria-hidden=\"true\">&#10003;</span> <strong>The totals close.</strong> Rows "
        "and amounts of all outcomes add up to ");
    html.text(summary.state == SummaryState::kPeriod ? "the charges that the ledger holds" : "the input");
    html.markup(", exactly, to the last decimal.</p>");
    return;
  }
  for (const std::string& difference : summary.differences)
    html.markup(
            "<p class=\"differs\"><span aria-hidden=\"true\">&#10007;</span> <strong>TOTALS DO NOT CLOSE:</strong> ")
        .text(difference)
        .markup("</p>");
}

void write_by_currency(HtmlWriter& html, const Totals& totals, const Source& source) {
  const std::vector<StatusTotal> entries = totals.by_status();
  const std::vector<Total> sums = sums_by_currency(totals.plain());
  if (sums.empty()) html.markup("<p>No rows.</p>");
  for (std::size_t i = 0; i < std::min(sums.size(), kMaxCurrencies); ++i) {
    const std::string_view currency = shown_currency(sums[i].currency, sums.size() == 1);
    write_currency(html, entries, sums[i], currency.empty() ? "By outcome" : currency, source);
  }
  if (sums.size() > kMaxCurrencies)
    html.markup("<p>")
        .text(count_of(sums.size() - kMaxCurrencies, "more currency", "more currencies"))
        .markup(": see summary.json.</p>");
}

}  // namespace

void write_figures(HtmlWriter& html, const RunSummary& summary, const ReportRows& rows) {
  const bool has_currencies =
      std::ranges::any_of(summary.totals.plain(), [](const Total& total) { return !total.currency.empty(); });
  html.markup("<div class=\"figures\">");
  for (const Figure& figure : figures_of(summary, rows)) write_figure(html, figure, has_currencies);
  html.markup("</div>");
}

void write_totals(HtmlWriter& html, const RunSummary& summary) {
  html.markup("<section id=\"totals\"><h2>Totals by outcome</h2>");
  write_closing_line(html, summary);
  write_by_currency(
      html, summary.totals,
      {summary.state == SummaryState::kPeriod ? "charges" : "input", sums_by_currency(summary.input_totals)});
  html.markup("</section>");
  if (summary.period_totals.empty()) return;
  html.markup("<section id=\"period\"><h2>The whole period</h2><p>");
  if (summary.stop_name == kNothingToSend) html.markup("This upload had nothing to send. ");
  html.text(is_rehearsal(summary) ? "Before this upload, the period has:" : "The period now has:").markup("</p>");
  write_by_currency(html, Totals(summary.period_totals), {"charges", sums_by_currency(summary.period_totals)});
  html.markup("</section>");
}

}  // namespace usage

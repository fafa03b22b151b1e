// What people decided about a period's charges, each decision with what became of the charge since.
#include "report_amounts.h"
#include "report_tables.h"
#include "report_words.h"
#include "usage/base/text.h"
#include "usage/reconcile/next_step.h"

namespace usage {
namespace {

void write_decision_row(HtmlWriter& html, const DecisionRecord& decision, const DecimalColumn& column) {
  html.markup("<tr><td class=\"full sid\">").text(decision.run).markup(", ").text(decision.place);
  html.markup("<br><code>").text(decision.installation).markup("</code><br><code>").text(decision.billing_sid);
  html.markup("</code>");
  if (!decision.reference.empty()) html.markup("<small>").text(decision.reference, 100).markup("</small>");
  html.markup("</td><td class=\"full\">").text(name_of(decision.status)).markup("<small>by ");
  html.text(decision.settled_by, 200).markup(", ").text(shown_time(decision.settled_at)).markup("</small>");
  if (!decision.note.empty()) html.markup("<small>").text(decision.note, 300).markup("</small>");
  html.markup("</td><td class=\"full\">");
  if (decision.was_sent_again)
    html.markup("<strong>").text(what_became(decision)).markup("</strong>");
  else
    html.text(what_became(decision));
  html.markup("</td>");
  column.cell(html, amount_or_zero(decision.quantity));
  html.markup("<td class=\"cur\">").text(decision.currency).markup("</td></tr>");
}

void write_decision_table(HtmlWriter& html, const std::vector<DecisionRecord>& decisions) {
  DecimalColumn column;
  for (const DecisionRecord& decision : decisions) column.see(amount_or_zero(decision.quantity));
  html.markup(
      "<div class=\"wide\" role=\"region\" aria-label=\"Settled by hand\" tabindex=\"0\"><table class=\"list\"><thead>"
      "<tr><th scope=\"col\">Charge</th><th scope=\"col\">Decision</th><th scope=\"col\">What became of it</th><th "
      "scope=\"col\" class=\"n\" colspan=\"2\">Amount</th></tr></thead><tbody>");
  for (const DecisionRecord& decision : decisions) write_decision_row(html, decision, column);
  html.markup("</tbody></table></div>");
}

}  // namespace

void write_decisions(HtmlWriter& html, const RunSummary& summary) {
  const DecisionList& decisions = summary.decisions;
  if (decisions.count() == 0) return;
  html.markup(
      "<section id=\"settled\"><h2>Settled by hand</h2><p class=\"lead\">Every decision that a person made on a "
      "charge, also where the charge was sent again or decided anew since.</p>");
  if (const std::string again = sent_again_text(decisions); !again.empty())
    html.markup("<p class=\"differs\"><strong>Sent again on a person\xE2\x80\x99s word: ")
        .text(again)
        .markup(
            "</strong>, settled as <em>not_submitted</em> before. Where a decision was wrong, its charge is billed "
            "twice.</p>");
  const std::vector<DecisionRecord> first = decisions.first();
  write_decision_table(html, first);
  if (decisions.count() > first.size())
    html.markup("<p class=\"rest\">And ")
        .text(grouped(decisions.count() - first.size()))
        .markup(" more, under <em>decisions</em> in what this prints: <code>")
        .text(show_period_command(summary) + " --json")
        .markup("</code></p>");
  html.markup("</section>");
}

}  // namespace usage

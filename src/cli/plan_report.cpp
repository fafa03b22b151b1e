#include "plan_report.h"

#include <algorithm>
#include <map>

#include "mapping_roles.h"
#include "usage/base/text.h"
#include "usage/intake/row_name.h"
#include "usage/plan/plan_facts.h"

namespace usage {
namespace {

constexpr std::size_t kShownProblems = 100;

std::string row(std::string_view label, const std::string& text) {
  std::string line(label);
  line.resize(std::max<std::size_t>(line.size() + 1, 14), ' ');
  return line + text + '\n';
}

std::string mapping_text(const ColumnMapping& mapping) {
  std::string text;
  const auto add = [&text](std::string_view role, const std::string& source) {
    text += (text.empty() ? "" : ", ") + std::string(role) + " " + source;
  };
  for (const auto& [role, column] : roles_of(mapping)) add(role, "from \"" + clean_text(column, 80) + '"');
  for (const auto& [role, source] : other_sources_of(mapping)) add(role, source);
  return text;
}

std::string files_text(const UsageInput& input) {
  std::string text;
  for (const InputFile& file : input.files) {
    text += row("Columns", mapping_text(file.mapping));
    if (file.header_line > 1)
      text += row("Header", "line " + std::to_string(file.header_line) + "; what stands above it is not read");
    const std::string encoding = file.encoding == Encoding::kUtf8 ? "" : " in " + std::string(name_of(file.encoding));
    text += row("File", shown_name(file.name) + ", " + count_of(file.bytes, "byte", "bytes") + encoding + ", SHA-256 " +
                            file.digest);
  }
  return text;
}

std::string rows_text(const PlanOverview& overview) {
  std::string text = count_of(overview.rows, "row", "rows") + ": " + count_of(overview.valid, "valid", "valid");
  const auto add = [&](std::uint64_t rows, std::string_view what) {
    if (rows > 0) text += ", " + count_of(rows, what, what);
  };
  add(overview.invalid, "invalid");
  add(overview.duplicate, "already submitted");
  add(overview.in_doubt, "in doubt from before");
  add(overview.held_back, "of the valid held back");
  add(overview.left_out, "left out");
  return row("Rows", text);
}

std::string installation_text(const InstallationAmount& installation, const std::string& currency) {
  return installation.installation + "  " + money_text(installation.amount, currency) + "  (" +
         count_of(installation.items, "item", "items") + ")";
}

std::string currency_text(const CurrencyOverview& overview) {
  std::string text = row("Amount", money_text(overview.amount, overview.currency) + " in " +
                                       count_of(overview.items, "valid row", "valid rows"));
  text += row("Smallest", installation_text(overview.smallest, overview.currency));
  for (std::size_t i = 0; i < overview.largest.size(); ++i)
    text += row(i == 0 ? "Largest" : "", installation_text(overview.largest[i], overview.currency));
  return text;
}

std::string left_out_text(const PlanOverview& overview) {
  std::string text;
  for (const LeftOutGroup& group : overview.left_out_by) {
    std::string line = count_of(group.sum.rows, "row", "rows") + ", " + money_text(group.sum.amount, group.currency);
    if (group.unreadable > 0) line += " (" + count_of(group.unreadable, "amount", "amounts") + " cannot be read)";
    text += row("Left out", line + ": " + clean_text(group.reason, 200));
  }
  return text;
}

std::string total_lines_text(const UsageInput& input, const Plan& plan) {
  std::string text;
  for (const TotalLineCheck& check : plan.total_lines) {
    if (check.agreement == TotalLineCheck::Agreement::kNone) continue;  // among the refusals
    const bool all = check.agreement == TotalLineCheck::Agreement::kAllRows;
    text += row("Total line", place_name(input, check.line.file, check.line.line) + ": " +
                                  money_text(check.line.amount, check.currency) + " agrees with the " +
                                  count_of(check.rows, "row", "rows") + (all ? " above it" : " that count"));
  }
  return text;
}

std::string plan_lines(const PlanOverview& overview, bool is_refused) {
  if (overview.items == 0) return row("Plan", "nothing is sent");
  std::string text =
      row("Plan", (is_refused ? "refused, see below; it would be: " : "") + count_of(overview.items, "item", "items") +
                      " in " + count_of(overview.requests, "request", "requests") + " to " +
                      count_of(overview.installations, "installation", "installations"));
  for (const auto& [currency, sent] : overview.sent)
    text += row(is_refused ? "Not sent" : "To send",
                money_text(sent.amount, currency) + " in " + count_of(sent.rows, "item", "items"));
  if (overview.again > 0)
    text += row(
        "", count_of(overview.again, "of them stands", "of them stand") + " for a charge that was not billed before");
  if (overview.additional > 0)
    text += row("", count_of(overview.additional, "of them is", "of them are") + " additional");
  return text;
}

// What is valid and waits for another row of its installation to be corrected.
std::string held_back_text(const Plan& plan, const PlanOverview& overview) {
  std::map<std::string, std::string> lines;  // by currency
  for (const Total& total : plan.totals) {
    if (total.status != RowStatus::kNotSent) continue;
    const auto sent = overview.sent.find(total.currency);
    const std::uint64_t rows = total.rows - (sent == overview.sent.end() ? 0 : sent->second.rows);
    if (rows == 0) continue;
    const Amount amount = sent == overview.sent.end() ? total.amount : total.amount - sent->second.amount;
    lines[total.currency] =
        row("Held back", money_text(amount, total.currency) + " in " + count_of(rows, "row", "rows") +
                             ", as another row of the installation is invalid");
  }
  std::string text;
  for (const auto& [currency, line] : lines) text += line;
  return text;
}

std::vector<std::string> comparison_lines(const MonthComparison& comparison) {
  std::vector<std::string> lines = {"with period " + comparison.period + ": " +
                                    count_of(comparison.installations_before, "installation", "installations") +
                                    " then, " + count_of(comparison.installations_now, "now", "now") + "; " +
                                    count_of(installations_in(comparison.appeared), "new", "new") + ", " +
                                    count_of(installations_in(comparison.vanished), "vanished", "vanished") + ", " +
                                    count_of(installations_in(comparison.changed), "changed", "changed") +
                                    " by more than the factor " + comparison.factor.text()};
  for (const MonthTotal& total : comparison.totals) {
    const std::string sign = total.now < total.before ? "" : "+";
    lines.push_back(money_text(total.before, total.currency) + " submitted or in doubt then, " +
                    money_text(total.now, total.currency) + " now, with this file (" + sign +
                    (total.now - total.before).text() + ")");
  }
  return lines;
}

std::string comparison_text(const std::optional<MonthComparison>& comparison) {
  if (!comparison) return "";
  std::string text;
  for (const std::string& line : comparison_lines(*comparison)) text += row(text.empty() ? "Compared" : "", line);
  return text;
}

std::string control_totals_text(const Plan& plan) {
  const std::string totals = agreed_control_totals(plan);
  return totals.empty() ? "" : row("Controls", "the control totals agree: " + totals);
}

std::string reference_text(const UsageInput& input, const UsageRow& usage) {
  if (usage.reference == kNoText) return "";
  return " (" + clean_text(input.references[usage.reference], 60) + ")";
}

std::string additional_text(const UsageInput& input, const Plan& plan) {
  std::string text;
  std::size_t shown = 0;
  for (const AdditionalRow& additional : plan.meeting.additional) {
    const UsageRow& usage = input.rows[additional.row];
    if (plan.held_back.contains(usage.installation)) continue;
    if (++shown > kShownProblems) continue;
    text += "  " + row_name(input, usage) + ": " + input.installations[usage.installation] + ", " +
            input.billing_sids[usage.billing_sid] + ", " +
            money_text(usage.quantity, input.currencies[usage.currency]) + reference_text(input, usage) + "; beside " +
            additional.beside + '\n';
  }
  if (shown > kShownProblems) text += "  ... and " + count_of(shown - kShownProblems, "more row", "more rows") + "\n";
  return text.empty() ? "" : "Additional charges\n" + text;
}

// What the period has already, in its latest state: a correction of a few rows says nothing of the rest.
std::string period_text(const Plan& plan) {
  std::string text;
  for (const Total& total : plan.period_before)
    text += row(text.empty() ? "Period has" : "", money_text(total.amount, total.currency) + " " +
                                                      std::string(name_of(total.status)) + " in " +
                                                      count_of(total.rows, "charge", "charges"));
  return text;
}

std::string corrected_text(const UsageInput& input, const Plan& plan) {
  constexpr std::size_t kShown = 10;
  const std::vector<CorrectedCharge> all = corrected_charges(input, plan, kShown);
  std::string text;
  for (const CorrectedCharge& one : all)
    text += "  " + one.line + ": " + one.installation + ", " + one.billing_sid + ": was " + one.was +
            (one.moved_from.empty() ? "" : " of " + one.moved_from) + ", now " + one.now + '\n';
  const std::size_t count = corrected_count(input, plan);
  if (count > all.size())
    text +=
        "  ... and " + count_of(count - all.size(), "more", "more") + ": reconciliation.csv (--dry-run --out DIR)\n";
  return text.empty() ? "" : "Charges that are sent with another amount or SID than before\n" + text;
}

std::string problems_text(const UsageInput& input) {
  std::string text;
  std::size_t shown = 0;
  std::size_t all = 0;
  for (const InvalidRow& invalid : input.invalid)
    for (const RowProblem& problem : invalid.problems) {
      ++all;
      if (shown == kShownProblems) continue;
      ++shown;
      text += "  " + place_name(input, problem.file, problem.line);
      if (!problem.column.empty())
        text += ", column \"" + clean_text(problem.column, 80) + "\" (\"" + problem.value + "\")";
      if (!invalid.reference.empty()) text += ", " + clean_text(invalid.reference, 60);
      text += ": " + problem.reason + "; " + problem.remedy + '\n';
    }
  if (all > shown) text += "  ... and " + count_of(all - shown, "more problem", "more problems") + "\n";
  return text.empty() ? "" : "Problems\n" + text;
}

}  // namespace

std::string plan_text(const UsageInput& input, const Plan& plan, const PlanOverview& overview) {
  std::string text = files_text(input) + rows_text(overview) + left_out_text(overview) + total_lines_text(input, plan) +
                     control_totals_text(plan);
  for (const CurrencyOverview& currency : overview.currencies) text += currency_text(currency);
  text += plan_lines(overview, !plan.refusals.empty()) + held_back_text(plan, overview);
  if (!plan.digest.empty()) text += row("Plan digest", plan.digest);
  text +=
      period_text(plan) + comparison_text(plan.comparison) + additional_text(input, plan) + corrected_text(input, plan);
  for (const Warning& warning : input.warnings) text += row("Warning", warning.name + ": " + warning.text);
  text += problems_text(input);
  for (const Refusal& refusal : plan.refusals)
    text += row("Refused", refusal.text + "\n              what to do: " + refusal.remedy);
  return text;
}

std::size_t corrected_count(const UsageInput& input, const Plan& plan) {
  return static_cast<std::size_t>(std::ranges::count_if(plan.meeting.corrected, [&](const CorrectedRow& corrected) {
    return !plan.held_back.contains(input.rows[corrected.row].installation);
  }));
}

std::vector<CorrectedCharge> corrected_charges(const UsageInput& input, const Plan& plan, std::size_t most) {
  std::vector<CorrectedCharge> charges;
  for (const CorrectedRow& corrected : plan.meeting.corrected) {
    const UsageRow& usage = input.rows[corrected.row];
    if (charges.size() == most) break;
    if (plan.held_back.contains(usage.installation)) continue;
    charges.push_back({row_name(input, usage), input.installations[usage.installation],
                       input.billing_sids[usage.billing_sid], corrected.moved_from,
                       money_text(corrected.was, corrected.currency),
                       money_text(usage.quantity, input.currencies[usage.currency])});
  }
  return charges;
}

std::vector<PlanFact> plan_facts(const Plan& plan) {
  std::vector<PlanFact> facts;
  const std::string totals = agreed_control_totals(plan);
  if (!totals.empty()) facts.push_back({"Control totals", "agree: " + totals});
  for (const auto& [currency, sum] : plan.additional)
    facts.push_back({"Additional", count_of(sum.rows, "row", "rows") + ", " + money_text(sum.amount, currency) +
                                       ", on top of what the period has of the same items"});
  if (!plan.comparison) return facts;
  for (const std::string& line : comparison_lines(*plan.comparison)) facts.push_back({"Compared", line});
  return facts;
}

}  // namespace usage

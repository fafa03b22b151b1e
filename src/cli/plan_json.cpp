#include <array>
#include <cstdint>

#include "mapping_roles.h"
#include "plan_report.h"
#include "usage/reconcile/run_json.h"

namespace usage {
namespace {

void write_installation(JsonWriter& json, const InstallationAmount& installation) {
  json.begin_object().key("installation").value(installation.installation);
  json.key("items").value(installation.items).key("amount").value(installation.amount.text()).end_object();
}

void write_currency(JsonWriter& json, const CurrencyOverview& overview) {
  json.begin_object().key("currency").value(overview.currency).key("items").value(overview.items);
  json.key("amount").value(overview.amount.text()).key("smallest");
  write_installation(json, overview.smallest);
  json.key("largest").begin_array();
  for (const InstallationAmount& installation : overview.largest) write_installation(json, installation);
  json.end_array().end_object();
}

void write_file(JsonWriter& json, const InputFile& file) {
  json.begin_object().key("name").value(file.name).key("bytes").value(file.bytes).key("sha256").value(file.digest);
  json.key("encoding").value(name_of(file.encoding));
  json.key("columns").begin_object();
  for (const auto& [role, column] : roles_of(file.mapping)) json.key(role).value(column);
  json.end_object().key("other_sources").begin_object();
  for (const auto& [role, source] : other_sources_of(file.mapping)) json.key(role).value(source);
  json.end_object().key("header_line").value(file.header_line).end_object();
}

void write_left_out(JsonWriter& json, const PlanOverview& overview) {
  json.key("left_out_by").begin_array();
  for (const LeftOutGroup& group : overview.left_out_by) {
    json.begin_object().key("reason").value(group.reason).key("currency").value(group.currency);
    json.key("rows").value(group.sum.rows).key("amount").value(group.sum.amount.text());
    json.key("rows_without_amount").value(group.unreadable).end_object();
  }
  json.end_array();
}

void write_total_lines(JsonWriter& json, const UsageInput& input, const Plan& plan) {
  constexpr std::array<std::string_view, 3> kAgreements = {"all_rows", "rows_that_count", "none"};
  json.key("total_lines").begin_array();
  for (const TotalLineCheck& check : plan.total_lines) {
    json.begin_object().key("file").value(input.files[check.line.file].name).key("line").value(check.line.line);
    json.key("amount").value(check.line.amount.text()).key("currency").value(check.currency);
    json.key("agrees_with").value(kAgreements[static_cast<std::size_t>(check.agreement)]).end_object();
  }
  json.end_array();
}

void write_sums(JsonWriter& json, std::string_view key, const std::vector<InstallationSum>& sums) {
  json.key(key).begin_array();
  for (const InstallationSum& sum : sums)
    json.begin_object()
        .key("installation")
        .value(sum.installation)
        .key("currency")
        .value(sum.currency)
        .key("amount")
        .value(sum.amount.text())
        .end_object();
  json.end_array();
}

void write_comparison(JsonWriter& json, const std::optional<MonthComparison>& comparison) {
  json.key("comparison");
  if (!comparison) {
    json.null();
    return;
  }
  json.begin_object().key("period").value(comparison->period).key("change_factor").value(comparison->factor.text());
  json.key("installations_before").value(comparison->installations_before);
  json.key("installations_now").value(comparison->installations_now);
  json.key("totals").begin_array();
  for (const MonthTotal& total : comparison->totals) {
    json.begin_object().key("currency").value(total.currency).key("before").value(total.before.text());
    json.key("now").value(total.now.text()).end_object();
  }
  json.end_array();
  write_sums(json, "new", comparison->appeared);
  write_sums(json, "vanished", comparison->vanished);
  json.key("changed").begin_array();
  for (const AmountChange& change : comparison->changed) {
    json.begin_object().key("installation").value(change.installation).key("currency").value(change.currency);
    json.key("before").value(change.before.text()).key("now").value(change.now.text()).end_object();
  }
  json.end_array().end_object();
}

void write_corrected(JsonWriter& json, const UsageInput& input, const Plan& plan) {
  json.key("corrected").begin_array();
  for (const CorrectedCharge& one : corrected_charges(input, plan, SIZE_MAX)) {
    json.begin_object().key("row").value(one.line).key("installation").value(one.installation);
    json.key("billing_sid").value(one.billing_sid).key("moved_from").value(one.moved_from);
    json.key("was").value(one.was).key("now").value(one.now).end_object();
  }
  json.end_array();
}

void write_problems(JsonWriter& json, const UsageInput& input) {
  json.key("problems").begin_array();
  for (const InvalidRow& invalid : input.invalid)
    for (const RowProblem& problem : invalid.problems) {
      json.begin_object().key("file").value(input.files[problem.file].name).key("line").value(problem.line);
      json.key("name").value(problem.name).key("column").value(problem.column).key("value").value(problem.value);
      json.key("reason").value(problem.reason).key("remedy").value(problem.remedy).end_object();
    }
  json.end_array();
}

}  // namespace

void write_plan_json(JsonWriter& json, const UsageInput& input, const Plan& plan, const PlanOverview& overview) {
  json.begin_object().key("files").begin_array();
  for (const InputFile& file : input.files) write_file(json, file);
  json.end_array().key("content_digest").value(plan.meeting.content_digest);
  json.key("plan_digest").value(plan.digest);
  json.key("rows").value(overview.rows).key("valid").value(overview.valid).key("invalid").value(overview.invalid);
  json.key("held_back").value(overview.held_back).key("left_out").value(overview.left_out);
  json.key("duplicate").value(overview.duplicate).key("in_doubt").value(overview.in_doubt);
  json.key("again").value(overview.again).key("additional").value(overview.additional);
  json.key("items").value(overview.items).key("installations").value(overview.installations);
  json.key("requests").value(overview.requests).key("to_send").begin_array();
  for (const auto& [currency, sum] : overview.sent)
    json.begin_object()
        .key("currency")
        .value(currency)
        .key("items")
        .value(sum.rows)
        .key("amount")
        .value(sum.amount.text())
        .end_object();
  json.end_array().key("totals").begin_array();
  for (const CurrencyOverview& currency : overview.currencies) write_currency(json, currency);
  json.end_array();
  write_left_out(json, overview);
  write_total_lines(json, input, plan);
  write_by_status(json.key("period_before"), plan.period_before);
  write_corrected(json, input, plan);
  write_comparison(json, plan.comparison);
  write_warnings(json, input.warnings);
  write_problems(json, input);
  json.key("refusals").begin_array();
  for (const Refusal& refusal : plan.refusals)
    json.begin_object()
        .key("name")
        .value(refusal.name)
        .key("text")
        .value(refusal.text)
        .key("remedy")
        .value(refusal.remedy)
        .end_object();
  json.end_array().end_object();
}

}  // namespace usage

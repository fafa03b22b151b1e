#include "file_plan.h"

#include <future>
#include <iostream>

#include "error_json.h"
#include "plan_report.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/cli/progress_view.h"
#include "usage/plan/fail_on.h"
#include "usage/reconcile/out_folder.h"

namespace usage {
namespace {

// Into a record of such a row before: its texts keep their memory.
void take_into(RowRecord& record, const NewRow& row, const std::string& usage_row_prefix) {
  record.place = row.place;
  record.file = row.file;
  record.installation = row.installation;
  record.billing_sid = row.billing_sid;
  record.quantity = row.quantity;
  record.has_amount = row.has_amount;
  record.currency = row.currency;
  record.reference = row.reference;
  record.status = row.status;
  record.reason = row.reason;
  // Without it, the row corrected would be a charge of its own.
  record.usage_row = row.usage_row;
  if (row.usage_row.empty() && row.met != 0) record.usage_row = usage_row_prefix + std::to_string(row.met);
}

ReadProgress shown_in(ProgressView& view) {
  return [&view](std::uint64_t done, std::uint64_t total) { view.show_reading(done, total); };
}

}  // namespace

UsageInput read_upload(const FileOptions& options, const CommandContext& context) {
  ProgressView view(context);
  return read_usage(options.files, options.intake, shown_in(view));
}

UsageInput read_upload_rows(const FileOptions& options, const CommandContext& context) {
  ProgressView view(context);
  return read_rows(options.files, options.intake, shown_in(view));
}

// None of the parts needs another: where there is a second core, it has its share.
FilePlan plan_alone(UsageInput input, const FileOptions& options, ContentDigest wanted) {
  FilePlan file{std::move(input), {}};
  std::future<std::string> digest;
  if (wanted == ContentDigest::kWanted) digest = std::async([&file] { return digest_of_content(file.input); });
  auto warnings = std::async([&file] { return warnings_of_comparison(file.input); });
  file.plan = make_plan(file.input, {}, options.plan);
  if (digest.valid()) file.plan.meeting.content_digest = digest.get();
  for (Warning& warning : warnings.get()) file.input.warnings.push_back(std::move(warning));
  for (Refusal& refusal : refuse_warnings(file.input.warnings, options.fail_on))
    file.plan.refusals.push_back(std::move(refusal));
  return file;
}

RunSummary summary_of_plan(const FilePlan& file, const FileOptions& options, const Clock& clock) {
  RunSummary summary;
  summary.state = file.plan.refusals.empty() ? SummaryState::kDryRun : SummaryState::kRefused;
  summary.program_version = USAGE_VERSION;
  if (!file.plan.refusals.empty()) {
    summary.stop_name = file.plan.refusals.front().name;
    summary.stop_reason = file.plan.refusals.front().text;
  }
  summary.files = file.input.files;
  summary.upload_flags = options.flags;
  summary.content_digest = file.plan.meeting.content_digest;
  summary.plan_digest = file.plan.digest;
  summary.plan_facts = plan_facts(file.plan);
  constexpr std::size_t kListedCorrections = 20;
  summary.corrected = corrected_charges(file.input, file.plan, kListedCorrections);
  summary.corrected_count = corrected_count(file.input, file.plan);
  summary.period_totals = file.plan.period_before;
  summary.input_totals = file.plan.totals;
  summary.warnings = file.input.warnings;
  summary.started_at = clock.wall_now();
  summary.ended_at = summary.started_at;
  return summary;
}

EachRow rows_of_plan(const FilePlan& file) {
  return [&file](const std::function<void(const RowRecord&)>& visit) {
    RowRecord record;
    each_planned_row(file.input, file.plan, [&](const NewRow& row) {
      take_into(record, row, file.usage_row_prefix);
      if (file.plan.refusals.empty()) record.request = row.request;  // what the report takes for what would be sent
      visit(record);
    });
  };
}

void keep_input(const std::filesystem::path& folder, const FileOptions& options) {
  if (!would_overwrite(folder, options.files)) return;
  throw UsageError("out-is-input",
                   "the results would be written over the file that is read, in " + clean_text(folder.string()),
                   "name another folder with --out DIR");
}

void print_plan(const FilePlan& file, const PlanOverview& overview, const RunSummary& summary, OutputForm form) {
  if (form == OutputForm::kJson) {
    JsonWriter json(JsonLayout::kIndented);
    json.begin_object().key("plan");
    write_plan_json(json, file.input, file.plan, overview);
    if (!summary.folder.empty()) json.key("out").value(summary.folder.string());
    if (!file.plan.refusals.empty()) {
      const Refusal& first = file.plan.refusals.front();
      write_error(json, first.name, first.text, first.remedy);
    }
    json.key("exit_status").value(static_cast<int>(summary.exit_status)).end_object();
    std::cout << json.text() << std::endl;
    return;
  }
  std::cout << plan_text(file.input, file.plan, overview);
  if (!summary.folder.empty()) std::cout << "Result files: " << clean_text(summary.folder.string(), 4096) << '\n';
  std::cout << steps_text(summary.next_steps) << std::flush;
}

}  // namespace usage

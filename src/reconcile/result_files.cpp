#include "usage/reconcile/result_files.h"

#include <algorithm>
#include <array>
#include <functional>
#include <system_error>

#include "complete_summary.h"
#include "correction_file.h"
#include "originals.h"
#include "real_folder.h"
#include "reconciliation_row.h"
#include "report_page.h"
#include "report_rows.h"
#include "result_names.h"
#include "summary_members.h"
#include "usage/base/digest.h"
#include "usage/base/file.h"
#include "usage/base/text.h"
#include "usage/reconcile/next_step.h"

namespace usage {
namespace {

// `not_sent` rows of an open run will be sent by a resume, and those of a dry run by the real one.
bool is_proven_not_billed(RowStatus status, SummaryState state) {
  switch (status) {
    case RowStatus::kFailed:
    case RowStatus::kNotSubmitted:
    case RowStatus::kInvalid:
      return true;
    case RowStatus::kNotSent:
      return state != SummaryState::kOpen && state != SummaryState::kDryRun;
    case RowStatus::kSubmitted:
    case RowStatus::kUnknown:
    case RowStatus::kDuplicate:
    case RowStatus::kLeftOut:
      return false;
  }
  return false;
}

// What the pass over the rows leaves for the files that are written from it.
struct RowPass {
  RowCount count;
  ReportRows report;
  bool has_corrections = false;  // rows in failed.csv or unknown.csv
};

// One pass over the rows into the three CSV files.
class RowFiles {
 public:
  RowFiles(const RunSummary& summary, CorrectionLayout layout)
      : summary_(summary),
        layout_(layout),
        originals_(summary.files),
        reconciliation_(summary.folder / kReconciliationName),
        csv_(reconciliation_, ','),
        failed_(summary.folder / kFailedName, CorrectionKind::kFailed, layout, summary),
        unknown_(summary.folder / kUnknownName, CorrectionKind::kUnknown, layout, summary),
        has_decimal_sign_(has_decimal_comma(summary.files)),
        pass_{RowCount(summary), ReportRows(summary)} {
    for (std::string_view column : kReconciliationColumns) csv_.cell(column);
    csv_.cell(kUsageRowColumn);
    if (has_decimal_sign_) csv_.cell(kDecimalSignColumn);
    csv_.end_row();
  }

  void add(const RowRecord& row) {
    pass_.count.add(row);
    pass_.report.add(row);
    write_reconciliation_cells(csv_, row, summary_);
    csv_.cell(row.usage_row);
    if (has_decimal_sign_) csv_.cell(sign_of_reconciled(row, summary_.files));
    csv_.end_row();
    if (!row.superseded_by.empty()) return;  // the later row is the one to correct or settle
    if (row.status == RowStatus::kUnknown) add_to(unknown_, row);
    if (is_proven_not_billed(row.status, state_of_row(summary_, row))) add_to(failed_, row);
  }

  // False where the input is not, or no longer, what was read: the pass is then worth nothing.
  bool originals_held() const { return !originals_lost_ && originals_.unchanged(); }

  RowPass commit() {
    reconciliation_.commit();
    failed_.commit();
    unknown_.commit();
    return std::move(pass_);
  }

 private:
  void add_to(CorrectionFile& file, const RowRecord& row) {
    pass_.has_corrections = true;
    std::string_view bytes;
    if (layout_ == CorrectionLayout::kOriginal) {
      const auto record = original_of(row);
      if (!record) return;
      bytes = *record;
    }
    file.add(row, row_next_step(row, state_of_row(summary_, row)), bytes);
  }

  std::optional<std::string_view> original_of(const RowRecord& row) {
    if (originals_lost_ || !originals_.proved()) {
      originals_lost_ = true;
      return std::nullopt;
    }
    const auto record = originals_.record(row.file, row.place);
    originals_lost_ = !record;
    return record;
  }

  const RunSummary& summary_;
  CorrectionLayout layout_;
  Originals originals_;
  bool originals_lost_ = false;
  AtomicFile reconciliation_;
  CsvWriter csv_;
  CorrectionFile failed_;
  CorrectionFile unknown_;
  bool has_decimal_sign_;
  RowPass pass_;
};

std::optional<RowPass> write_row_files(const RunSummary& summary, CorrectionLayout layout, const EachRow& rows) {
  RowFiles files(summary, layout);
  rows([&](const RowRecord& row) { files.add(row); });
  if (!files.originals_held()) return std::nullopt;
  return files.commit();
}

// An export whose own columns are called like ours, and hold what a row needs, cannot be repeated beside ours.
bool is_repeatable(const InputFile& file) {
  const ColumnMapping& m = file.mapping;
  const auto is_ours = [](const std::string* name) { return is_own_column(*name); };
  return std::ranges::none_of(std::array{&m.installation, &m.billing_sid, &m.quantity, &m.reference, &m.currency,
                                         &m.installation_key, &m.billing_sid_key},
                              is_ours);
}

// Why failed.csv and unknown.csv are not like the input. What an earlier ledger's files say was never read here.
void warn_of_layout(RunSummary& summary, const std::string& name, const std::string& why) {
  if (std::ranges::any_of(summary.files, &std::string::empty, &InputFile::digest)) return;
  summary.warnings.push_back({name, why +
                                        ", so failed.csv and unknown.csv have the reconciliation's columns instead of "
                                        "its own; they can be corrected and uploaded all the same"});
}

RowPass write_row_files(RunSummary& summary, const EachRow& rows) {
  const bool is_alike = Originals(summary.files).alike();
  if (summary.origins.empty() && is_alike && std::ranges::all_of(summary.files, is_repeatable)) {
    if (auto pass = write_row_files(summary, CorrectionLayout::kOriginal, rows)) return std::move(*pass);
    warn_of_layout(summary, "input-gone", "the input is not there any more as it was read");
  }
  RowPass pass = *write_row_files(summary, CorrectionLayout::kReconciliation, rows);
  if (summary.origins.empty() && !is_alike && pass.has_corrections)
    warn_of_layout(summary, "headers-differ", "the input's files differ in their headers or delimiters");
  return pass;
}

void write_report(const RunSummary& summary, const ReportRows& rows) {
  AtomicFile file(summary.folder / kReportName);
  write_report(file, summary, rows);
  file.commit();
}

void write_summary(const RunSummary& summary) {
  AtomicFile file(summary.folder / kSummaryName);
  file.write(to_json(summary, JsonLayout::kIndented));
  file.write("\n");
  file.commit();
}

UsageError not_written(const RunSummary& summary, const std::string& why) {
  const std::string folder = clean_text(summary.folder.string());
  if (write_again_command(summary).empty())
    return {"results-not-written", "the result files could not be written to " + folder + ": " + why,
            "free space, or name another folder with --out DIR"};
  return {"results-not-written",
          "the result files could not be written to " + folder + ": " + why + "; the ledger holds every outcome",
          "write them elsewhere: " + write_again_command(summary)};
}

// What writes into the folder, where that is still the one that was prepared: empty, or why nothing more was written.
std::string why_not_done(const OutFolder& out, const std::function<void()>& write) {
  std::string why = why_not_in_place(out);
  if (!why.empty()) return why;
  try {
    write();
  } catch (const std::system_error& error) {
    why = errno_text(error.code().value());
  }
  return why;
}

// The files of an earlier life still lie there.
void keep_digests(RunSummary& summary) {
  const std::string before = summary_text_in(summary.folder).value_or("");
  summary.failed_digest = text_member(before, kFailedDigest).value_or("");
  summary.unknown_digest = text_member(before, kUnknownDigest).value_or("");
}

}  // namespace

void write_results(RunSummary& summary, const OutFolder& out, const EachRow& rows) {
  summary.folder = out.path;
  const std::string why = why_not_done(out, [&] {
    RowPass pass = write_row_files(summary, rows);
    pass.count.complete(summary);
    summary.failed_digest = digest_of_file(summary.folder / kFailedName);
    summary.unknown_digest = digest_of_file(summary.folder / kUnknownName);
    write_report(summary, pass.report);
    write_summary(summary);
  });
  if (why.empty()) return;
  const UsageError not_there = not_written(summary, why);
  summary.results_missing = true;
  summary.folder.clear();  // so that no next step leads to files that are not there
  add_up(summary, rows);
  throw not_there;
}

void claim_folder(RunSummary& summary, const OutFolder& out) {
  summary.folder = out.path;
  summary.totals = Totals(summary.input_totals);
  complete_summary(summary);
  const std::string why = why_not_done(out, [&] {
    keep_digests(summary);
    std::filesystem::remove(summary.folder / kReportName);  // of a dry run: it says that nothing was sent
    write_summary(summary);
  });
  if (!why.empty()) throw not_written(summary, why);
}

}  // namespace usage

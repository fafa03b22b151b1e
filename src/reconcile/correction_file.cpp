#include "correction_file.h"

#include <algorithm>

#include "reconciliation_row.h"
#include "usage/intake/own_columns.h"

namespace usage {
namespace {

char delimiter_of(const std::vector<InputFile>& files) {
  if (files.empty()) return ',';
  const char first = files.front().delimiter;
  const bool one =
      std::all_of(files.begin(), files.end(), [&](const InputFile& file) { return file.delimiter == first; });
  return one ? first : ',';
}

bool needs_bom(const std::vector<InputFile>& files) {
  return std::any_of(files.begin(), files.end(), [](const InputFile& file) { return file.had_bom_or_other_encoding; });
}

std::string_view header_of(const std::vector<InputFile>& files) {
  return files.empty() ? std::string_view() : std::string_view(files.front().header);
}

}  // namespace

CorrectionFile::CorrectionFile(const std::filesystem::path& path, CorrectionKind kind, CorrectionLayout layout,
                               const RunSummary& summary)
    : kind_(kind),
      layout_(summary.files.empty() ? CorrectionLayout::kReconciliation : layout),
      summary_(summary),
      input_columns_(header_of(summary.files), delimiter_of(summary.files)),
      own_cells_(summary, input_columns_),
      file_(path),
      csv_(file_, delimiter_of(summary.files)) {
  if (needs_bom(summary.files)) file_.write(kUtf8Bom);
  write_header();
}

void CorrectionFile::write_header() {
  for (std::string_view column :
       {kUsageRowColumn, kOwnStatusColumn, std::string_view("usage_reason"), std::string_view("usage_next_step")})
    csv_.cell(column);
  if (has_decisions()) csv_.cell(kOwnSettleColumn);
  if (layout_ == CorrectionLayout::kOriginal) {
    own_cells_.write_header(csv_);
    csv_.verbatim(input_columns_.keep(summary_.files.front().header));
  } else {
    if (has_decimal_comma(summary_.files)) csv_.cell(kDecimalSignColumn);
    csv_.cell(kAmountWasColumn);
    for (std::string_view column : kReconciliationColumns) csv_.cell(column);
  }
  csv_.end_row();
}

void CorrectionFile::add(const RowRecord& row, std::string_view next_step, std::string_view original) {
  csv_.cell(own_cells_.usage_row(row, original));
  csv_.cell(name_of(row.status)).cell(reason_cell(row.reason)).cell(next_step);
  if (has_decisions()) csv_.cell(own_cells_.decision(row, original));
  if (layout_ == CorrectionLayout::kOriginal) {
    own_cells_.write(csv_, row, original);
    csv_.verbatim(input_columns_.keep(original));
  } else {
    if (has_decimal_comma(summary_.files)) csv_.cell(sign_of_reconciled(row, summary_.files));
    csv_.cell(amount_was(row, summary_));
    write_reconciliation_cells(csv_, row, summary_);
  }
  csv_.end_row();
}

bool CorrectionFile::has_decisions() const {
  return kind_ == CorrectionKind::kUnknown || (layout_ == CorrectionLayout::kOriginal && own_cells_.has_decisions());
}

}  // namespace usage

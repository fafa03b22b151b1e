#include "correction_file.h"

#include <algorithm>

#include "reconciliation_row.h"

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
      has_decimal_sign_(has_decimal_comma(summary.files)),
      input_columns_(header_of(summary.files), delimiter_of(summary.files)),
      file_(path),
      csv_(file_, delimiter_of(summary.files)) {
  if (needs_bom(summary.files)) file_.write(kUtf8Bom);
  write_header();
}

void CorrectionFile::write_header() {
  for (std::string_view column : {kUsageRowColumn, std::string_view("usage_status"), std::string_view("usage_reason"),
                                  std::string_view("usage_next_step")})
    csv_.cell(column);
  if (kind_ == CorrectionKind::kUnknown) csv_.cell("usage_settle");
  if (has_decimal_sign_) csv_.cell(kDecimalSignColumn);
  if (layout_ == CorrectionLayout::kOriginal) {
    csv_.verbatim(input_columns_.keep(summary_.files.front().header));
  } else {
    for (std::string_view column : kReconciliationColumns) csv_.cell(column);
  }
  csv_.end_row();
}

// The original cells are repeated as they stand, so the sign is the one that they were read with.
void CorrectionFile::write_decimal_sign(const RowRecord& row, std::string_view original) {
  if (layout_ == CorrectionLayout::kReconciliation) {
    csv_.cell(sign_of_reconciled(row, summary_.files));
    return;
  }
  const InputFile& file = summary_.files[row.file];
  const bool ours = !file.mapping.usage_row.empty();
  if (const auto own = input_columns_.decimal_sign(original); ours && own) {
    csv_.verbatim(*own);
  } else {
    csv_.cell(file.decimal_sign == DecimalSign::kComma ? "," : ".");
  }
}

void CorrectionFile::add(const RowRecord& row, std::string_view next_step, std::string_view original) {
  csv_.cell(row.usage_row).cell(name_of(row.status)).cell(reason_cell(row.reason)).cell(next_step);
  if (kind_ == CorrectionKind::kUnknown) csv_.cell("");
  if (has_decimal_sign_) write_decimal_sign(row, original);
  if (layout_ == CorrectionLayout::kOriginal) {
    csv_.verbatim(input_columns_.keep(original));
  } else {
    write_reconciliation_cells(csv_, row, summary_);
  }
  csv_.end_row();
}

}  // namespace usage

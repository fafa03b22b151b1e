// failed.csv and unknown.csv: our columns, then the input's own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "input_columns.h"
#include "own_cells.h"
#include "usage/base/csv_writer.h"
#include "usage/base/file.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

enum class CorrectionKind : std::uint8_t {
  kFailed,
  kUnknown,  // with a column usage_settle, for a person to fill in
};

enum class CorrectionLayout : std::uint8_t {
  kOriginal,        // the input's columns and cells, byte for byte; all files have one header and delimiter
  kReconciliation,  // the reconciliation's columns
};

class CorrectionFile {
 public:
  // `summary` outlives the object.
  CorrectionFile(const std::filesystem::path& path, CorrectionKind kind, CorrectionLayout layout,
                 const RunSummary& summary);
  // `original` is the row's record; unused in the layout of the reconciliation.
  void add(const RowRecord& row, std::string_view next_step, std::string_view original);
  void commit() { file_.commit(); }

 private:
  void write_header();
  bool has_decisions() const;  // a column usage_settle
  CorrectionKind kind_;
  CorrectionLayout layout_;
  const RunSummary& summary_;
  InputColumns input_columns_;
  OwnCells own_cells_;
  AtomicFile file_;
  CsvWriter csv_;
};

}  // namespace usage

#include "usage/intake/inspection.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "column_sample.h"
#include "header_names.h"
#include "input_text.h"
#include "role_finding.h"
#include "table_look.h"
#include "total_watch.h"
#include "usage/base/error.h"
#include "usage/csv/cells.h"
#include "usage/csv/record_source.h"

namespace usage {
namespace {

constexpr std::uint64_t kSampleRows = 10'000;
constexpr std::uint64_t kSampleCells = 1'000'000;  // bounds the memory where there are very many columns

class Inspector {
 public:
  Inspector(Inspection& inspection, const TableLook& table)
      : inspection_(inspection), total_(table.header), columns_(table.header.size()) {
    samples_.reserve(columns_);
    for (const std::string& name : table.header) samples_.emplace_back(name);
  }

  void take(std::uint32_t line, std::string_view record) {
    std::vector<std::string> cells;
    for (std::string_view raw : split_cells(record, inspection_.delimiter)) cells.push_back(cell_text(raw));
    const auto is_empty = [](const std::string& cell) { return cell.empty(); };
    if (cells.size() == columns_ && std::ranges::all_of(cells, is_empty)) return;  // RowIntake passes over it, too
    ++inspection_.rows;
    if (cells.size() != columns_) ++inspection_.misshapen_rows;
    if (is_sampled()) sample(line, cells);
    total_.add(line, std::move(cells));
  }

  void finish() {
    for (const ColumnSample& sample : samples_) inspection_.columns.push_back(sample.findings());
    find_roles(inspection_);
    inspection_.total = total_.finding(inspection_);
  }

 private:
  bool is_sampled() const {
    return inspection_.rows <= kSampleRows && inspection_.sampled_rows * columns_ < kSampleCells;
  }

  void sample(std::uint32_t line, const std::vector<std::string>& cells) {
    ++inspection_.sampled_rows;
    if (cells.size() != columns_) return;
    for (std::size_t i = 0; i < columns_; ++i) samples_[i].add(cells[i], line);
  }

  Inspection& inspection_;
  TotalWatch total_;
  std::size_t columns_;
  std::vector<ColumnSample> samples_;
};

void take_rows(RecordSource& source, Inspector& inspector, char delimiter) {
  RecordBlock block;
  while (source.next_block(delimiter, block)) {
    std::string_view text = block.text;
    for (const RowPlace& place : block.places) {
      const std::size_t end = text.find('\n');
      inspector.take(place.line, text.substr(0, end));
      text.remove_prefix(end + 1);
    }
  }
}

Inspection inspect_as(const std::string& file, const InspectionOptions& options, EncodingSource encoding_source) {
  InputText text(file, options.encoding);
  RecordSource source = text.records();
  const TableLook table = look_at_table(source, options);
  Inspection inspection;
  inspection.file = file;
  inspection.encoding_source = encoding_source;
  inspection.delimiter = table.delimiter;
  inspection.header_line = table.header_line;
  inspection.lines_above = table.lines_above;
  inspection.is_own_result = layout_of(table.header) != Layout::kExport;

  Inspector inspector(inspection, table);
  take_rows(source, inspector, table.delimiter);
  inspector.finish();
  inspection.encoding = text.encoding();
  return inspection;
}

// What a text may be in whose bytes the error lies.
std::vector<Encoding> guesses_after(const RefusedError& error) {
  if (error.name() == "input-nul") return {Encoding::kUtf16Le, Encoding::kUtf16Be};
  if (error.name() == "input-encoding") return {Encoding::kWindows1252, Encoding::kIso8859_1};
  return {};
}

std::optional<Inspection> inspect_guessing(const std::string& file, InspectionOptions options, Encoding guess) {
  options.encoding = guess;
  try {
    return inspect_as(file, options, EncodingSource::kGuessed);
  } catch (const RefusedError&) {
    return std::nullopt;
  }
}

}  // namespace

Inspection inspect(const std::string& file, const InspectionOptions& options) {
  try {
    return inspect_as(file, options, options.encoding ? EncodingSource::kGiven : EncodingSource::kFound);
  } catch (const RefusedError& error) {
    if (options.encoding || file == "-") throw;
    for (const Encoding guess : guesses_after(error)) {
      if (auto inspection = inspect_guessing(file, options, guess)) return std::move(*inspection);
    }
    throw;
  }
}

}  // namespace usage

#include "usage/intake/inspection.h"

#include <algorithm>
#include <cstring>
#include <span>

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

constexpr std::size_t kHeadBytes = std::size_t{1} << 20;
constexpr std::uint64_t kSampleRows = 10'000;
constexpr std::uint64_t kSampleCells = 1'000'000;  // bounds the memory where there are very many columns

// A text that was begun to be looked at, from its beginning again.
class WholeText {
 public:
  explicit WholeText(const std::string& file) : text_(file), head_(kHeadBytes, '\0') {
    head_.resize(text_.read(head_));
  }
  std::string_view head() const { return head_; }

  std::size_t read(std::span<char> into) {
    const std::size_t count = std::min(into.size(), head_.size() - served_);
    std::memcpy(into.data(), head_.data() + served_, count);
    served_ += count;
    return count < into.size() ? count + text_.read(into.subspan(count)) : count;
  }

 private:
  InputText text_;
  std::string head_;
  std::size_t served_ = 0;
};

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

void skip_to_rows(RecordSource& source, const TableLook& table) {
  for (std::uint64_t i = 0; i <= table.lines_above; ++i) {
    if (const auto record = source.peek_header(table.delimiter)) source.skip_past(*record);
  }
}

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

}  // namespace

Inspection inspect(const std::string& file, const InspectionOptions& options) {
  Inspection inspection;
  inspection.file = shown_name(file);
  WholeText text(file);
  const TableLook table = look_at_table(inspection.file, text.head(), options);
  inspection.delimiter = table.delimiter;
  inspection.header_line = table.header_line;
  inspection.lines_above = table.lines_above;
  inspection.is_own_result = layout_of(table.header) != Layout::kExport;

  RecordSource source(inspection.file, [&text](std::span<char> into) { return text.read(into); });
  Inspector inspector(inspection, table);
  skip_to_rows(source, table);
  take_rows(source, inspector, table.delimiter);
  inspector.finish();
  return inspection;
}

}  // namespace usage

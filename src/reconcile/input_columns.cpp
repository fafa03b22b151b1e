#include "input_columns.h"

#include <algorithm>
#include <array>

#include "usage/base/text.h"
#include "usage/csv/cells.h"

namespace usage {
namespace {

constexpr std::array<std::string_view, 5> kOurColumns = {"usagerow", "usagestatus", "usagereason", "usagenextstep",
                                                         "usagesettle"};

// Header names are compared without case, spaces, '_' and '-', as the intake does.
bool is_ours(std::string_view raw_header_cell) {
  std::string name = ascii_lower(cell_text(raw_header_cell));
  std::erase_if(name, [](char c) { return std::string_view(" \t_-").find(c) != std::string_view::npos; });
  return std::find(kOurColumns.begin(), kOurColumns.end(), name) != kOurColumns.end();
}

}  // namespace

InputColumns::InputColumns(std::string_view header, char delimiter) : delimiter_(delimiter) {
  const std::vector<std::string_view> cells = split_cells(header, delimiter);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (is_ours(cells[i])) ours_.push_back(i);
  }
}

std::string_view InputColumns::keep(std::string_view record) {
  if (ours_.empty()) return record;
  kept_.clear();
  const std::vector<std::string_view> cells = split_cells(record, delimiter_);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (std::binary_search(ours_.begin(), ours_.end(), i)) continue;
    kept_.append(cells[i]) += delimiter_;
  }
  if (!kept_.empty()) kept_.pop_back();
  return kept_;
}

}  // namespace usage

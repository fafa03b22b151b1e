#include "raw_cells.h"

#include <algorithm>
#include <array>

#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::array<std::string_view, 5> kOwnColumns = {"usagerow", "usagestatus", "usagereason", "usagenextstep",
                                                         "usagesettle"};

}  // namespace

std::vector<std::string_view> split_raw_cells(std::string_view record, char delimiter) {
  std::vector<std::string_view> cells;
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    if (record[i] == '"') quoted = !quoted;
    if (record[i] != delimiter || quoted) continue;
    cells.push_back(record.substr(start, i - start));
    start = i + 1;
  }
  cells.push_back(record.substr(start));
  return cells;
}

bool is_own_column(std::string_view raw_header_cell) {
  std::string name = ascii_lower(raw_header_cell);
  std::erase_if(name, [](char c) { return std::string_view("\" \t_-").find(c) != std::string_view::npos; });
  return std::find(kOwnColumns.begin(), kOwnColumns.end(), name) != kOwnColumns.end();
}

InputColumns::InputColumns(std::string_view header, char delimiter) : delimiter_(delimiter) {
  const std::vector<std::string_view> cells = split_raw_cells(header, delimiter);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (is_own_column(cells[i])) own_.push_back(i);
  }
}

std::string_view InputColumns::keep(std::string_view record) {
  if (own_.empty()) return record;
  kept_.clear();
  bool first = true;
  const std::vector<std::string_view> cells = split_raw_cells(record, delimiter_);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (std::binary_search(own_.begin(), own_.end(), i)) continue;
    if (!first) kept_ += delimiter_;
    first = false;
    kept_ += cells[i];
  }
  return kept_;
}

}  // namespace usage

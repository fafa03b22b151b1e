#include "input_columns.h"

#include <algorithm>
#include <array>

#include "usage/base/text.h"
#include "usage/csv/cells.h"

namespace usage {
namespace {

constexpr std::array<std::string_view, 6> kOurColumns = {"usagerow",      "usagestatus", "usagereason",
                                                         "usagenextstep", "usagesettle", "usagedecimalsign"};

// Header names are compared without case, spaces, '_' and '-', as the intake does.
std::string plain_name(std::string_view raw_header_cell) {
  std::string name = ascii_lower(cell_text(raw_header_cell));
  std::erase_if(name, [](char c) { return std::string_view(" \t_-").find(c) != std::string_view::npos; });
  return name;
}

}  // namespace

InputColumns::InputColumns(std::string_view header, char delimiter) : delimiter_(delimiter) {
  const std::vector<std::string_view> cells = split_cells(header, delimiter);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string name = plain_name(cells[i]);
    if (std::find(kOurColumns.begin(), kOurColumns.end(), name) != kOurColumns.end()) ours_.push_back(i);
    if (cell_text(cells[i]) == "usage_decimal_sign") decimal_sign_ = i;
  }
}

std::optional<std::string_view> InputColumns::decimal_sign(std::string_view record) const {
  if (!decimal_sign_) return std::nullopt;
  const std::vector<std::string_view> cells = split_cells(record, delimiter_);
  if (*decimal_sign_ >= cells.size()) return std::nullopt;
  return cells[*decimal_sign_];
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

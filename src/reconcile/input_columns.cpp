#include "input_columns.h"

#include <algorithm>

#include "usage/csv/cells.h"
#include "usage/intake/own_columns.h"

namespace usage {
InputColumns::InputColumns(std::string_view header, char delimiter) : delimiter_(delimiter) {
  for (const std::string_view cell : split_cells(header, delimiter)) {
    names_.push_back(cell_text(cell));
    own_names_.emplace_back(own_name(names_.back()));
    if (is_own_column(names_.back())) ours_.push_back(names_.size() - 1);
  }
}

std::optional<std::size_t> InputColumns::position(std::string_view name) const {
  if (name.empty()) return std::nullopt;
  for (const auto* names : {&names_, &own_names_}) {
    const auto found = std::ranges::find(*names, name);
    if (found != names->end()) return static_cast<std::size_t>(found - names->begin());
  }
  return std::nullopt;
}

std::vector<std::string> InputColumns::kept_names() const {
  std::vector<std::string> names;
  for (const std::string& name : names_) {
    if (!is_own_column(name)) names.push_back(name);
  }
  return names;
}

std::optional<std::string_view> InputColumns::cell(std::string_view record, std::size_t position) const {
  const std::vector<std::string_view> cells = split_cells(record, delimiter_);
  if (position >= cells.size()) return std::nullopt;
  return cells[position];
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

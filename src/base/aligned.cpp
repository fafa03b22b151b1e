#include "usage/base/aligned.h"

#include <algorithm>

namespace usage {
namespace {

void align_column(std::vector<std::vector<std::string>>& lines, std::size_t column, bool right) {
  std::size_t widest = 0;
  for (const auto& line : lines) widest = std::max(widest, line[column].size());
  for (auto& line : lines) line[column].insert(right ? 0 : line[column].size(), widest - line[column].size(), ' ');
}

}  // namespace

std::string aligned(std::vector<std::vector<std::string>> lines, std::size_t right) {
  for (std::size_t column = 0; !lines.empty() && column < lines.front().size(); ++column)
    align_column(lines, column, column == right);
  std::string text;
  for (const auto& line : lines) {
    std::string joined;
    for (const std::string& cell : line)
      if (!cell.empty()) joined += "  " + cell;
    text += joined.substr(0, joined.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace usage

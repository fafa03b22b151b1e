#include "record_block.h"

#include <algorithm>

#include "usage/base/text.h"

namespace usage {

bool is_blank_record(std::string_view record, char delimiter) {
  return trim_blanks(record).empty() && record.find(delimiter) == std::string_view::npos;
}

void append_record(RecordBlock& block, std::string_view record, const RowPlace& place,
                   std::optional<std::size_t> stray_quote) {
  if (stray_quote) block.stray_quotes.push_back({block.places.size(), *stray_quote});
  block.places.push_back(place);
  const std::size_t begin = block.text.size();
  block.text.append(record);
  if (record.find('\n') != std::string_view::npos || record.find('\r') != std::string_view::npos) {
    block.of_lines.push_back(block.places.size() - 1);
    const auto is_break = [](char c) { return c == '\n' || c == '\r'; };
    std::replace_if(block.text.begin() + static_cast<std::ptrdiff_t>(begin), block.text.end(), is_break,
                    kLineBreakMark);
  }
  block.text += '\n';
}

}  // namespace usage

#include "found_encoding.h"

#include "header_names.h"
#include "usage/base/csv_writer.h"
#include "usage/base/error.h"
#include "usage/csv/cells.h"
#include "usage/csv/csv_reader.h"
#include "usage/csv/decoder.h"

namespace usage {
namespace {

std::string_view first_line(std::string_view text) {
  const std::size_t begin = text.find_first_not_of("\r\n \t");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return text.substr(0, text.find_first_of("\r\n"));
}

bool has_usage_row_column(std::string_view utf8) {
  if (utf8.starts_with(kUtf8Bom)) utf8.remove_prefix(kUtf8Bom.size());
  const std::string_view header = first_line(utf8);
  for (const char delimiter : kDelimiters) {
    for (const std::string_view cell : split_cells(header, delimiter))
      if (same_name(cell_text(cell), kUsageRowColumn)) return true;
  }
  return false;
}

bool is_ours(std::string_view head, Encoding encoding, const std::string& name) {
  std::string text;
  Decoder(name, encoding).decode(head, text);
  return has_usage_row_column(text);
}

}  // namespace

FoundEncoding find_encoding(std::string_view head, std::optional<Encoding> asked, const std::string& name) {
  const auto marked = encoding_of_bom(head);
  if (!asked || marked == asked) return {marked.value_or(Encoding::kUtf8), std::nullopt};
  const bool ours = is_ours(head, marked.value_or(Encoding::kUtf8), name);
  if (!marked) return ours ? FoundEncoding{Encoding::kUtf8, asked} : FoundEncoding{*asked, std::nullopt};
  if (ours) return {*marked, std::nullopt};
  const std::string found(name_of(*marked));
  throw RefusedError(
      "input-encoding",
      name + ": begins with the byte order mark of " + found + ", and --encoding is " + std::string(name_of(*asked)),
      "check that this is the right file; if it is, --encoding " + found);
}

}  // namespace usage

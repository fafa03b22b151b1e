#include "usage/cli/own_csv.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "usage/base/error.h"
#include "usage/base/file.h"
#include "usage/base/text.h"
#include "usage/csv/csv_reader.h"
#include "usage/csv/dialect.h"

namespace usage {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why, const std::string& remedy) {
  throw RefusedError("result-file", clean_text(file.string()) + why, remedy);
}

ReadBytes reader_of(const FileDescriptor& fd, const std::filesystem::path& file) {
  return [&fd, file](std::span<char> into) {
    const auto got = read_full(fd, into);
    if (!got) refuse(file, " cannot be read: " + errno_text(errno), "check the file and its disk");
    return *got;
  };
}

using Header = std::vector<std::string>;

bool has_all(const Header& header, std::span<const std::string_view> columns) {
  return std::ranges::all_of(columns, [&](std::string_view name) { return std::ranges::count(header, name) == 1; });
}

std::optional<std::size_t> place_of(const Header& header, std::string_view name) {
  const auto found = std::ranges::find(header, name);
  return found == header.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - header.begin()));
}

ColumnChoice choice_of(const HeaderRecord& header, std::span<const std::string_view> columns, std::size_t needed,
                       const std::filesystem::path& file) {
  ColumnChoice choice{{}, header.cells.size()};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    choice.columns.push_back(place_of(header.cells, columns[i]));
    const auto count = std::ranges::count(header.cells, columns[i]);
    if (count == 1 || (count == 0 && i >= needed)) continue;
    refuse(file,
           ":" + std::to_string(header.line) + ": the column " + std::string(columns[i]) +
               (count == 0 ? " is missing" : " stands there twice"),
           "give a file as the program wrote it, with its header; only cells are to be filled in");
  }
  return choice;
}

void check_shape(const CsvRow& row, std::size_t in_header, const std::filesystem::path& file) {
  const std::string where = ":" + std::to_string(row.place.line);
  if (row.columns != in_header || row.stray_quote)
    refuse(file,
           where + ": the row has " + count_of(row.columns, "column", "columns") + ", the header " +
               std::to_string(in_header) + (row.stray_quote ? "; quotes stand where none belong" : ""),
           "give the file as the program wrote it, or mend this row");
}

}  // namespace

void read_own_csv(const std::filesystem::path& file, std::span<const std::string_view> columns, std::size_t optional,
                  const OwnRowSink& sink) {
  const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) refuse(file, " cannot be opened: " + errno_text(errno), "check the name and the permissions");
  RecordSource source(clean_text(file.string()), reader_of(fd, file), BufferSizes(), OffsetsIn::kFile,
                      EncodingOption::kNone);
  const std::size_t needed = columns.size() - optional;
  const Dialect dialect =
      read_header(source, std::nullopt, [&](const Header& cells) { return has_all(cells, columns.first(needed)); });
  const ColumnChoice choice = choice_of(dialect.header, columns, needed, file);
  RecordBlock block;
  while (source.next_block(dialect.delimiter, block))
    read_rows(block, choice, dialect.delimiter, [&](const CsvRow& row) {
      check_shape(row, choice.in_header, file);
      sink({row.place.line, std::span(row.cells).first(columns.size()), row.record, dialect.delimiter});
    });
}

}  // namespace usage

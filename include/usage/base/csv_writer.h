// CSV as RFC 4180 has it, with the delimiter of the input.
#pragma once

#include <string>
#include <string_view>

#include "usage/base/file.h"

namespace usage {

inline constexpr std::string_view kUtf8Bom = "\xEF\xBB\xBF";

// Appends rows to an AtomicFile: cells are quoted where they hold the delimiter, a quote, CR or LF, or blanks at an
// end; rows end with LF. A row goes to the file when it ends. Does not look for formulas: see clean_cell.
class CsvWriter {
 public:
  CsvWriter(AtomicFile& file, char delimiter) : file_(file), delimiter_(delimiter) {}
  CsvWriter& cell(std::string_view text);
  // Cells that are already CSV (as they stood in the input, without the line's end): written as they are.
  CsvWriter& verbatim(std::string_view cells);
  void end_row();

 private:
  void separate();
  AtomicFile& file_;
  char delimiter_;
  bool at_row_start_ = true;
  std::string row_;
};

}  // namespace usage

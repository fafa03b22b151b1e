// How a record falls into cells. One grammar for everything that reads CSV here: it is RFC 4180, with what exports
// really contain read as most programs read it, and refused where programs differ:
//   - a cell whose first byte is a quote runs to its closing quote, "" is a quote in it, and only blanks may follow;
//   - any other cell runs to the delimiter or the line's end, and quotes in its middle are text (5" pipe);
//   - quotes after leading blanks, or text after the closing quote, are stray: the row is a problem where every reading
//     ends the cell at the same place, and damage to the whole file where readings differ, for then they differ in
//     rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usage {

enum class CellForm : std::uint8_t {
  kPlain,
  kQuoted,
  kStray,     // quotes where none belong; the cell's end is certain
  kDoubtful,  // quotes where none belong; the cell's end depends on who reads
  kUnclosed,  // the text ends between the quotes
};

struct CellScan {
  std::size_t end = 0;  // index of the delimiter, CR or LF behind the cell, or the text's size
  CellForm form = CellForm::kPlain;
};

// The cell that begins at `begin`. A cell that reaches the end of the text may go on in text not yet seen.
CellScan scan_cell(std::string_view text, std::size_t begin, char delimiter);

// The cells of one whole record, as they stand there, quotes and all. At least one.
std::vector<std::string_view> split_cells(std::string_view record, char delimiter);

// What a raw cell says: without surrounding blanks and quotes.
std::string cell_text(std::string_view raw);

}  // namespace usage

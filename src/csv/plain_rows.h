// The fast lane of finding rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "usage/csv/row_chunk.h"

namespace usage {

// How much must be readable behind a text, and writable behind the rows cut out of it.
inline constexpr std::size_t kRoomBehind = 64;

// Goes through plain rows, and stops in front of the first that may be none.
class PlainRows {
 public:
  PlainRows(const RowForm& form, std::string_view text, std::uint64_t text_offset);

  // Takes rows from `begin` on as long as they are plain and begin before `stop`; the begin of the first not taken.
  // Appends the cut columns to `cut` from cut_size on, which has room for the text.
  std::size_t take(std::size_t begin, std::size_t stop, char* cut, std::size_t& cut_size, std::vector<RowPlace>& places,
                   std::uint32_t& line);

 private:
  bool quote_is_plain(std::size_t at);
  bool ends_plainly(std::size_t begin, std::size_t end);
  char* cut_columns(std::size_t begin, std::size_t end, char* cut) const;

  const RowForm& form_;
  std::string_view text_;
  std::uint64_t text_offset_;
  // Of the present row.
  std::vector<std::size_t> ends_;  // of its cells so far
  std::size_t cells_ = 0;          // delimiters so far
  std::size_t cell_begin_ = 0;
  bool in_quotes_ = false;
  // Behind the last block of bytes that had such.
  std::size_t high_until_ = 0;
  std::size_t nul_until_ = 0;
};

}  // namespace usage

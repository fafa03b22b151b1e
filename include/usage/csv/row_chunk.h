// The rows of a part of a text, found without its beginning having been read: what several threads do at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "usage/csv/record_source.h"
#include "usage/model/usage_row.h"

namespace usage {

// Fills `into` with the text from an offset on; fewer bytes only at the text's end.
using ReadAt = std::function<std::size_t(std::uint64_t offset, std::span<char> into)>;

// The columns that are cut out of plain rows for the parser: each once, in any order, at most kMaxCutColumns.
inline constexpr std::size_t kMaxCutColumns = 5;
struct RowForm {
  char delimiter = ',';
  std::size_t in_header = 0;
  std::vector<std::size_t> cut;  // empty: every row is handed out whole
};

// A row that is not plain: as a RecordSource has it.
struct WholeRow {
  RowPlace place;
  std::optional<std::size_t> stray_quote;
};

// Rows are plain where their shape is beyond doubt at first sight: as many cells as the header, each without quotes or
// whole between two, one physical line. Lines count from 0 at the chunk's begin.
class RowChunk {
 public:
  enum class State : std::uint8_t { kRead, kDamaged };  // kDamaged: a RecordSource from begin() on tells the damage

  // The text from `from` to `to` belongs to the chunk, and all records that begin there.
  void load(const ReadAt& read, std::uint64_t from, std::uint64_t to, std::uint64_t text_size);
  // Where the first record would begin if no quoted line break stood here; nothing where that cannot be told.
  std::optional<std::uint64_t> guess_begin() const;
  void find_rows(std::uint64_t begin, const ReadAt& read, const RowForm& form);

  State state() const { return state_; }
  std::uint64_t to() const { return to_; }
  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }                               // behind the last record
  std::uint32_t lines() const { return line_; }                            // between them
  std::string_view bytes() const;                                          // of the text that belongs to the chunk
  std::span<char> cut_rows() { return std::span(cut_).first(cut_size_); }  // the columns of RowForm; NUL ends a row
  const std::vector<RowPlace>& cut_places() const { return cut_places_; }  // beside them
  const std::vector<WholeRow>& whole_rows() const { return whole_rows_; }
  // Such rows of this chunk, for the parser; lines count from `first_line`.
  RecordBlock block_of(const std::vector<WholeRow>& rows, std::uint32_t first_line) const;

 private:
  bool take_whole_row(const ReadAt& read, char delimiter);
  void extend(const ReadAt& read);
  void end_text();
  std::string_view text() const { return std::string_view(buffer_).substr(0, text_size_); }
  std::string_view record_of(const RowPlace& place) const;

  std::string buffer_;  // what is read, and room behind it
  std::size_t text_size_ = 0;
  std::uint64_t buffer_offset_ = 0;
  std::uint64_t from_ = 0;
  std::uint64_t to_ = 0;
  std::uint64_t total_ = 0;

  State state_ = State::kRead;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint32_t line_ = 0;
  std::string cut_;
  std::size_t cut_size_ = 0;
  std::vector<RowPlace> cut_places_;
  std::vector<WholeRow> whole_rows_;
};

}  // namespace usage

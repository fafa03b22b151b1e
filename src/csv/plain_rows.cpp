#include "plain_rows.h"

#include <cstring>

#include "byte_marks.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kCopied = 16;  // bytes at a time; some behind the cell, which the next one overwrites

char* copy_cell(char* to, const char* from, std::size_t size) {
  for (std::size_t i = 0; i < size; i += kCopied) std::memcpy(to + i, from + i, kCopied);
  return to + size;
}

}  // namespace

PlainRows::PlainRows(const RowForm& form, std::string_view text, std::uint64_t text_offset)
    : form_(form), text_(text), text_offset_(text_offset), ends_(form.in_header + 1) {}

std::size_t PlainRows::take(std::size_t begin, std::size_t stop, char* cut, std::size_t& cut_size,
                            std::vector<RowPlace>& places, std::uint32_t& line) {
  cells_ = 0;
  cell_begin_ = begin;
  in_quotes_ = false;
  for (std::size_t block = begin; block < text_.size(); block += kMarkedBytes) {
    const ByteMarks marks = marks_of(text_.data() + block, form_.delimiter);
    if (marks.high != 0) high_until_ = block + kMarkedBytes;
    if (marks.nul != 0) nul_until_ = block + kMarkedBytes;
    for (std::uint64_t left = marks.structure; left != 0; left &= left - 1) {
      const std::size_t at = block + static_cast<std::size_t>(__builtin_ctzll(left));
      if (at >= text_.size()) return begin;
      const char mark = text_[at];
      if (mark == form_.delimiter) {
        if (in_quotes_) continue;
        if (cells_ == form_.in_header) return begin;
        ends_[cells_++] = at;
        cell_begin_ = at + 1;
      } else if (mark == '"') {
        if (!quote_is_plain(at)) return begin;
      } else if (mark == '\r') {
        if (in_quotes_ || at + 1 >= text_.size() || text_[at + 1] != '\n') return begin;
      } else {
        const std::size_t end = at > begin && text_[at - 1] == '\r' ? at - 1 : at;
        if (!ends_plainly(begin, end)) return begin;
        places.push_back({text_offset_ + begin, static_cast<std::uint32_t>(end - begin), line++});
        cut_size = static_cast<std::size_t>(cut_columns(begin, end, cut + cut_size) - cut);
        begin = at + 1;
        if (begin >= stop) return begin;
        cells_ = 0;
        cell_begin_ = begin;
      }
    }
  }
  return begin;
}

// It opens a cell, or closes it: a delimiter or the line's end comes next.
bool PlainRows::quote_is_plain(std::size_t at) {
  if (!in_quotes_) {
    in_quotes_ = at == cell_begin_;
    return in_quotes_;
  }
  in_quotes_ = false;
  const char next = at + 1 < text_.size() ? text_[at + 1] : '\0';
  return next == form_.delimiter || next == '\n' || next == '\r';
}

// A row of one column may be a blank line.
bool PlainRows::ends_plainly(std::size_t begin, std::size_t end) {
  if (in_quotes_ || cells_ + 1 != form_.in_header || form_.in_header == 1) return false;
  if (end - begin > kMaxRecordBytes) return false;
  const std::string_view row = text_.substr(begin, end - begin);
  if (begin < nul_until_ && row.find('\0') != std::string_view::npos) return false;
  return begin >= high_until_ || is_valid_utf8(row);
}

char* PlainRows::cut_columns(std::size_t begin, std::size_t end, char* cut) const {
  for (const std::size_t column : form_.cut) {
    const std::size_t from = column == 0 ? begin : ends_[column - 1] + 1;
    const std::size_t to = column == cells_ ? end : ends_[column];
    cut = copy_cell(cut, text_.data() + from, to - from);
    *cut++ = form_.delimiter;
  }
  cut[-1] = '\0';
  return cut;
}

}  // namespace usage

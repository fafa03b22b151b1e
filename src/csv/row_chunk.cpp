#include "usage/csv/row_chunk.h"

#include <algorithm>
#include <utility>

#include "plain_rows.h"
#include "record_block.h"
#include "record_scan.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kReadBehind = std::size_t{1} << 12;  // most records that begin in a chunk end so far behind it

}  // namespace

void RowChunk::load(const ReadAt& read, std::uint64_t from, std::uint64_t to, std::uint64_t text_size) {
  from_ = from;
  to_ = std::min(to, text_size);
  total_ = text_size;
  buffer_offset_ = from == 0 ? 0 : from - 1;  // with the line's end before it
  text_size_ = 0;
  const auto wanted = static_cast<std::size_t>(std::min(to_ + kReadBehind, total_) - buffer_offset_);
  if (buffer_.size() < wanted + kRoomBehind) buffer_.resize(wanted + kRoomBehind);
  text_size_ = read(buffer_offset_, std::span(buffer_).first(wanted));
  if (text_size_ < wanted) end_text();
}

std::optional<std::uint64_t> RowChunk::guess_begin() const {
  if (from_ == 0) return 0;
  const std::string_view own = text().substr(0, static_cast<std::size_t>(to_ - buffer_offset_));
  const std::size_t feed = own.find('\n');
  if (feed == std::string_view::npos) return std::nullopt;
  return buffer_offset_ + feed + 1;
}

std::string_view RowChunk::bytes() const {
  if (to_ <= from_) return {};  // the text is shorter than it was
  const auto size = static_cast<std::size_t>(to_ - from_);
  return text().substr(static_cast<std::size_t>(from_ - buffer_offset_), size);
}

void RowChunk::find_rows(std::uint64_t begin, const ReadAt& read, const RowForm& form) {
  state_ = State::kRead;
  begin_ = begin;
  end_ = begin;
  line_ = 0;
  cut_size_ = 0;
  cut_places_.clear();
  whole_rows_.clear();
  while (state_ == State::kRead && end_ < to_) {
    if (!form.cut.empty()) {
      if (cut_.size() < text_size_ + kRoomBehind) cut_.resize(text_size_ + kRoomBehind);
      PlainRows plain(form, text(), buffer_offset_);
      end_ = buffer_offset_ + plain.take(static_cast<std::size_t>(end_ - buffer_offset_),
                                         static_cast<std::size_t>(to_ - buffer_offset_), cut_.data(), cut_size_,
                                         cut_places_, line_);
      if (end_ >= to_) break;
    }
    if (!take_whole_row(read, form.delimiter)) state_ = State::kDamaged;
  }
}

// The record at end_, by the exact scanner; false where it, or the text, is damaged.
bool RowChunk::take_whole_row(const ReadAt& read, char delimiter) {
  for (;;) {
    const std::string_view rest = text().substr(static_cast<std::size_t>(end_ - buffer_offset_));
    const bool final = buffer_offset_ + text_size_ >= total_;
    const RecordScan found = scan_record(rest, final ? TextEnd::kFinal : TextEnd::kMoreMayCome, delimiter);
    if (found.state == RecordState::kNeedsMore) {
      if (rest.size() > kMaxRecordBytes) return false;
      extend(read);
      continue;
    }
    const std::string_view record = rest.substr(0, found.length);
    if (found.state != RecordState::kWhole || record.size() > kMaxRecordBytes) return false;
    if (record.find('\0') != std::string_view::npos || !is_valid_utf8(record)) return false;
    const RowPlace place{end_, static_cast<std::uint32_t>(record.size()), line_};
    if (!is_blank_record(record, delimiter)) whole_rows_.push_back({place, found.stray_quote});
    const std::string_view with_end = rest.substr(0, found.advance);
    line_ += static_cast<std::uint32_t>(std::count(with_end.begin(), with_end.end(), '\n'));
    end_ += found.advance;
    return true;
  }
}

// Twice as much from end_ on, so that scanning a long record again stays cheap.
void RowChunk::extend(const ReadAt& read) {
  const std::uint64_t there = buffer_offset_ + text_size_;
  const std::uint64_t wanted = std::max<std::uint64_t>(there - end_, kReadBehind);
  const auto more = static_cast<std::size_t>(std::min(wanted, total_ - there));
  buffer_.resize(std::max(buffer_.size(), text_size_ + more + kRoomBehind));
  const std::size_t got = read(there, std::span(buffer_).subspan(text_size_, more));
  text_size_ += got;
  if (got < more) end_text();
}

// The text is shorter than it was.
void RowChunk::end_text() {
  total_ = buffer_offset_ + text_size_;
  to_ = std::min(to_, total_);
}

std::string_view RowChunk::record_of(const RowPlace& place) const {
  return text().substr(static_cast<std::size_t>(place.offset - buffer_offset_), place.length);
}

RecordBlock RowChunk::block_of(const std::vector<WholeRow>& rows, std::uint32_t first_line) const {
  RecordBlock block;
  for (const WholeRow& row : rows) {
    RowPlace place = row.place;
    place.line += first_line;
    append_record(block, record_of(row.place), place, row.stray_quote);
  }
  return block;
}

}  // namespace usage

#include "usage/csv/record_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "record_block.h"
#include "record_scan.h"
#include "usage/base/csv_writer.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"
#include "usage/csv/decoder.h"

namespace usage {
namespace {

constexpr std::ptrdiff_t kMaxColumns = 100'000;
constexpr std::size_t kMaxPeekedBytes = std::size_t{1} << 20;

constexpr std::string_view kSaveAsUtf8 = "save it as UTF-8 CSV (in Excel: \"CSV UTF-8\") and give that file";
constexpr std::string_view kSayEncoding =
    "if it is Windows-1252, as many exports are, give --encoding windows-1252; else ";

bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    if ((word & kHighBits) != 0) return false;
    text.remove_prefix(sizeof word);
  }
  return std::all_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) == 0; });
}

// The index of the first byte that no valid sequence holds.
std::size_t first_invalid_utf8(std::string_view text) {
  constexpr std::size_t kLongest = 4;
  std::size_t at = 0;
  for (std::size_t bytes = 1; bytes <= kLongest && at + bytes <= text.size();) {
    const bool valid = is_valid_utf8(text.substr(at, bytes));
    at += valid ? bytes : 0;
    bytes = valid ? 1 : bytes + 1;
  }
  return at;
}

std::uint32_t line_feeds(std::string_view text) {
  return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

// How much of the text had to be seen to tell that.
std::size_t seen(const RecordScan& found, std::size_t text_size) {
  if (found.state == RecordState::kWhole) return found.advance;
  const bool everything = found.state == RecordState::kNeedsMore || found.state == RecordState::kUnclosedQuote;
  return everything ? text_size : found.fault;
}

}  // namespace

struct RecordSource::Record {
  std::string_view text;
  std::size_t advance = 0;
  std::optional<std::size_t> stray_quote;
};

HeaderRecord RecordSource::header_of(const Record& record, char delimiter, std::uint32_t line, std::uint64_t end) {
  HeaderRecord header{std::string(record.text), {}, line, record.stray_quote, end};
  for (std::string_view cell : split_cells(record.text, delimiter)) header.cells.push_back(cell_text(cell));
  return header;
}

RecordSource::RecordSource(std::string name, ReadBytes read, BufferSizes sizes, OffsetsIn offsets,
                           EncodingOption option)
    : name_(std::move(name)), read_(std::move(read)), sizes_(sizes), offsets_in_(offsets), encoding_option_(option) {}

RecordSource::RecordSource(std::string name, ReadBytes read, RecordPlace begin, OffsetsIn offsets)
    : name_(std::move(name)),
      read_(std::move(read)),
      offsets_in_(offsets),
      started_(true),
      offset_(begin.offset),
      line_(begin.line) {}

bool RecordSource::had_bom() {
  skip_bom();
  return had_bom_;
}

std::optional<HeaderRecord> RecordSource::peek_header(char delimiter) {
  skip_blank_lines();
  const auto record = scan(delimiter);
  if (!record || trim_blanks(record->text).empty()) return std::nullopt;
  if (std::count(record->text.begin(), record->text.end(), delimiter) >= kMaxColumns) {
    refuse("input-columns", 0, "the header has more than 100000 columns", "check that this is the right file");
  }
  return header_of(*record, delimiter, line_, offset_ + record->advance);
}

std::vector<HeaderRecord> RecordSource::peek_records(char delimiter, std::size_t at_most) {
  skip_blank_lines();
  std::vector<HeaderRecord> records;
  std::uint32_t line = line_;
  for (std::size_t from = 0; records.size() < at_most && from < kMaxPeekedBytes;) {
    const auto record = look_ahead(from, delimiter);
    if (!record || std::count(record->text.begin(), record->text.end(), delimiter) >= kMaxColumns) break;
    const std::size_t end = from + record->advance;
    if (!is_blank_record(record->text, delimiter))
      records.push_back(header_of(*record, delimiter, line, offset_ + end));
    line += line_feeds(window().substr(from, record->advance));
    from = end;
  }
  return records;
}

void RecordSource::skip_past(const HeaderRecord& record) {
  consume(static_cast<std::size_t>(record.end - offset_));
}

bool RecordSource::skip_to_line(std::uint32_t line) {
  skip_bom();
  while (line_ < line) {
    const std::size_t feed = window().find('\n');
    const std::size_t passed = feed == std::string_view::npos ? window().size() : feed + 1;
    refuse_nul(window().substr(0, passed));
    if (feed == std::string_view::npos && ended_) return false;
    consume(passed);
    if (window().empty() && !ended_) fill();
  }
  return !window().empty();
}

bool RecordSource::next_block(char delimiter, RecordBlock& block) {
  block.text.clear();
  block.places.clear();
  block.stray_quotes.clear();
  block.of_lines.clear();
  skip_bom();
  while (block.text.size() < sizes_.block) {
    const auto record = scan_before_damage(delimiter, block);
    if (!record) break;
    const RowPlace place{offset_, static_cast<std::uint32_t>(record->text.size()), line_};
    if (!is_blank_record(record->text, delimiter)) append_record(block, record->text, place, record->stray_quote);
    consume(record->advance);
  }
  return !block.places.empty();
}

std::optional<RecordSource::Record> RecordSource::scan_before_damage(char delimiter, const RecordBlock& block) {
  try {
    return scan(delimiter);
  } catch (const RefusedError&) {  // the next call meets it again
    if (block.places.empty()) throw;
    return std::nullopt;
  }
}

// One more read behind what is there; reads grow with a long record, so that scanning it again stays cheap.
void RecordSource::fill() {
  buffer_.erase(0, std::exchange(begin_, 0));
  const std::size_t old = buffer_.size();
  const std::size_t wanted = std::max(sizes_.read, old);
  buffer_.resize(old + wanted);
  const std::size_t got = read_(std::span(buffer_).subspan(old));
  buffer_.resize(old + got);
  ended_ = got < wanted;
}

void RecordSource::skip_bom() {
  if (std::exchange(started_, true)) return;
  fill();
  refuse_utf16_bom();
  refuse_nul(window());
  had_bom_ = window().starts_with(kUtf8Bom);
  if (had_bom_) consume(kUtf8Bom.size());
}

void RecordSource::skip_blank_lines() {
  skip_bom();
  for (;;) {
    if (window().empty() && !ended_) fill();
    const std::size_t feed = window().find('\n');
    if (feed == std::string_view::npos) return;
    std::string_view line = window().substr(0, feed);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!trim_blanks(line).empty()) return;
    consume(feed + 1);
  }
}

// The whole record that begins so far behind the window's begin; nothing at the end, and where it is damaged.
std::optional<RecordSource::Record> RecordSource::look_ahead(std::size_t from, char delimiter) {
  for (;; fill()) {
    const std::string_view text = window().substr(from);
    if (text.empty() && ended_) return std::nullopt;
    if (text.empty()) continue;
    const RecordScan found = scan_record(text, ended_ ? TextEnd::kFinal : TextEnd::kMoreMayCome, delimiter);
    if (found.state == RecordState::kNeedsMore && text.size() <= kMaxRecordBytes) continue;
    const std::string_view record = text.substr(0, found.length);
    if (found.state != RecordState::kWhole || !is_valid_utf8(record)) return std::nullopt;
    if (text.substr(0, found.advance).find('\0') != std::string_view::npos) return std::nullopt;
    return Record{record, found.advance, found.stray_quote};
  }
}

// The record at the window's begin, with as much read as that takes; nothing at the end of the input.
std::optional<RecordSource::Record> RecordSource::scan(char delimiter) {
  for (;; fill()) {
    if (window().empty() && ended_) return std::nullopt;
    if (window().empty()) continue;
    const RecordScan found = scan_record(window(), ended_ ? TextEnd::kFinal : TextEnd::kMoreMayCome, delimiter);
    refuse_nul(window().substr(0, seen(found, window().size())));
    refuse_damage(found);
    if (found.state == RecordState::kNeedsMore) continue;
    const std::string_view text = window().substr(0, found.length);
    if (!is_ascii(text)) refuse_invalid_utf8(text);
    return Record{text, found.advance, found.stray_quote};
  }
}

void RecordSource::consume(std::size_t bytes) {
  line_ += line_feeds(window().substr(0, bytes));
  offset_ += bytes;
  begin_ += bytes;
}

void RecordSource::refuse_damage(const RecordScan& found) const {
  const std::size_t so_far = found.state == RecordState::kNeedsMore ? window().size() : found.length;
  if (found.state == RecordState::kUnclosedQuote) {
    refuse("input-quote", found.fault, "the quote that opens here is never closed",
           "close it, or write \"\" for a quote that is part of the text");
  }
  if (found.state == RecordState::kDoubtfulQuote) {
    refuse("input-quote", found.fault, "quotes stand in a cell so that programs differ in where it ends",
           "quote the whole cell and write \"\" for each quote that is part of the text");
  }
  if (found.state == RecordState::kLoneReturn) {
    refuse("input-line-end", found.fault, "a carriage return without line feed, a line's end to some programs only",
           "save the file with LF or CRLF line ends");
  }
  if (so_far > kMaxRecordBytes) {
    refuse("input-line-length", found.fault, "the row here is longer than 16 MiB",
           "look for a quote that is never closed, and check that this is the right file");
  }
}

void RecordSource::refuse_utf16_bom() const {
  const bool utf16 = window().starts_with("\xFF\xFE") || window().starts_with("\xFE\xFF");
  if (utf16) refuse("input-encoding", 0, "the file is UTF-16", std::string(kSaveAsUtf8));
}

// A text that begins where the window does.
void RecordSource::refuse_nul(std::string_view text) const {
  const std::size_t at = text.find('\0');
  if (at == std::string_view::npos) return;
  const auto shown = utf16_shown_by_nuls(text, offset_);
  if (shown && encoding_option_ == EncodingOption::kThere) {
    const std::string name(name_of(*shown));
    refuse("input-nul", at, "a NUL byte stands here: the file seems to be " + name, "--encoding " + name);
  }
  refuse("input-nul", at, "a NUL byte stands here (the file may be UTF-16, or no text)", std::string(kSaveAsUtf8));
}

void RecordSource::refuse_invalid_utf8(std::string_view text) const {
  if (is_valid_utf8(text)) return;
  const std::string_view also = encoding_option_ == EncodingOption::kThere ? kSayEncoding : "";
  refuse("input-encoding", first_invalid_utf8(text), "not valid UTF-8", std::string(also).append(kSaveAsUtf8));
}

// `at` counts from the window's begin.
void RecordSource::refuse(const std::string& error, std::size_t at, const std::string& what,
                          const std::string& remedy) const {
  const std::uint64_t line = line_ + line_feeds(window().substr(0, at));
  const std::string text = offsets_in_ == OffsetsIn::kUtf8Text ? " of the text as UTF-8)" : ")";
  throw RefusedError(error,
                     name_ + ":" + std::to_string(line) + ": " + what + " (byte " + std::to_string(offset_ + at) + text,
                     remedy);
}

}  // namespace usage

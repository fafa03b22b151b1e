// The byte source in front of the CSV parser: from bytes that may come in any shape to whole records, one a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

// Fills `into`; fewer bytes mean the end of the input, and an error is thrown, never a short count.
using ReadBytes = std::function<std::size_t(std::span<char> into)>;

// What a line break between quotes becomes, byte for byte, so that a record is one line to the parser.
inline constexpr char kLineBreakMark = '\v';

inline constexpr std::size_t kMaxRecordBytes = (std::size_t{1} << 24) - 1;  // the parser's limit on a line

// How much is read and handed out at a time. Small ones are for tests, but a read must hold a BOM.
struct BufferSizes {
  std::size_t read = std::size_t{1} << 20;
  std::size_t block = std::size_t{1} << 20;
};

// What the offsets in messages count: bytes of the file as given, or of its text turned into UTF-8.
enum class OffsetsIn : std::uint8_t { kFile, kUtf8Text };

// Whether an option says in which encoding the text is: only then a remedy may name it.
enum class EncodingOption : std::uint8_t { kThere, kNone };

// Some whole records in a row: what is parsed at a time.
struct RecordBlock {
  struct StrayQuote {
    std::size_t record = 0;  // index into places
    std::size_t column = 0;
  };
  std::string text;              // each record on a line of its own, ended by LF
  std::vector<RowPlace> places;  // of each record, in the same order
  std::vector<StrayQuote> stray_quotes;
  std::vector<std::size_t> of_lines = {};  // records that hold line breaks; likewise indexes, in order
};

struct RecordScan;

struct HeaderRecord {
  std::string bytes;               // as they stand in the file, without BOM and line's end
  std::vector<std::string> cells;  // what each says
  std::uint32_t line = 0;
  std::optional<std::size_t> stray_quote;  // column
  std::uint64_t end = 0;                   // offset behind the record and its line's end
};

// Where a RecordSource begins that does not read the text from its beginning on: at a record.
struct RecordPlace {
  std::uint64_t offset = 0;
  std::uint32_t line = 1;
};

// Damage to the text as a whole throws RefusedError with the file's name, line and offset: a read error, NUL, another
// encoding than UTF-8, a quote never closed or placed so that programs differ in what the rows are, a lone CR, a record
// of more than kMaxRecordBytes. Memory is bounded by that size. Lines are counted by their LF, as editors and `sed -n`
// do.
class RecordSource {
 public:
  // The name is for messages.
  RecordSource(std::string name, ReadBytes read, BufferSizes sizes = BufferSizes(),
               OffsetsIn offsets = OffsetsIn::kFile, EncodingOption option = EncodingOption::kThere);
  // `read` gives the text from that place on.
  RecordSource(std::string name, ReadBytes read, RecordPlace begin, OffsetsIn offsets);

  bool had_bom();
  // The first record that is not blank, as this delimiter has it; reads no further than needed and consumes nothing.
  // Nothing where the file has only blank lines.
  std::optional<HeaderRecord> peek_header(char delimiter);
  // The records that follow, without blank lines, for who looks for the header: at most so many, and no further than
  // about a megabyte. Ends before any damage; consumes nothing.
  std::vector<HeaderRecord> peek_records(char delimiter, std::size_t at_most);
  // Goes past that record, which lies ahead; the next one is the first row.
  void skip_past(const HeaderRecord& record);
  // Goes to the begin of the physical line, whatever stands above it; false where the input has fewer lines.
  bool skip_to_line(std::uint32_t line);
  // A block of the records that follow, without blank lines; false where there are no more. Records before damage are
  // handed out, then it throws.
  bool next_block(char delimiter, RecordBlock& block);

  std::uint64_t offset() const { return offset_; }  // of the next record, in bytes from the start, BOM included
  std::uint32_t line() const { return line_; }      // likewise
  const std::string& name() const { return name_; }

 private:
  struct Record;
  std::string_view window() const { return std::string_view(buffer_).substr(begin_); }
  void fill();
  void skip_bom();
  void skip_blank_lines();
  std::optional<Record> look_ahead(std::size_t from, char delimiter);
  std::optional<Record> scan(char delimiter);
  static HeaderRecord header_of(const Record& record, char delimiter, std::uint32_t line, std::uint64_t end);
  std::optional<Record> scan_before_damage(char delimiter, const RecordBlock& block);
  void consume(std::size_t bytes);
  void refuse_damage(const RecordScan& found) const;
  void refuse_utf16_bom() const;
  void refuse_nul(std::string_view text) const;
  void refuse_invalid_utf8(std::string_view text) const;
  [[noreturn]] void refuse(const std::string& error, std::size_t at, const std::string& what,
                           const std::string& remedy) const;

  std::string name_;
  ReadBytes read_;
  BufferSizes sizes_;
  OffsetsIn offsets_in_;
  EncodingOption encoding_option_ = EncodingOption::kThere;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what is not consumed
  bool ended_ = false;
  bool started_ = false;
  bool had_bom_ = false;
  std::uint64_t offset_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace usage

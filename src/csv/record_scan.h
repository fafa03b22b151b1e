// Where a record ends: the step that joins quoted line breaks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace usage {

enum class RecordState : std::uint8_t {
  kWhole,
  kNeedsMore,      // cannot be told from this much text
  kUnclosedQuote,  // `fault` is the opening quote
  kDoubtfulQuote,  // `fault` is the cell (see CellForm)
  kLoneReturn,     // a CR without LF outside quotes: a line's end to some readers, text to others
};

struct RecordScan {
  RecordState state = RecordState::kWhole;
  std::size_t length = 0;                  // of the record, without its line's end
  std::size_t advance = 0;                 // with it
  std::size_t fault = 0;                   // where the trouble lies
  std::optional<std::size_t> stray_quote;  // the first column with quotes where none belong
};

enum class TextEnd : std::uint8_t { kMoreMayCome, kFinal };

// The record that begins `text`, which is not empty. Lines end with LF or CRLF, the last one also with CR or nothing.
RecordScan scan_record(std::string_view text, TextEnd end, char delimiter);

}  // namespace usage

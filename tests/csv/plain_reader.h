// A second CSV reader, one character at a time and sharing nothing with ours: the state machine of Python's csv module
// with its defaults, which reads anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usage::test {

struct PlainRow {
  std::uint32_t line = 1;
  std::vector<std::string> cells;
  bool has_quote = false;
};

class PlainReader {
 public:
  static std::vector<PlainRow> read(std::string_view text, char delimiter) {
    PlainReader reader(delimiter);
    for (std::size_t i = 0; i < text.size(); ++i) reader.take(text, i);
    reader.end_row();
    return reader.rows_;
  }

 private:
  enum class State { kCellStart, kPlain, kQuoted, kQuoteInQuoted };

  explicit PlainReader(char delimiter) : delimiter_(delimiter) {}

  void take(std::string_view text, std::size_t i) {
    const char c = text[i];
    if (state_ == State::kQuoted && c != '"') {
      cell_ += c;
    } else if (state_ == State::kQuoted) {
      state_ = State::kQuoteInQuoted;
    } else if (c == '\n' || c == '\r') {
      if (!(c == '\n' && i > 0 && text[i - 1] == '\r')) end_row();
    } else if (c == delimiter_) {
      end_cell();
    } else if (c == '"' && state_ == State::kCellStart) {
      state_ = State::kQuoted;
      started_ = row_.has_quote = true;
    } else if (c == '"' && state_ == State::kQuoteInQuoted) {
      cell_ += c;
      state_ = State::kQuoted;
    } else {
      cell_ += c;
      started_ = true;
      state_ = State::kPlain;
    }
    if (c == '\n') ++line_;
    if (!started_) row_.line = line_;
  }

  void end_cell() {
    row_.cells.push_back(std::move(cell_));
    cell_.clear();
    state_ = State::kCellStart;
    started_ = true;
  }

  void end_row() {
    if (started_) {
      end_cell();
      rows_.push_back(std::move(row_));
    }
    row_ = PlainRow{line_, {}, false};
    started_ = false;
    state_ = State::kCellStart;
  }

  char delimiter_;
  State state_ = State::kCellStart;
  bool started_ = false;
  std::uint32_t line_ = 1;
  std::string cell_;
  PlainRow row_;
  std::vector<PlainRow> rows_;
};

}  // namespace usage::test

// The columns of an input that are its own, without those that our result files put before them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usage {

class InputColumns {
 public:
  InputColumns(std::string_view header, char delimiter);
  // A record, or the header, without our columns, the rest byte for byte; cells beyond the header's are the input's.
  // Valid until the next call.
  std::string_view keep(std::string_view record);
  // The position of the column whose header cell says `name`; one of ours also where a tool changed how it is written.
  std::optional<std::size_t> position(std::string_view name) const;
  // What the header's cells say, without our columns.
  std::vector<std::string> kept_names() const;
  // The raw cell of the record at that position; nothing where the record is too short.
  std::optional<std::string_view> cell(std::string_view record, std::size_t position) const;

 private:
  char delimiter_;
  std::vector<std::string> names_;
  std::vector<std::string> own_names_;  // beside them, as own_name() has them
  std::vector<std::size_t> ours_;       // positions, ascending; mostly none
  std::string kept_;
};

}  // namespace usage

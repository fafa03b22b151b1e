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
  // The raw cell in which an earlier result file says with which sign the row's amount is written.
  std::optional<std::string_view> decimal_sign(std::string_view record) const;

 private:
  char delimiter_;
  std::vector<std::size_t> ours_;  // positions, ascending; mostly none
  std::optional<std::size_t> decimal_sign_;
  std::string kept_;
};

}  // namespace usage

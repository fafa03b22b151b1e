#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "usage/model/encoding.h"

namespace usage {

struct FoundEncoding {
  Encoding encoding = Encoding::kUtf8;
  std::optional<Encoding> otherwise;  // what it is where the whole text turns out not to be valid UTF-8
};

// Of a file that begins with `head`; the name is for messages. Its byte order mark decides, else what --encoding asked
// for, else it is UTF-8. RefusedError where mark and option contradict each other. A result file of ours (a usage_row
// column) is UTF-8, or what the program that saved it in between wrote at its beginning: the option is meant for the
// export.
FoundEncoding find_encoding(std::string_view head, std::optional<Encoding> asked, const std::string& name);

}  // namespace usage

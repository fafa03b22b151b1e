#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "usage/csv/record_source.h"

namespace usage {

// Whether a header with these cells is one the caller can use.
using HeaderFits = std::function<bool(const std::vector<std::string>& cells)>;

struct Dialect {
  char delimiter = ',';
  HeaderRecord header;
};

// The delimiter as given, or found: the one that parts the header into columns. Where several do, the only one whose
// columns fit; RefusedError where that is none or more than one, or where the file has no header. Consumes the header.
Dialect read_header(RecordSource& source, std::optional<char> given, const HeaderFits& fits);

}  // namespace usage

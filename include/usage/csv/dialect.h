#pragma once

#include <cstdint>
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

// How a line suits as header.
struct HeaderMatch {
  enum class Kind : std::uint8_t {
    kPartly,
    kAmbiguous,  // it has the needed names, one of them in more than one way: a header, which somebody must explain
    kFits,
    kFitsFirstOnly,  // of a file whose header is its first line
  };
  Kind kind = Kind::kPartly;
  std::size_t found = 0;      // of the needed columns
  bool holds_charge = false;  // a cell of it stands in rows only
};

struct HeaderSearch {
  std::optional<char> delimiter;
  std::optional<std::uint32_t> line;  // physical, from 1; passed over where the first line is kFitsFirstOnly
  std::function<HeaderMatch(const std::vector<std::string>& cells)> match;
};

inline constexpr std::size_t kSearchedRecords = 100;

// The header may have other lines above it: it is the line given, else the first of the first kSearchedRecords that
// fits, or is ambiguous. Where none is, the line that comes closest, as read_header would have it. Consumes the header
// and what stands above it. RefusedError "charges-above-header" where a row would be lost that way.
Dialect find_header(RecordSource& source, const HeaderSearch& search);

}  // namespace usage

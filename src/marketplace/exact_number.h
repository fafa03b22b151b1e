#pragma once

#include <optional>
#include <string_view>

#include "usage/base/int128.h"

namespace usage {

inline constexpr Int128 kHalfCent = 5'000'000'000'000;  // in units of 10^-15

// Any JSON number that can be near an amount of ours: its value is units * 10^-15, and below the next unit a rest.
struct ExactNumber {
  Int128 units = 0;  // rounded towards minus infinity
  bool has_rest = false;

  // Nothing where the text is no JSON number (RFC 8259 section 6), is 10^22 or more away from 0, or has more
  // than 100 significant digits or an exponent beyond +-100: no amount of ours is written like that.
  static std::optional<ExactNumber> parse(std::string_view json_number);

  bool equals(Int128 other) const { return !has_rest && units == other; }
  // Whether the distance is at most `tolerance` units, exactly. `other` must be less than 10^38 away from 0.
  bool is_within(Int128 tolerance, Int128 other) const {
    return units - other + (has_rest ? 1 : 0) <= tolerance && other - units <= tolerance;
  }
};

}  // namespace usage

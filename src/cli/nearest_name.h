#pragma once

#include <span>
#include <string>
#include <string_view>

namespace usage {

// The candidate that a mistyped name most likely means (fewest letters inserted, removed, replaced or swapped); empty
// where none is near.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

// "; did you mean X?", with X written as `prefix` and the nearest name; empty where none is near.
std::string suggestion(std::string_view name, std::string_view prefix, std::span<const std::string_view> candidates);

}  // namespace usage

// Members of a summary.json in our own indented layout, found line by line. JSON text cannot hold a raw line break, so
// nothing inside a value is ever taken for such a line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usage {

// Ids, names and amounts are plain: a text with an escape in it is none of them.
std::optional<std::string> plain_text(std::string_view value);

// Of the top level.
std::optional<std::string> text_member(std::string_view json, std::string_view name);
std::optional<std::uint64_t> number_member(std::string_view json, std::string_view name);
std::uint64_t list_size(std::string_view json, std::string_view name);  // of a list of objects; 0 where it is missing

}  // namespace usage

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace usage {

// How the bytes of an input file stand for text.
enum class Encoding : std::uint8_t { kUtf8, kUtf16Le, kUtf16Be, kWindows1252, kIso8859_1 };

inline constexpr std::array<std::string_view, 5> kEncodingNames = {"utf-8", "utf-16le", "utf-16be", "windows-1252",
                                                                   "iso-8859-1"};

constexpr std::string_view name_of(Encoding encoding) {
  return kEncodingNames[static_cast<std::size_t>(encoding)];
}

constexpr std::optional<Encoding> read_encoding(std::string_view name) {
  for (std::size_t i = 0; i < kEncodingNames.size(); ++i)
    if (kEncodingNames[i] == name) return static_cast<Encoding>(i);
  return std::nullopt;
}

}  // namespace usage

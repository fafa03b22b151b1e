// What every fuzz target says when something is not as it must be.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace usage::fuzz {

// Ends the process, so that libFuzzer keeps the input.
inline void require(bool truth, std::string_view what, const std::string& detail = {}) {
  if (truth) return;
  std::fprintf(stderr, "NOT SO: %.*s\n%s\n", static_cast<int>(what.size()), what.data(), detail.c_str());
  std::abort();
}

inline std::string_view text_of(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The first byte, taken off the input; 0 where there is none.
inline unsigned take_byte(std::string_view& input) {
  if (input.empty()) return 0;
  const auto byte = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  return byte;
}

}  // namespace usage::fuzz

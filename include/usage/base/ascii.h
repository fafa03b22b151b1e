// Digits and letters of ASCII, whatever the locale.
#pragma once

#include <string_view>

namespace usage {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_small_letter(char c) {
  return c >= 'a' && c <= 'z';
}

constexpr bool is_capital_letter(char c) {
  return c >= 'A' && c <= 'Z';
}

constexpr bool is_letter(char c) {
  return is_small_letter(c) || is_capital_letter(c);
}

constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Nothing but ' ' to '~'. Without leaving early: short texts are looked at many bytes at once.
constexpr bool is_printable_ascii(std::string_view text) {
  bool other = false;
  for (const char c : text) other |= c < ' ' || c > '~';
  return !other;
}

constexpr char ascii_lower(char c) {
  return is_capital_letter(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr char ascii_upper(char c) {
  return is_small_letter(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace usage

#include "usage/base/text.h"

#include <algorithm>
#include <array>

#include "usage/base/ascii.h"
#include "usage/base/decimal.h"

namespace usage {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;  // 0: not valid UTF-8
};

struct Range {
  char32_t first;
  char32_t last;
};

// What a screen obeys or does not show: C0, DEL and C1; bidirectional controls; zero-width and other invisible
// characters; line and paragraph separators; the BOM; interlinear marks; tags.
constexpr std::array kUnsafe = {Range{0x00, 0x1F},     Range{0x7F, 0x9F},      Range{0xAD, 0xAD},
                                Range{0x61C, 0x61C},   Range{0x180E, 0x180E},  Range{0x200B, 0x200F},
                                Range{0x2028, 0x202E}, Range{0x2060, 0x206F},  Range{0xFEFF, 0xFEFF},
                                Range{0xFFF9, 0xFFFB}, Range{0xE0000, 0xE007F}};

constexpr std::string_view kCutMark = "...";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The smallest code point that needs so many bytes: shorter ones in a longer form are invalid (RFC 3629 section 3).
constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};

std::size_t announced_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

CodePoint decode_first(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = announced_length(lead);
  if (length == 1) return {lead, 1};
  if (length == 0 || length > text.size()) return {};
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return {};
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

bool is_unsafe(char32_t c) {
  return std::any_of(kUnsafe.begin(), kUnsafe.end(), [c](Range r) { return c >= r.first && c <= r.last; });
}

bool is_plain_shell_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("_-./,:@%+").find(c) != std::string_view::npos;
}

constexpr std::array<std::string_view, 8> kFormulaSigns = {"=", "+", "-", "@", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
constexpr std::string_view kDelimiters = ",;|";

bool begins_formula(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \"");
  if (first == std::string_view::npos) return false;
  text.remove_prefix(first);
  return std::any_of(kFormulaSigns.begin(), kFormulaSigns.end(), [&](auto sign) { return text.starts_with(sign); });
}

bool may_begin_formula(std::string_view text) {
  for (std::size_t begin = 0;;) {
    if (begins_formula(text.substr(begin))) return true;
    const std::size_t delimiter = text.find_first_of(kDelimiters, begin);
    if (delimiter == std::string_view::npos) return false;
    begin = delimiter + 1;
  }
}

std::string with_formulas_quoted(std::string_view text) {
  std::string quoted;
  for (std::size_t begin = 0;;) {
    const std::size_t delimiter = text.find_first_of(kDelimiters, begin);
    const std::size_t end = delimiter == std::string_view::npos ? text.size() : delimiter + 1;
    if (begins_formula(text.substr(begin))) quoted += '\'';
    quoted.append(text.substr(begin, end - begin));
    if (end == text.size()) return quoted;
    begin = end;
  }
}

std::string json_escape(char32_t c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  if (c > 0xFFFF) return json_escape(0xD7C0 + (c >> 10)) + json_escape(0xDC00 + (c & 0x3FF));
  std::string escape = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) escape += kHex[(c >> shift) & 0xF];
  return escape;
}

std::string shell_word_in_octal(std::string_view text) {
  std::string quoted = "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte <= '~') {
      if (c == '\'' || c == '\\') quoted += '\\';
      quoted += c;
    } else {
      quoted += '\\';
      for (const unsigned shift : {6U, 3U, 0U}) quoted += static_cast<char>('0' + ((byte >> shift) & 7U));
    }
  }
  return quoted += '\'';
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint c = decode_first(text);
    if (c.bytes == 0) return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

std::string clean_text(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes && is_printable_ascii(text)) return std::string(text);
  const std::size_t room_before_mark = max_bytes - std::min(max_bytes, kCutMark.size());
  std::string clean;
  std::size_t cut = 0;  // where to cut, should the rest not fit
  while (!text.empty()) {
    const CodePoint c = decode_first(text);
    const bool keep = c.bytes != 0 && !is_unsafe(c.value);
    const std::string_view shown = keep ? text.substr(0, c.bytes) : "?";
    if (clean.size() + shown.size() > max_bytes) {
      clean.resize(cut);
      return clean.append(kCutMark.substr(0, max_bytes - cut));
    }
    clean.append(shown);
    if (clean.size() <= room_before_mark) cut = clean.size();
    text.remove_prefix(std::max<std::size_t>(c.bytes, 1));
  }
  return clean;
}

bool is_clean_text(std::string_view text) {
  if (is_printable_ascii(text)) return true;
  while (!text.empty()) {
    const CodePoint c = decode_first(text);
    if (c.bytes == 0 || is_unsafe(c.value)) return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

std::string with_unsafe_as_json_escapes(std::string_view utf8) {
  std::string escaped;
  while (!utf8.empty()) {
    const CodePoint c = decode_first(utf8);
    const std::size_t bytes = std::max<std::size_t>(c.bytes, 1);
    if (is_unsafe(c.value)) {
      escaped += json_escape(c.value);
    } else {
      escaped += utf8.substr(0, bytes);
    }
    utf8.remove_prefix(bytes);
  }
  return escaped;
}

std::string clean_cell(std::string_view text, std::size_t max_bytes) {
  std::string clean = clean_text(text, max_bytes);
  if (!may_begin_formula(clean)) return clean;
  // Cut before it is quoted, and once more behind: an apostrophe is never what is cut off alone.
  return clean_text(with_formulas_quoted(clean), max_bytes);
}

std::string_view clean_text(std::string_view text, std::size_t max_bytes, std::string& kept) {
  if (text.size() <= max_bytes && is_printable_ascii(text)) return text;
  kept = clean_text(text, max_bytes);
  return kept;
}

std::string_view clean_cell(std::string_view text, std::size_t max_bytes, std::string& kept) {
  if (text.size() <= max_bytes && is_printable_ascii(text) && !may_begin_formula(text)) return text;
  kept = clean_cell(text, max_bytes);
  return kept;
}

std::string shown_name(std::string_view file) {
  return file == "-" ? std::string(kStandardInput) : clean_text(file);
}

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii_lower(c);
  return lower;
}

bool ascii_equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](char c) { return ascii_lower(c); }, [](char c) { return ascii_lower(c); });
}

bool may_be_same(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() || a == b;
}

std::string_view trim_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view trim_unseen(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\r\v";
  constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  const auto is_blank = [&](char c) { return kBlanks.find(c) != std::string_view::npos; };
  while (!text.empty()) {
    if (is_blank(text.front()))
      text.remove_prefix(1);
    else if (text.starts_with(kNoBreakSpace))
      text.remove_prefix(kNoBreakSpace.size());
    else if (is_blank(text.back()))
      text.remove_suffix(1);
    else if (text.ends_with(kNoBreakSpace))
      text.remove_suffix(kNoBreakSpace.size());
    else
      break;
  }
  return text;
}

std::string money_text(const Amount& amount, std::string_view currency) {
  return amount.text() + (currency.empty() ? "" : " " + clean_text(currency, 20));
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    (hex += kDigits[byte >> 4U]) += kDigits[byte & 15U];
  }
  return hex;
}

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return std::string(url.substr(0, url.find('/')));
}

std::string grouped(std::uint64_t n) {
  std::string text = std::to_string(n);
  for (std::size_t left = text.size(); left > 3; left -= 3) text.insert(left - 3, ",");
  return text;
}

std::string count_of(std::size_t n, std::string_view singular, std::string_view plural) {
  return grouped(n).append(" ").append(n == 1 ? singular : plural);
}

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain_shell_character)) return std::string(text);
  if (!is_clean_text(text)) return shell_word_in_octal(text);
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += "'\\''";  // end the quotes, a quoted quote, begin again
    } else {
      quoted += c;
    }
  }
  return quoted += "'";
}

std::string shell_path(std::string_view path) {
  return path.size() > 1 && path.front() == '-' ? shell_word("./" + std::string(path)) : shell_word(path);
}

std::size_t begin_of_last_character(std::string_view text) {
  constexpr std::size_t kLongest = 4;
  for (std::size_t back = 1; back <= std::min(kLongest, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) != 0x80U) return text.size() - back;
  }
  return text.size();
}

}  // namespace usage

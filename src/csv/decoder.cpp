#include "usage/csv/decoder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "usage/base/csv_writer.h"
#include "usage/base/error.h"

namespace usage {
namespace {

// 0x80 to 0x9F of windows-1252 (WHATWG Encoding and Python agree but for the five, which WHATWG takes for controls).
constexpr std::array<char16_t, 32> kWindows1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

constexpr std::size_t kUnit = 2;  // bytes of UTF-16

bool is_utf16(Encoding encoding) {
  return encoding == Encoding::kUtf16Le || encoding == Encoding::kUtf16Be;
}

bool is_high_surrogate(char32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}

bool is_low_surrogate(char32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

char continuation(char32_t bits) {
  return static_cast<char>(0x80U | (bits & 0x3FU));
}

// RFC 3629 section 3.
void append(std::string& utf8, char32_t c) {
  if (c < 0x80) {
    utf8 += static_cast<char>(c);
  } else if (c < 0x800) {
    utf8 += static_cast<char>(0xC0U | (c >> 6U));
    utf8 += continuation(c);
  } else if (c < 0x10000) {
    utf8 += static_cast<char>(0xE0U | (c >> 12U));
    utf8 += continuation(c >> 6U);
    utf8 += continuation(c);
  } else {
    utf8 += static_cast<char>(0xF0U | (c >> 18U));
    utf8 += continuation(c >> 12U);
    utf8 += continuation(c >> 6U);
    utf8 += continuation(c);
  }
}

std::string hex_of(std::uint32_t value, std::size_t digits) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text(digits, '0');
  for (std::size_t i = digits; i > 0; --i, value >>= 4U) text[i - 1] = kDigits[value & 0xFU];
  return text;
}

// What a byte of an 8-bit encoding stands for; 0 where that is nothing.
char32_t character_of(unsigned char byte, Encoding encoding) {
  if (byte < 0x80 || byte > 0x9F) return byte;
  return encoding == Encoding::kWindows1252 ? kWindows1252[byte - 0x80U] : 0;
}

std::uint64_t line_feeds(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

std::optional<Encoding> encoding_of_bom(std::string_view head) {
  if (head.starts_with(kUtf8Bom)) return Encoding::kUtf8;
  if (head.starts_with("\xFF\xFE")) return Encoding::kUtf16Le;
  if (head.starts_with("\xFE\xFF")) return Encoding::kUtf16Be;
  return std::nullopt;
}

std::optional<Encoding> utf16_shown_by_nuls(std::string_view text, std::uint64_t offset) {
  constexpr std::size_t kLookedAt = 4096;
  constexpr std::size_t kEnough = 8;
  const std::string_view head = text.substr(0, kLookedAt);
  std::array<std::size_t, 2> nuls = {0, 0};  // at even and at odd offsets
  for (std::size_t i = 0; i < head.size(); ++i)
    if (head[i] == '\0') ++nuls[(offset + i) % kUnit];
  const auto shows = [&](std::size_t many, std::size_t few) {
    return head.size() >= kEnough && many * 4 > head.size() && few * 8 < many;
  };
  if (shows(nuls[1], nuls[0])) return Encoding::kUtf16Le;
  if (shows(nuls[0], nuls[1])) return Encoding::kUtf16Be;
  return std::nullopt;
}

Decoder::Decoder(std::string name, Encoding encoding) : name_(std::move(name)), encoding_(encoding) {}

void Decoder::decode(std::string_view bytes, std::string& utf8) {
  const std::size_t begin = utf8.size();
  std::string joined;
  if (!carry_.empty()) {
    joined = std::exchange(carry_, {}).append(bytes);
    bytes = joined;
  }
  const std::size_t done = decode_whole(bytes, utf8);
  carry_ = bytes.substr(done);
  offset_ += done;
  line_ += line_feeds(std::string_view(utf8).substr(begin));
}

void Decoder::finish() const {
  if (carry_.empty()) return;
  const bool odd = carry_.size() % kUnit != 0;
  refuse("input-encoding", carry_, 0,
         odd ? "the file ends within a character: it has an odd number of bytes, and " +
                   std::string(name_of(encoding_)) + " has two a unit"
             : "the file ends within a character: the second half of a surrogate pair is missing",
         "it was cut off, or has another encoding: export it again, or see --encoding");
}

// How many of the bytes are decoded: all but those of a last character that is not whole.
std::size_t Decoder::decode_whole(std::string_view bytes, std::string& utf8) const {
  if (is_utf16(encoding_)) return decode_utf16(bytes, utf8);
  if (encoding_ == Encoding::kUtf8) {
    utf8.append(bytes);
  } else {
    decode_bytes(bytes, utf8);
  }
  return bytes.size();
}

void Decoder::decode_bytes(std::string_view bytes, std::string& utf8) const {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char32_t c = character_of(static_cast<unsigned char>(bytes[at]), encoding_);
    if (c == 0) refuse_byte(bytes, at);
    append(utf8, c);
  }
}

// RFC 2781 section 2.2.
std::size_t Decoder::decode_utf16(std::string_view bytes, std::string& utf8) const {
  std::size_t at = 0;
  while (at + kUnit <= bytes.size()) {
    const char32_t unit = unit_at(bytes, at);
    if (unit == 0) refuse_nul(bytes, at);
    if (!is_high_surrogate(unit) && !is_low_surrogate(unit)) {
      append(utf8, unit);
      at += kUnit;
      continue;
    }
    if (is_high_surrogate(unit) && at + 2 * kUnit > bytes.size()) break;
    const char32_t next = is_high_surrogate(unit) ? unit_at(bytes, at + kUnit) : 0;
    if (!is_low_surrogate(next)) {
      refuse("input-encoding", bytes, at, "the surrogate U+" + hex_of(unit, 4) + " stands here without its other half",
             "the file is damaged, or has another encoding: export it again, or see --encoding");
    }
    append(utf8, 0x10000 + ((unit - 0xD800) << 10U) + (next - 0xDC00));
    at += 2 * kUnit;
  }
  return at;
}

char16_t Decoder::unit_at(std::string_view bytes, std::size_t at) const {
  const auto first = static_cast<unsigned char>(bytes[at]);
  const auto second = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<char16_t>(encoding_ == Encoding::kUtf16Le ? first | second << 8U : first << 8U | second);
}

void Decoder::refuse_byte(std::string_view bytes, std::size_t at) const {
  const auto byte = static_cast<unsigned char>(bytes[at]);
  if (byte == 0) refuse_nul(bytes, at);
  if (encoding_ == Encoding::kWindows1252) {
    refuse("input-encoding", bytes, at, "the byte 0x" + hex_of(byte, 2) + " stands for nothing in windows-1252",
           "the file has another encoding: see --encoding, or save it as UTF-8 CSV and give that file");
  }
  refuse("input-encoding", bytes, at, "the byte 0x" + hex_of(byte, 2) + " is a control character in iso-8859-1",
         "the file may be windows-1252: --encoding windows-1252");
}

void Decoder::refuse_nul(std::string_view bytes, std::size_t at) const {
  const auto shown = is_utf16(encoding_) ? std::nullopt : utf16_shown_by_nuls(bytes, offset_);
  if (shown) {
    const std::string name(name_of(*shown));
    refuse("input-nul", bytes, at, "a NUL byte stands here: the file seems to be " + name, "--encoding " + name);
  }
  refuse("input-nul", bytes, at, "a NUL character stands here; the file has another encoding, or is no text",
         "see --encoding, or save it as UTF-8 CSV and give that file");
}

// `at` counts in `bytes`, which begin at offset_.
void Decoder::refuse(const std::string& error, std::string_view bytes, std::size_t at, const std::string& what,
                     const std::string& remedy) const {
  std::uint64_t line = line_;
  if (is_utf16(encoding_)) {
    for (std::size_t i = 0; i + kUnit <= at; i += kUnit)
      if (unit_at(bytes, i) == u'\n') ++line;
  } else {
    line += line_feeds(bytes.substr(0, at));
  }
  throw RefusedError(
      error, name_ + ":" + std::to_string(line) + ": " + what + " (byte " + std::to_string(offset_ + at) + ")", remedy);
}

}  // namespace usage

#include "usage/base/sid.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "usage/base/ascii.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kSidLength = 34;
constexpr std::size_t kMaxBillingSidLength = 256;

// Eight characters, a byte each, are looked at together in one word.
constexpr std::size_t kWordBytes = 8;
constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kTops = 0x8080808080808080U;

// The top bit of each byte that is at least `least`; all bytes are below 0x80.
constexpr std::uint64_t at_least(std::uint64_t word, char least) {
  return ((word | kTops) - kOnes * static_cast<unsigned char>(least)) & kTops;
}

struct PackedWord {
  std::uint32_t digits = 0;
  std::uint32_t capitals = 0;  // a bit each, the first lowest
  bool valid = false;
};

// Always inline: it is the larger part of what a row costs.
[[gnu::always_inline]] inline PackedWord pack_word(const char* text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  const std::uint64_t lower = word | (kOnes * 0x20);
  const std::uint64_t is_digit = at_least(word, '0') & ~at_least(word, '9' + 1);
  const std::uint64_t is_letter = at_least(lower, 'a') & ~at_least(lower, 'f' + 1);
  std::uint64_t digits = (word & (kOnes * 0x0F)) + (is_letter >> 7) * 9;
  digits = (digits << 4 | digits >> 8) & 0x00FF00FF00FF00FFU;
  digits = (digits | digits >> 8) & 0x0000FFFF0000FFFFU;
  const std::uint64_t is_capital = is_letter & ~(word << 2);  // 0x20 is the letter case
  const bool valid = (word & kTops) == 0 && (is_digit | is_letter) == kTops;
  return {static_cast<std::uint32_t>(digits | digits >> 16),
          static_cast<std::uint32_t>((is_capital >> 7) * 0x0102040810204080U >> 56), valid};
}

void unpack_word(std::uint64_t digits, std::uint32_t capitals, char* text) {
  digits = (digits | digits << 16) & 0x0000FFFF0000FFFFU;
  digits = (digits | digits << 8) & 0x00FF00FF00FF00FFU;
  digits = (digits >> 4 & (kOnes * 0x0F)) | (digits << 8 & (kOnes * 0x0F00));
  std::array<unsigned char, kWordBytes> bytes{};
  std::memcpy(bytes.data(), &digits, sizeof digits);
  for (std::size_t i = 0; i < kWordBytes; ++i) {
    const bool capital = (capitals >> i & 1U) != 0;
    text[i] = (capital ? "0123456789ABCDEF" : "0123456789abcdef")[bytes[i]];
  }
}

}  // namespace

bool is_sid(std::string_view text, std::string_view prefix) {
  return text.size() == kSidLength && text.starts_with(prefix) &&
         std::all_of(text.begin() + 2, text.end(), is_hex_digit);
}

bool is_installation_sid(std::string_view text) {
  return is_sid(text, "XE");
}

bool is_usual_billing_sid(std::string_view text) {
  return is_sid(text, "BI");
}

bool is_possible_billing_sid(std::string_view text) {
  return !text.empty() && text.size() <= kMaxBillingSidLength &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string sid_key(std::string_view sid) {
  if (is_sid(sid, "BI") || is_sid(sid, "bi") || is_sid(sid, "Bi") || is_sid(sid, "bI"))
    return "BI" + ascii_lower(sid.substr(2));
  if (!is_installation_sid(sid)) return std::string(sid);
  return "XE" + ascii_lower(sid.substr(2));
}

std::optional<PackedSid> pack_sid(std::string_view text, std::string_view prefix) {
  if (text.size() != kSidLength || text[0] != prefix[0] || text[1] != prefix[1]) return std::nullopt;
  const char* digits = text.data() + prefix.size();
  const std::array<PackedWord, 4> words = {pack_word(digits), pack_word(digits + kWordBytes),
                                           pack_word(digits + 2 * kWordBytes), pack_word(digits + 3 * kWordBytes)};
  if (!(words[0].valid && words[1].valid && words[2].valid && words[3].valid)) return std::nullopt;
  return PackedSid{std::uint64_t{words[0].digits} << 32 | words[1].digits,
                   std::uint64_t{words[2].digits} << 32 | words[3].digits,
                   words[0].capitals << 24 | words[1].capitals << 16 | words[2].capitals << 8 | words[3].capitals};
}

std::string unpack_sid(const PackedSid& sid, std::string_view prefix) {
  std::string text(kSidLength, '\0');
  prefix.copy(text.data(), prefix.size());
  for (std::size_t word = 0; word < 4; ++word) {
    const std::uint64_t half = word < 2 ? sid.high : sid.low;
    const std::uint64_t digits = word % 2 == 0 ? half >> 32 : half & 0xFFFFFFFFU;
    unpack_word(digits, sid.capitals >> (24 - kWordBytes * word) & 0xFFU,
                text.data() + prefix.size() + kWordBytes * word);
  }
  return text;
}

}  // namespace usage

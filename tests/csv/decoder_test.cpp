#include "usage/csv/decoder.h"

#include <doctest/doctest.h>

#include <random>

#include "usage/base/error.h"
#include "usage/base/text.h"

using namespace usage;

namespace {

constexpr std::uint64_t kSeed = 20261124;

std::string text_of(std::string_view bytes, Encoding encoding) {
  std::string utf8;
  Decoder decoder("t.csv", encoding);
  decoder.decode(bytes, utf8);
  decoder.finish();
  return utf8;
}

// The text, or the refusal, of bytes that come in pieces of these sizes, again and again.
std::string outcome_in_pieces(std::string_view bytes, Encoding encoding, const std::vector<std::size_t>& sizes) {
  std::string utf8;
  try {
    Decoder decoder("t.csv", encoding);
    for (std::size_t i = 0; !bytes.empty(); ++i) {
      const std::string_view piece = bytes.substr(0, sizes[i % sizes.size()]);
      decoder.decode(piece, utf8);
      bytes.remove_prefix(piece.size());
    }
    decoder.finish();
    return utf8;
  } catch (const RefusedError& error) {
    return error.name() + "|" + error.what() + "|" + error.remedy();
  }
}

std::string outcome(std::string_view bytes, Encoding encoding) {
  return outcome_in_pieces(bytes, encoding, {bytes.size() + 1});
}

std::string unit(char16_t value, Encoding encoding) {
  const std::string low(1, static_cast<char>(value & 0xFF));
  const std::string high(1, static_cast<char>(value >> 8));
  return encoding == Encoding::kUtf16Le ? low + high : high + low;
}

std::string utf16(std::u16string_view text, Encoding encoding) {
  std::string bytes;
  for (const char16_t c : text) bytes += unit(c, encoding);
  return bytes;
}

std::string narrow_piece(std::mt19937_64& random) {
  if (random() % 3 == 0) return std::string(1, static_cast<char>(0xA0 + random() % 0x60));
  return std::string(1, "a;\n"[random() % 3]);
}

// Which UTF-16 the NUL bytes show is told from what there is of them: not the same in all pieces.
std::string without_guess(const std::string& outcome) {
  if (!outcome.starts_with("input-nul|")) return outcome;
  const std::size_t byte = outcome.find("(byte ");
  return outcome.substr(0, outcome.find(": ")) + outcome.substr(byte, outcome.find(')') - byte);
}

bool begins(const std::string& text, std::string_view with) {
  return text.starts_with(with);
}

}  // namespace

TEST_CASE("windows-1252 has the euro, dashes and typographic quotes where ISO-8859-1 has controls") {
  CHECK(text_of("M\xFCller; 5 \x80 \x96 \x93x\x94\n", Encoding::kWindows1252) == "Müller; 5 € – “x”\n");
  CHECK(text_of("M\xFCller \xA0\xFF", Encoding::kIso8859_1) == "Müller \xC2\xA0ÿ");
}

TEST_CASE("UTF-16 is read in both byte orders, with pairs of surrogates, and its mark stays a mark") {
  for (const Encoding encoding : {Encoding::kUtf16Le, Encoding::kUtf16Be})
    CHECK(text_of(utf16(u"\uFEFFa;ü;€;\U0001F4B6\r\n", encoding), encoding) ==
          "\xEF\xBB\xBF"
          "a;ü;€;💶\r\n");
}

TEST_CASE("each of windows-1252's five undefined bytes is refused with line and byte") {
  for (const char byte : {'\x81', '\x8D', '\x8F', '\x90', '\x9D'})
    CHECK(begins(outcome(std::string("a\nb\n\xE4") + byte, Encoding::kWindows1252),
                 "input-encoding|t.csv:3: the byte 0x"));
  CHECK(outcome("a\nb\n\xE4\x81", Encoding::kWindows1252).find("0x81 stands for nothing in windows-1252 (byte 5)") !=
        std::string::npos);
}

TEST_CASE("ISO-8859-1 has no text from 0x80 to 0x9F, and the remedy names windows-1252") {
  for (int byte = 0x80; byte <= 0x9F; ++byte) {
    const std::string refusal = outcome(std::string("\n") + static_cast<char>(byte), Encoding::kIso8859_1);
    CHECK(begins(refusal, "input-encoding|t.csv:2: the byte 0x"));
    CHECK(refusal.find("(byte 1)") != std::string::npos);
    CHECK(refusal.find("--encoding windows-1252") != std::string::npos);
  }
}

TEST_CASE("a surrogate without its other half is refused where it stands, in UTF-16 as given") {
  for (const Encoding encoding : {Encoding::kUtf16Le, Encoding::kUtf16Be}) {
    const std::string before = utf16(u"é\nb", encoding);
    for (const std::string& bad : {unit(0xD83D, encoding) + unit('x', encoding), unit(0xDCB6, encoding),
                                   unit(0xD83D, encoding) + unit(0xD83D, encoding)}) {
      const std::string refusal = outcome(before + bad, encoding);
      CHECK(begins(refusal, "input-encoding|t.csv:2: the surrogate U+D"));
      CHECK(refusal.find("(byte 6)") != std::string::npos);
    }
    CHECK(begins(outcome(before + unit(0xD83D, encoding), encoding),
                 "input-encoding|t.csv:2: the file ends within a character: the second half"));
    CHECK(begins(outcome(before + "\n", encoding),
                 "input-encoding|t.csv:2: the file ends within a character: it has an odd number of bytes"));
  }
}

TEST_CASE("U+0000 is refused in every encoding, and a UTF-16 that the NULs show is named") {
  CHECK(begins(outcome(utf16({u"a\n\0b", 4}, Encoding::kUtf16Le), Encoding::kUtf16Le),
               "input-nul|t.csv:2: a NUL character"));
  CHECK(begins(outcome(std::string_view("ab\0cdefgh", 9), Encoding::kWindows1252), "input-nul|t.csv:1: a NUL char"));
  CHECK(outcome(utf16(u"a;b\n1;2", Encoding::kUtf16Be), Encoding::kIso8859_1) ==
        "input-nul|t.csv:1: a NUL byte stands here: the file seems to be utf-16be (byte 0)|--encoding utf-16be");
  CHECK(outcome(utf16(u"a;b\n1;2", Encoding::kUtf16Le), Encoding::kWindows1252) ==
        "input-nul|t.csv:1: a NUL byte stands here: the file seems to be utf-16le (byte 1)|--encoding utf-16le");
}

TEST_CASE("the byte order mark names the encoding") {
  CHECK(encoding_of_bom("\xEF\xBB\xBFx") == Encoding::kUtf8);
  CHECK(encoding_of_bom("\xFF\xFEx") == Encoding::kUtf16Le);
  CHECK(encoding_of_bom("\xFE\xFFx") == Encoding::kUtf16Be);
  CHECK_FALSE(encoding_of_bom("\xEF\xBBx"));
  CHECK_FALSE(encoding_of_bom(""));
}

TEST_CASE("NUL bytes that show no order name no encoding") {
  CHECK_FALSE(utf16_shown_by_nuls(std::string(100, '\0'), 0));
  CHECK_FALSE(utf16_shown_by_nuls(std::string(50, 'x') + '\0', 0));
  CHECK(utf16_shown_by_nuls(utf16(u"Straße;Größe", Encoding::kUtf16Le), 0) == Encoding::kUtf16Le);
  CHECK(utf16_shown_by_nuls(utf16(u"Straße;Größe", Encoding::kUtf16Le), 7) == Encoding::kUtf16Be);
}

TEST_CASE("however the bytes are cut into pieces, text and refusals are the same") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  const std::vector<std::u16string> pieces = {u"a", u";", u"\n", u"ü", u"€", u"\U0001F4B6", u"\uFEFF", u"\u0A0D"};
  std::size_t refused = 0;
  std::size_t texts = 0;
  for (; texts < 4000; ++texts) {
    const auto encoding = static_cast<Encoding>(1 + random() % 4);
    std::string bytes;
    for (std::size_t left = random() % 40; left > 0; --left) {
      const std::u16string& piece = pieces[random() % pieces.size()];
      const bool wide = encoding == Encoding::kUtf16Le || encoding == Encoding::kUtf16Be;
      bytes += wide ? utf16(piece, encoding) : narrow_piece(random);
    }
    if (random() % 3 == 0 && !bytes.empty()) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 5 == 0 && !bytes.empty()) bytes.pop_back();
    const std::string whole = outcome(bytes, encoding);
    const bool is_refused = begins(whole, "input-");
    refused += is_refused ? 1 : 0;
    CHECK(is_valid_utf8(whole));
    CHECK(without_guess(outcome_in_pieces(bytes, encoding, {1})) == without_guess(whole));
    const std::vector<std::size_t> sizes = {1 + random() % 7, 1 + random() % 3, 2};
    CHECK(without_guess(outcome_in_pieces(bytes, encoding, sizes)) == without_guess(whole));
  }
  CHECK(refused > texts / 20);
  CHECK(refused < texts / 2);
}

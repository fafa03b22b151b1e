// Other encodings turned into UTF-8: as iconv has it, or refused, however the bytes are cut. The input: the encoding,
// the pieces' size, the bytes.
#include <iconv.h>

#include <algorithm>
#include <array>
#include <optional>

#include "oracle.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/csv/decoder.h"

using namespace usage;
using namespace usage::fuzz;

namespace {

constexpr std::array kIconvNames = {"UTF-8", "UTF-16LE", "UTF-16BE", "CP1252", "ISO-8859-1"};

struct Decoded {
  std::string text;
  std::string refusal;
};

Decoded decode(std::string_view bytes, Encoding encoding, std::size_t piece) {
  Decoded decoded;
  try {
    Decoder decoder("t.csv", encoding);
    for (std::size_t at = 0; at < bytes.size(); at += piece) decoder.decode(bytes.substr(at, piece), decoded.text);
    decoder.finish();
  } catch (const RefusedError& error) {
    decoded.refusal = error.what();
  }
  return decoded;
}

std::optional<std::string> by_iconv(std::string_view bytes, const char* name) {
  const iconv_t converter = ::iconv_open("UTF-8", name);
  std::string in(bytes);
  std::string out(4 * in.size() + 1, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size();
  std::size_t room = out.size();
  const std::size_t result = ::iconv(converter, &from, &left, &to, &room);
  ::iconv_close(converter);
  if (result != 0 || left != 0) return std::nullopt;
  out.resize(out.size() - room);
  return out;
}

// "(byte 17)"; empty where nothing is refused.
std::string place_in(const std::string& refusal) {
  return refusal.empty() ? "" : refusal.substr(refusal.rfind('('));
}

// What Unicode calls controls between 0x80 and 0x9F: in ISO-8859-1 they are a sign of Windows-1252.
bool has_c1(std::string_view latin) {
  return std::ranges::any_of(latin, [](char c) { return (static_cast<unsigned char>(c) & 0xE0U) == 0x80; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view bytes = text_of(data, size);
  const std::size_t choice = 1 + take_byte(bytes) % (kIconvNames.size() - 1);
  const std::size_t piece = 1 + take_byte(bytes) % 16;
  const auto encoding = static_cast<Encoding>(choice);
  const Decoded whole = decode(bytes, encoding, bytes.size() + 1);
  const Decoded pieces = decode(bytes, encoding, piece);
  // Whether NULs look like UTF-16 depends on how much is seen of them; where the first one stands does not.
  require(place_in(whole.refusal) == place_in(pieces.refusal), "how the bytes are cut changes the refusal",
          whole.refusal + "\n" + pieces.refusal);
  auto expected = by_iconv(bytes, kIconvNames[choice]);
  const bool refused_here =
      expected && (expected->find('\0') != std::string::npos || (encoding == Encoding::kIso8859_1 && has_c1(bytes)));
  require(whole.refusal.empty() == (expected && !refused_here), "refused, or not, against iconv", whole.refusal);
  if (!whole.refusal.empty()) return 0;
  require(whole.text == pieces.text, "how the bytes are cut changes the text");
  require(whole.text == *expected, "another text than iconv's");
  require(is_valid_utf8(whole.text), "not UTF-8");
  return 0;
}

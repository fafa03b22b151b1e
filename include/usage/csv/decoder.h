// From the bytes of a file to UTF-8, by small tables of our own: errors then name the exact byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "usage/model/encoding.h"

namespace usage {

// The encoding whose byte order mark stands at the beginning.
std::optional<Encoding> encoding_of_bom(std::string_view head);

// The UTF-16 that a text's NUL bytes show where it has no byte order mark: most of a CSV is ASCII, and every second
// byte of that is NUL. Nothing where they show none. `offset` is that of the text's first byte in the file.
std::optional<Encoding> utf16_shown_by_nuls(std::string_view text, std::uint64_t offset);

// Turns a file into UTF-8 piece by piece; pieces may be cut anywhere, also within a character. A byte order mark stays
// one. UTF-8 passes as it is, unchecked. Bytes that stand for no character, and U+0000, throw RefusedError with the
// file's name, line and offset in the file as given.
class Decoder {
 public:
  // The name is for messages.
  Decoder(std::string name, Encoding encoding);

  // Appends what the next bytes of the file say.
  void decode(std::string_view bytes, std::string& utf8);
  // To be called at the end of the file: refuses one that ends within a character.
  void finish() const;

 private:
  std::size_t decode_whole(std::string_view bytes, std::string& utf8) const;
  void decode_bytes(std::string_view bytes, std::string& utf8) const;
  std::size_t decode_utf16(std::string_view bytes, std::string& utf8) const;
  char16_t unit_at(std::string_view bytes, std::size_t at) const;
  [[noreturn]] void refuse_byte(std::string_view bytes, std::size_t at) const;
  [[noreturn]] void refuse_nul(std::string_view bytes, std::size_t at) const;
  [[noreturn]] void refuse(const std::string& error, std::string_view bytes, std::size_t at, const std::string& what,
                           const std::string& remedy) const;

  std::string name_;
  Encoding encoding_;
  std::string carry_;         // the bytes of a character that is not whole yet
  std::uint64_t offset_ = 0;  // of the carry, or of what comes next, in the file
  std::uint64_t line_ = 1;
};

}  // namespace usage

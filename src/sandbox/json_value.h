// Reads JSON for the sandbox alone, so that a mistake of the uploader's own reader or writer is not made twice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usage::sandbox {

struct JsonMember;

// A JSON text as it was sent: numbers keep their digits, members keep their order and their repetitions.
struct JsonValue {
  enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  std::string text;  // of a string, or a number's digits as sent
  std::vector<JsonValue> elements;
  std::vector<JsonMember> members;

  bool is(Kind k) const { return kind == k; }
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

inline constexpr std::size_t kMaxJsonDepth = 32;

// The value, or what is wrong with the text and where ("byte 17: Missing a comma ..."). Strict: RFC 8259, valid UTF-8,
// no byte order mark, nothing after the value, at most kMaxJsonDepth levels.
std::variant<JsonValue, std::string> parse_json(std::string_view text);

}  // namespace usage::sandbox

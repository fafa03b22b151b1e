// JSON as a stream of events, so that a hostile body costs no more memory than its own bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usage {

enum class JsonType : std::uint8_t { kNull, kBoolean, kNumber, kString, kObject, kArray };

struct JsonEvent {
  std::size_t depth = 0;  // 0: the whole text, 1: its members or elements, ..
  std::string_view key;   // the member's name; empty in arrays
  JsonType type = JsonType::kNull;
  std::string_view text;  // a string's text, a number's digits as they stand, "true" or "false"; else empty
};

// Sees every value in order, objects and arrays when they begin. The views hold during the call only.
class JsonListener {
 public:
  using Complaint = std::optional<std::string>;  // what is wrong; it ends the reading
  virtual ~JsonListener() = default;
  virtual Complaint on_value(const JsonEvent& event) = 0;
  virtual Complaint on_end(std::size_t depth) = 0;  // of the object or array that began at that depth
};

enum class JsonReading : std::uint8_t { kComplete, kNotJson, kComplained };

struct JsonResult {
  JsonReading reading = JsonReading::kComplete;
  std::string problem;  // empty where complete
};

// Reads one JSON text in valid UTF-8 (RFC 8259), with nothing but blanks around it, however deeply it is nested.
JsonResult read_json(std::string_view text, JsonListener& listener);

}  // namespace usage

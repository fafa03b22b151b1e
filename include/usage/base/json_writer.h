// Writes JSON text. Numbers that are money go in as their decimal digits, unchanged.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "usage/base/decimal.h"

namespace usage {

enum class JsonLayout : std::uint8_t { kCompact, kIndented };

// Calls must form valid JSON (RapidJSON asserts it): begin_object().key("a").value(1).end_object().
// Text that is not valid UTF-8 is cleaned first, so the result is always valid JSON.
class JsonWriter {
 public:
  explicit JsonWriter(JsonLayout layout = JsonLayout::kCompact);
  ~JsonWriter();
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(unsigned number) { return value(static_cast<std::uint64_t>(number)); }
  JsonWriter& value(bool truth);
  JsonWriter& null();
  JsonWriter& number(const Quantity& quantity);  // its digits as a JSON number
  JsonWriter& number_digits(std::string_view digits);  // a JSON number, already in digits
  const std::string& text() const;  // what was written so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace usage

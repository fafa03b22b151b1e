#include "json_value.h"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <utility>

namespace usage::sandbox {
namespace {

// RapidJSON's document cannot tell a number from a string when numbers are kept as text; its events can.
class TreeBuilder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, TreeBuilder> {
 public:
  using Kind = JsonValue::Kind;

  bool Null() { return add({Kind::kNull, {}, {}, {}}); }
  bool Bool(bool truth) { return add({truth ? Kind::kTrue : Kind::kFalse, {}, {}, {}}); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return add({Kind::kNumber, std::string(text, size), {}, {}});
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return add({Kind::kString, std::string(text, size), {}, {}});
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    open_.back().members.push_back({std::string(text, size), {}});
    return true;
  }
  bool StartObject() { return open(Kind::kObject); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(Kind::kArray); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  JsonValue take_root() { return std::move(root_); }

 private:
  bool open(Kind kind) {
    if (open_.size() >= kMaxJsonDepth) return false;
    open_.push_back({kind, {}, {}, {}});
    return true;
  }
  bool close() {
    JsonValue done = std::move(open_.back());
    open_.pop_back();
    return add(std::move(done));
  }
  bool add(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is(Kind::kArray)) {
      open_.back().elements.push_back(std::move(value));
    } else {
      open_.back().members.back().value = std::move(value);
    }
    return true;
  }

  std::vector<JsonValue> open_;
  JsonValue root_;
};

std::string at_byte(std::size_t offset, const char* reason) {
  return "byte " + std::to_string(offset) + ": " + reason;
}

}  // namespace

std::variant<JsonValue, std::string> parse_json(std::string_view text) {
  // The reader takes a NUL for the end of the text, and would not see what follows.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) return at_byte(nul, "a NUL byte");
  // Its validation takes all bytes of a character, also of one that the text's end cuts: up to three behind the end.
  const std::string terminated = std::string(text).append(3, '\0');
  rapidjson::StringStream stream(terminated.c_str());
  rapidjson::Reader reader;
  TreeBuilder builder;
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (!result.IsError()) return builder.take_root();
  if (result.Code() == rapidjson::kParseErrorTermination) return at_byte(result.Offset(), "nested too deeply");
  return at_byte(result.Offset(), rapidjson::GetParseError_En(result.Code()));
}

}  // namespace usage::sandbox

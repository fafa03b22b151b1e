#include "json_events.h"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include "usage/base/text.h"

namespace usage {
namespace {

// Turns RapidJSON's events into ours: it counts the depth and keeps a member's name until its value comes.
class EventAdapter {
 public:
  explicit EventAdapter(JsonListener& listener) : listener_(listener) {}

  bool Null() { return value(JsonType::kNull, {}); }
  bool Bool(bool truth) { return value(JsonType::kBoolean, truth ? "true" : "false"); }
  bool RawNumber(const char* digits, rapidjson::SizeType size, bool) {
    return value(JsonType::kNumber, {digits, size});
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return is_text({text, size}) && value(JsonType::kString, {text, size});
  }
  bool StartObject() { return begin(JsonType::kObject); }
  bool StartArray() { return begin(JsonType::kArray); }
  bool EndObject(rapidjson::SizeType) { return end(); }
  bool EndArray(rapidjson::SizeType) { return end(); }
  bool Key(const char* name, rapidjson::SizeType size, bool) {
    key_ = {name, size};
    return is_text(key_);
  }

  // Asked for by the reader's templates; numbers come as their digits instead (kParseNumbersAsStringsFlag).
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  const JsonListener::Complaint& complaint() const { return complaint_; }

 private:
  // Of a surrogate pair, RapidJSON refuses the first half where its escape stands alone, and lets the second through.
  static bool is_text(std::string_view text) {
    constexpr char kFirstByteOfSurrogates = '\xED';
    return text.find(kFirstByteOfSurrogates) == std::string_view::npos || is_valid_utf8(text);
  }
  bool value(JsonType type, std::string_view text) {
    const JsonEvent event{depth_, key_, type, text};
    key_ = {};
    complaint_ = listener_.on_value(event);
    return !complaint_;
  }
  bool begin(JsonType type) {
    const bool go_on = value(type, {});
    ++depth_;
    return go_on;
  }
  bool end() {
    --depth_;
    key_ = {};
    complaint_ = listener_.on_end(depth_);
    return !complaint_;
  }

  JsonListener& listener_;
  std::size_t depth_ = 0;
  std::string_view key_;  // lies in the buffer that is parsed in situ
  JsonListener::Complaint complaint_;
};

// Iterative: 100,000 brackets must not use up the stack.
constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag |
                            rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

}  // namespace

JsonResult read_json(std::string_view text, JsonListener& listener) {
  // RapidJSON takes a NUL for the end of the text, whatever follows it.
  if (text.find('\0') != std::string_view::npos) return {JsonReading::kNotJson, "it holds a NUL byte"};
  // Where the text ends within a character, its validation takes all of that character's bytes: up to three behind it.
  std::string buffer(text);
  buffer.append(3, '\0');
  rapidjson::InsituStringStream stream(buffer.data());
  rapidjson::Reader reader;
  EventAdapter adapter(listener);
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, adapter);
  if (adapter.complaint()) return {JsonReading::kComplained, *adapter.complaint()};
  if (!result.IsError()) return {};
  const char* why = rapidjson::GetParseError_En(result.Code());
  if (result.Code() == rapidjson::kParseErrorTermination) why = "Half of a surrogate pair in string.";  // by is_text
  return {JsonReading::kNotJson, "at byte " + std::to_string(result.Offset()) + ": " + why};
}

}  // namespace usage

#include "usage/base/json_writer.h"

#include <rapidjson/prettywriter.h>
#include <rapidjson/writer.h>

#include <limits>
#include <stdexcept>
#include <variant>

#include "usage/base/text.h"

namespace usage {
namespace {

// RapidJSON's output stream, into a std::string.
struct StringSink {
  using Ch = char;
  void Put(char c) { text += c; }
  void Flush() {}
  std::string text;
};

using CompactWriter = rapidjson::Writer<StringSink>;
using IndentedWriter = rapidjson::PrettyWriter<StringSink>;
using AnyWriter = std::variant<CompactWriter, IndentedWriter>;

constexpr unsigned kIndent = 2;

rapidjson::SizeType size_of(std::string_view text) {
  if (text.size() > std::numeric_limits<rapidjson::SizeType>::max()) throw std::length_error("text too long for JSON");
  return static_cast<rapidjson::SizeType>(text.size());
}

std::size_t count_digits(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

// RFC 8259 section 6, without exponents: -? (0 | [1-9][0-9]*) (. [0-9]+)?
bool is_plain_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t integer = count_digits(text);
  if (integer == 0 || (integer > 1 && text.front() == '0')) return false;
  text.remove_prefix(integer);
  if (text.empty()) return true;
  return text.front() == '.' && text.size() > 1 && count_digits(text.substr(1)) == text.size() - 1;
}

// The same text to whoever reads the JSON, and harmless to the screen that it may be printed on.
std::string quoted_for_a_screen(std::string_view text) {
  StringSink quoted;
  CompactWriter(quoted).String(text.data(), size_of(text));
  return with_unsafe_as_json_escapes(quoted.text);
}

template <typename Writer>
void write_string(Writer& writer, std::string_view text) {
  if (is_clean_text(text)) {
    writer.String(text.data(), size_of(text));
  } else {
    const std::string quoted = quoted_for_a_screen(text);
    writer.RawValue(quoted.data(), quoted.size(), rapidjson::kStringType);
  }
}

}  // namespace

struct JsonWriter::State {
  explicit State(JsonLayout layout) {
    if (layout == JsonLayout::kIndented) writer.emplace<IndentedWriter>(sink).SetIndent(' ', kIndent);
  }
  StringSink sink;
  AnyWriter writer{std::in_place_type<CompactWriter>, sink};
};

JsonWriter::JsonWriter(JsonLayout layout) : state_(std::make_unique<State>(layout)) {}

JsonWriter::~JsonWriter() = default;

JsonWriter& JsonWriter::begin_object() {
  std::visit([](auto& writer) { writer.StartObject(); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  std::visit([](auto& writer) { writer.EndObject(); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  std::visit([](auto& writer) { writer.StartArray(); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  std::visit([](auto& writer) { writer.EndArray(); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  if (!is_valid_utf8(name)) return key(clean_text(name, std::string_view::npos));
  std::visit([&](auto& writer) { write_string(writer, name); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  if (!is_valid_utf8(text)) return value(clean_text(text, std::string_view::npos));
  std::visit([&](auto& writer) { write_string(writer, text); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  std::visit([=](auto& writer) { writer.Int64(number); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
  std::visit([=](auto& writer) { writer.Uint64(number); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::value(bool truth) {
  std::visit([=](auto& writer) { writer.Bool(truth); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::null() {
  std::visit([](auto& writer) { writer.Null(); }, state_->writer);
  return *this;
}

JsonWriter& JsonWriter::number(const Quantity& quantity) {
  return number_digits(quantity.text());
}

JsonWriter& JsonWriter::number_digits(std::string_view digits) {
  if (!is_plain_json_number(digits)) throw std::invalid_argument("not a JSON number: " + clean_text(digits));
  std::visit([&](auto& writer) { writer.RawValue(digits.data(), digits.size(), rapidjson::kNumberType); },
             state_->writer);
  return *this;
}

const std::string& JsonWriter::text() const {
  return state_->sink.text;
}

}  // namespace usage

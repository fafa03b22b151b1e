// The only file that knows toml++.
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "nearest_name.h"
#include "settings.h"
#include "usage/base/file.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::uint64_t kMaxFileBytes = 1 << 20;

std::string place_of(const std::string& file, const toml::node& node) {
  return file + ":" + std::to_string(node.source().begin.line);
}

// Its value must not be shown, and its owner should hear where it belongs.
bool looks_secret(std::string_view key) {
  const std::string lower = ascii_lower(key);
  constexpr std::array<std::string_view, 8> kSigns = {"twilio",  "token",   "secret", "passw",
                                                      "api-key", "api_key", "apikey", "account"};
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return lower.find(sign) != std::string::npos; });
}

[[noreturn]] void refuse_key(std::string_view key, const std::string& place) {
  const std::string shown = clean_text(key, 60);
  if (looks_secret(key)) {
    throw UsageError("secret-in-configuration", place + ": \"" + shown + "\" looks like a secret",
                     "take it out; credentials come from TWILIO_... variables or --credentials FILE");
  }
  throw UsageError("key-unknown", place + ": unknown key \"" + shown + "\"" + suggestion(key, "", configurable_names()),
                   "config/usage-uploader.toml shows every key");
}

[[noreturn]] void refuse_type(const Setting& setting, const std::string& place, std::string_view expected) {
  throw UsageError("value-type", place + ": " + std::string(setting.name) + " must be " + std::string(expected),
                   "correct it there; config/usage-uploader.toml shows the form");
}

std::string_view expected_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::kFlag:
      return "true or false";
    case ValueKind::kCount:
      return "a whole number";
    case ValueKind::kConcurrency:
      return "a whole number, or \"auto\"";
    case ValueKind::kRate:
      return "a number";
    case ValueKind::kDuration:
      return "a number of seconds, or a text such as \"500ms\"";
    case ValueKind::kQuantity:
      return "a text such as \"99.95\" or a whole number (a TOML float is not exact)";
    default:
      return "a text in quotes";
  }
}

// As flags take numbers, without an exponent; the longest double has some 310 digits before its point, or behind it
// 340.
std::string float_text(double number) {
  std::array<char, 512> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed).ptr;
  return std::string(digits.data(), end);
}

// TOML knows types; what fits the setting's kind becomes the text that a flag would carry.
std::string text_of(const Setting& setting, const toml::node& node, const std::string& place) {
  const ValueKind kind = setting.kind;
  const bool is_number = kind == ValueKind::kRate || kind == ValueKind::kDuration;
  if (kind == ValueKind::kFlag) {
    if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  } else if (const auto* integer = node.as_integer()) {
    const bool is_whole = kind == ValueKind::kCount || kind == ValueKind::kConcurrency;
    if (is_number || is_whole || kind == ValueKind::kQuantity) return std::to_string(integer->get());
  } else if (const auto* floating = node.as_floating_point()) {
    if (is_number && std::isfinite(floating->get())) return float_text(floating->get());
  } else if (const auto* text = node.as_string()) {
    if (kind == ValueKind::kConcurrency && text->get() != kAutomatic) refuse_type(setting, place, expected_of(kind));
    if (kind != ValueKind::kCount) return text->get();
  }
  refuse_type(setting, place, expected_of(kind));
}

std::vector<std::string> texts_of(const Setting& setting, const toml::node& node, const std::string& place) {
  const toml::array* list = node.as_array();
  if (list == nullptr || setting.occurrence == Occurrence::kOnce) return {text_of(setting, node, place)};
  std::vector<std::string> texts;
  for (const toml::node& entry : *list) texts.push_back(text_of(setting, entry, place));
  return texts;
}

toml::table parsed_file(const std::filesystem::path& file) {
  std::string text;
  try {
    text = read_file(file, kMaxFileBytes);
  } catch (const std::exception& error) {
    throw UsageError("configuration-unreadable", "the configuration file cannot be read: " + clean_text(error.what()),
                     "make it readable, or name another one with --config FILE");
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw UsageError("configuration-malformed",
                     clean_text(file.string()) + ":" + std::to_string(error.source().begin.line) +
                         ": not valid TOML: " + clean_text(error.description(), 200),
                     "correct the line; config/usage-uploader.toml shows the form");
  }
}

}  // namespace

Settings read_config_file(const std::filesystem::path& file) {
  const toml::table table = parsed_file(file);
  const std::string name = clean_text(file.string());
  Settings values;
  for (const auto& [key, node] : table) {
    const std::string place = place_of(name, node);
    const Setting* setting = find_setting(key.str());
    if (setting == nullptr) refuse_key(key.str(), place);
    check_standing(*setting, place);
    std::vector<std::string> texts = texts_of(*setting, node, place);
    if (texts.empty()) continue;
    values.emplace(setting->name, SettingValue{setting, std::move(texts), Source::kFile, place});
  }
  return values;
}

}  // namespace usage

#include "json_members.h"

#include <algorithm>
#include <charconv>

#include "usage/base/error.h"

namespace usage::sandbox {

using Kind = JsonValue::Kind;

void refuse_scenario(const std::string& where, const std::string& what, const std::string& remedy) {
  throw UsageError("scenario", where + ": " + what, remedy);
}

void require_members(const JsonValue& value, const std::string& where, const std::vector<std::string_view>& known) {
  if (!value.is(Kind::kObject)) refuse_scenario(where, "not an object", "write {...} with any of: " + joined(known));
  std::vector<std::string_view> seen;
  for (const JsonMember& member : value.members) {
    if (std::find(known.begin(), known.end(), member.name) == known.end()) {
      refuse_scenario(where, "unknown member \"" + member.name + "\"", "known here: " + joined(known));
    }
    if (std::find(seen.begin(), seen.end(), member.name) != seen.end()) {
      refuse_scenario(where, "\"" + member.name + "\" stands twice", "keep one of them");
    }
    seen.push_back(member.name);
  }
}

const JsonValue* find_member(const JsonValue& object, std::string_view name) {
  const auto found = std::find_if(object.members.begin(), object.members.end(),
                                  [&](const JsonMember& member) { return member.name == name; });
  return found == object.members.end() ? nullptr : &found->value;
}

std::uint64_t read_count(const JsonValue& value, const std::string& where, std::uint64_t max) {
  std::uint64_t count = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [stop, error] = std::from_chars(value.text.data(), end, count);
  if (value.text.empty() || error != std::errc() || stop != end || count > max) {
    refuse_scenario(where, "not a whole number from 0 to " + std::to_string(max), "write one, such as 2");
  }
  return count;
}

std::string read_text(const JsonValue& value, const std::string& where) {
  if (!value.is(Kind::kString) && !value.is(Kind::kNumber)) refuse_scenario(where, "not a text", "write it in quotes");
  return value.text;
}

bool read_truth(const JsonValue& value, const std::string& where) {
  if (!value.is(Kind::kTrue) && !value.is(Kind::kFalse)) {
    refuse_scenario(where, "neither true nor false", "write true or false");
  }
  return value.is(Kind::kTrue);
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

}  // namespace usage::sandbox

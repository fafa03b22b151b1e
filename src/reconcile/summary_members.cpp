#include "summary_members.h"

#include "usage/base/whole_number.h"

namespace usage {
namespace {

// What stands behind `"name": ` in a line of its own at the top level.
std::optional<std::string_view> member(std::string_view json, std::string_view name) {
  const std::string start = "\n  \"" + std::string(name) + "\": ";
  const std::size_t at = json.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view value = json.substr(at + start.size());
  value = value.substr(0, value.find('\n'));
  if (value.ends_with(',')) value.remove_suffix(1);
  return value;
}

}  // namespace

std::optional<std::string> plain_text(std::string_view value) {
  if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"')) return std::nullopt;
  const std::string_view text = value.substr(1, value.size() - 2);
  if (text.find_first_of("\\\"") != std::string_view::npos) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> text_member(std::string_view json, std::string_view name) {
  const auto value = member(json, name);
  return value ? plain_text(*value) : std::nullopt;
}

std::optional<std::uint64_t> number_member(std::string_view json, std::string_view name) {
  const auto value = member(json, name);
  return value ? whole_number<std::uint64_t>(*value) : std::nullopt;
}

std::uint64_t list_size(std::string_view json, std::string_view name) {
  const std::string start = "\n  \"" + std::string(name) + "\": [\n";
  const std::size_t begin = json.find(start);
  if (begin == std::string_view::npos) return 0;
  std::string_view list = json.substr(begin + start.size() - 1);
  list = list.substr(0, list.find("\n  ]"));
  constexpr std::string_view kObject = "\n    {";
  std::uint64_t size = 0;
  for (std::size_t at = list.find(kObject); at != std::string_view::npos; at = list.find(kObject, at + 1)) ++size;
  return size;
}

}  // namespace usage

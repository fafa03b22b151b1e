#include "own_roles.h"

#include <algorithm>
#include <string>

namespace usage {
namespace {

std::string_view skip_digits(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of("0123456789"), text.size()));
}

}  // namespace

bool says_itself(const OwnRole& role, const FieldColumns& columns) {
  return columns[role.own] && !columns[role.role];
}

std::optional<std::string_view> own_text(const OwnRole& role, const FieldColumns& columns, const FieldCells& cells) {
  const std::string_view text = cells[role.own];
  if (!role.key_was || !columns[*role.key_was]) return text;  // a constant
  const std::string_view key = cells[*role.key];
  if (text.empty() || !is_key_unchanged(key, cells[*role.key_was]) || is_rounded_number(key)) return std::nullopt;
  return text;
}

CellTrouble no_table(const OwnRole& role, std::string_view key) {
  const std::string name(kFieldNames[role.role]);
  const std::string own(kFieldNames[role.own]);
  const std::string key_was(kFieldNames[*role.key_was]);
  return {name + "-not-looked-up",
          is_rounded_number(key) ? "a spreadsheet has rounded this key, so that it may be another's"
                                 : "the SID for this key is not in the file, and no table was given to look it up in",
          "give --lookup " + name + "=TABLE.csv:COLUMN; or write the SID into " + own + ", and the key into " +
              key_was + " as it stands here"};
}

bool is_rounded_number(std::string_view text) {
  std::string_view left = skip_digits(text);
  if (left.size() == text.size() || left.empty()) return false;
  if (left.front() == '.' || left.front() == ',') left = skip_digits(left.substr(1));
  if (!left.starts_with("E+") || left.size() == 2) return false;
  return skip_digits(left.substr(2)).empty();
}

}  // namespace usage

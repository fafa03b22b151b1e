#include "usage/base/column_name.h"

#include "usage/base/ascii.h"

namespace usage {
namespace {

// Of the one that the name begins with, in bytes; 0 where it begins with none. A no-break space is one of two bytes,
// and a spreadsheet breaks long names into lines.
constexpr std::size_t separator_size(std::string_view name) {
  if (name.empty()) return 0;
  if (std::string_view(" _-\t\n\r\v").find(name.front()) != std::string_view::npos) return 1;
  return name.starts_with("\xC2\xA0") ? 2 : 0;
}

std::string_view behind_separators(std::string_view name) {
  for (std::size_t size = separator_size(name); size > 0; size = separator_size(name)) name.remove_prefix(size);
  return name;
}

}  // namespace

std::string plain_name(std::string_view name) {
  std::string plain;
  for (name = behind_separators(name); !name.empty(); name = behind_separators(name.substr(1)))
    plain += ascii_lower(name.front());
  return plain;
}

// Without copies: each name of ours is held against each cell of a header, of which there may be very many.
bool same_name(std::string_view a, std::string_view b) {
  while (true) {
    a = behind_separators(a);
    b = behind_separators(b);
    if (a.empty() || b.empty()) return a.empty() && b.empty();
    if (ascii_lower(a.front()) != ascii_lower(b.front())) return false;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
}

}  // namespace usage

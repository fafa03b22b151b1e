#include "moved_cells.h"

#include <algorithm>
#include <string_view>

#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

std::optional<std::string> why_other_sid(const std::vector<std::string>& cells, const std::string& of_charge,
                                         bool (*is_sid)(std::string_view), std::string_view what) {
  const std::string key = sid_key(of_charge);
  if (std::ranges::any_of(cells, [&key](const std::string& cell) { return sid_key(cell) == key; })) return std::nullopt;
  const auto other = std::ranges::find_if(cells, is_sid);
  if (other == cells.end()) return std::nullopt;
  return "its cells hold the " + std::string(what) + " " + clean_text(*other) +
         ", but its usage_row names a charge of " + clean_text(of_charge);
}

}  // namespace

std::optional<std::string> why_moved(const std::vector<std::string>& cells, const RowRecord& row) {
  if (auto why = why_other_sid(cells, row.installation, is_installation_sid, "installation SID")) return why;
  return why_other_sid(cells, row.billing_sid, is_usual_billing_sid, "billing SID");
}

}  // namespace usage

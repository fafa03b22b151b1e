#include "invalid_lines.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace usage {
namespace {

// Without a reference, two lines may look alike.
template <class Row>
std::string content_of(const Row& row, const std::string& currency) {
  if (row.reference.empty()) return "";
  return row.reference + "\n" + row.installation + "\n" + row.billing_sid + "\n" + row.quantity + "\n" + currency;
}

}  // namespace

void name_as_before(UsageInput& input, const LedgerView& ledger) {
  std::map<std::string, std::vector<InvalidRow*>> nameless;
  std::set<std::string, std::less<>> named(input.usage_rows.begin(), input.usage_rows.end());
  for (InvalidRow& row : input.invalid) {
    if (!row.usage_row.empty())
      named.insert(row.usage_row);
    else if (input.files[row.file].mapping.usage_row.empty())
      nameless[content_of(row, input.currencies[row.currency])].push_back(&row);
  }
  nameless.erase("");
  if (nameless.empty()) return;
  std::map<std::string, std::set<std::string>> names;
  for (const InvalidLine& line : ledger.invalid_lines()) names[content_of(line, line.currency)].insert(line.usage_row);
  for (auto& [content, rows] : nameless) {
    const auto known = names.find(content);
    if (known == names.end() || known->second.size() > 1 || rows.size() > 1) continue;
    if (!named.contains(*known->second.begin())) rows.front()->usage_row = *known->second.begin();
  }
}

}  // namespace usage

#include "invalid_lines.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace usage {
namespace {

// Empty where too little stands in it to tell it from others.
template <class Row>
std::string content_of(const Row& row, const std::string& currency) {
  const bool tells = !row.reference.empty() || (!row.installation.empty() && !row.billing_sid.empty());
  if (!tells) return "";
  return row.installation + "\n" + row.billing_sid + "\n" + row.quantity + "\n" + currency + "\n" + row.reference;
}

// Of the run that had the most of them: a line that came again has its name from there.
using NamesByRun = std::map<RunId, std::vector<RowId>>;
const std::vector<RowId>& names_in(const NamesByRun& runs) {
  const auto fewer = [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); };
  return std::ranges::max_element(runs, fewer)->second;
}

}  // namespace

void name_as_before(UsageInput& input, const LedgerView& ledger) {
  const auto is_nameless = [&](const InvalidRow& row) {
    return row.usage_row.empty() && row.charge == 0 && input.files[row.file].mapping.usage_row.empty();
  };
  if (std::ranges::none_of(input.invalid, is_nameless)) return;
  std::map<std::string, NamesByRun> known;
  for (const InvalidLine& line : ledger.invalid_lines())
    known[content_of(line, line.currency)][line.run].push_back(line.name);
  known.erase("");
  std::map<std::string, std::size_t> seen;
  for (InvalidRow& row : input.invalid) {
    if (!is_nameless(row)) continue;
    const auto found = known.find(content_of(row, input.currencies[row.currency]));
    if (found == known.end()) continue;
    const std::vector<RowId>& names = names_in(found->second);
    const std::size_t nth = seen[found->first]++;
    if (nth < names.size()) row.charge = names[nth];
  }
}

}  // namespace usage

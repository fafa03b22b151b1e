#include "other_lines.h"

#include <algorithm>

namespace usage {

bool OtherLines::contains(const Origin& file, RowId charge) const {
  if (file == Origin{}) return false;
  auto known = charges_.find(file);
  if (known == charges_.end()) known = charges_.emplace(file, ledger_.charges_in_file(file.first, file.second)).first;
  return std::ranges::binary_search(known->second, charge);
}

}  // namespace usage

#include "other_lines.h"

#include <algorithm>

namespace usage {

bool OtherLines::is_other(const Origin& file, RowId charge) const {
  return file != Origin{} && std::ranges::binary_search(lines_of(file), LineOfFile{charge, false});
}

bool OtherLines::is_taken(const Origin& file, RowId charge) const {
  return is_other(file, charge) ||
         (file != Origin{} && std::ranges::binary_search(lines_of(file), LineOfFile{charge, true}));
}

const std::vector<LineOfFile>& OtherLines::lines_of(const Origin& file) const {
  auto known = lines_.find(file);
  if (known == lines_.end()) known = lines_.emplace(file, ledger_.lines_of_file(file.first, file.second)).first;
  return known->second;
}

}  // namespace usage

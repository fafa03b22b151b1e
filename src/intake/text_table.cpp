#include "text_table.h"

#include <functional>
#include <stdexcept>

namespace usage {

std::uint32_t TextTable::hash_of(std::string_view text) {
  const std::size_t hash = std::hash<std::string_view>{}(text);
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

std::uint32_t TextTable::index_of(std::string_view text, std::uint32_t hash) {
  const std::uint32_t index =
      slots_.index_of(hash, texts_.size(), [&](std::uint32_t known) { return texts_[known] == text; });
  if (index < texts_.size()) return index;
  if (texts_.size() >= kNoText) throw std::length_error("more than 4 billion different texts in a column");
  texts_.emplace_back(text);
  return index;
}

}  // namespace usage

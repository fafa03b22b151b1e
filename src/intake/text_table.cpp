#include "text_table.h"

#include <functional>
#include <stdexcept>

#include "usage/base/sid.h"
#include "usage/model/usage_row.h"

namespace usage {
namespace {
constexpr std::size_t kFirstSlots = 64;
}  // namespace

std::uint32_t TextTable::index_of(std::string_view text) {
  if (slots_.size() < 2 * (texts_.size() + 1)) grow();
  std::uint32_t& slot = slots_[slot_of(text)];
  if (slot != kNoText) return slot;
  if (texts_.size() >= kNoText) throw std::length_error("more than 4 billion different texts in a column");
  slot = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(text);
  return slot;
}

// The slot that holds the text's index, or the free one where it belongs.
std::size_t TextTable::slot_of(std::string_view text) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>{}(text)&mask;
  while (slots_[slot] != kNoText && texts_[slots_[slot]] != text) slot = (slot + 1) & mask;
  return slot;
}

void TextTable::grow() {
  slots_.assign(slots_.empty() ? kFirstSlots : 2 * slots_.size(), kNoText);
  for (std::size_t i = 0; i < texts_.size(); ++i) slots_[slot_of(texts_[i])] = static_cast<std::uint32_t>(i);
}

std::uint32_t SidTable::index_of(std::string_view sid) {
  const std::uint32_t spelling = spellings_.index_of(sid);
  if (spelling < index_of_spelling_.size()) return index_of_spelling_[spelling];
  const std::uint32_t index = keys_.index_of(sid_key(sid));
  if (index == sids_.size()) sids_.emplace_back(sid);
  index_of_spelling_.push_back(index);
  return index;
}

}  // namespace usage

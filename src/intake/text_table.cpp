#include "text_table.h"

#include <functional>
#include <stdexcept>

#include "usage/model/usage_row.h"

namespace usage {
namespace {
constexpr std::size_t kFirstSlots = 64;
}  // namespace

std::uint32_t TextTable::hash_of(std::string_view text) {
  const std::size_t hash = std::hash<std::string_view>{}(text);
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

std::uint32_t TextTable::index_of(std::string_view text, std::uint32_t hash) {
  if (slots_.size() < 2 * (texts_.size() + 1)) grow();
  Slot& slot = slots_[slot_of(text, hash)];
  if (slot.index != kNoText) return slot.index;
  if (texts_.size() >= kNoText) throw std::length_error("more than 4 billion different texts in a column");
  slot = {hash, static_cast<std::uint32_t>(texts_.size())};
  texts_.emplace_back(text);
  return slot.index;
}

void TextTable::prefetch(std::uint32_t hash) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
}

// The slot that holds the text's index, or the free one where it belongs.
std::size_t TextTable::slot_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  const auto is_other = [&](const Slot& s) { return s.hash != hash || texts_[s.index] != text; };
  while (slots_[slot].index != kNoText && is_other(slots_[slot])) slot = (slot + 1) & mask;
  return slot;
}

void TextTable::grow() {
  const std::vector<Slot> old = std::exchange(slots_, {});
  slots_.assign(old.empty() ? kFirstSlots : 2 * old.size(), {0, kNoText});
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& moved : old) {
    if (moved.index == kNoText) continue;
    std::size_t slot = moved.hash & mask;
    while (slots_[slot].index != kNoText) slot = (slot + 1) & mask;
    slots_[slot] = moved;
  }
}

}  // namespace usage

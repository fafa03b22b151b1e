// How tables find the index of an entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

// Of entries that lie beside it in order of their indexes: a hash table with open addressing.
class IndexSlots {
 public:
  // The index of the entry with this hash that `is_it(index)` says yes to. Else the entry is new, and gets `next`: as
  // many as there are so far.
  template <class IsIt>
  std::uint32_t index_of(std::uint32_t hash, std::size_t next, const IsIt& is_it) {
    if (slots_.size() < 2 * (next + 1)) grow();
    std::size_t at = home_of(hash);
    const auto is_other = [&](const Slot& slot) { return slot.hash != hash || !is_it(slot.index); };
    while (slots_[at].index != kNoText && is_other(slots_[at])) at = (at + 1) & (slots_.size() - 1);
    if (slots_[at].index == kNoText) slots_[at] = {hash, static_cast<std::uint32_t>(next)};
    return slots_[at].index;
  }

  // Says that index_of with this hash comes soon: a large table lies in no near cache.
  void prefetch(std::uint32_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[home_of(hash)]);
  }
  // The first index that index_of would look at; kNoText: none.
  std::uint32_t first_look(std::uint32_t hash) const { return slots_.empty() ? kNoText : slots_[home_of(hash)].index; }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t index = kNoText;  // kNoText: it is free
  };
  std::size_t home_of(std::uint32_t hash) const { return hash & (slots_.size() - 1); }
  void grow();
  std::vector<Slot> slots_;  // a power of two of them
};

}  // namespace usage

#include "index_slots.h"

#include <utility>

namespace usage {

void IndexSlots::grow() {
  constexpr std::size_t kFirstSlots = 64;
  const std::vector<Slot> old = std::exchange(slots_, {});
  slots_.resize(old.empty() ? kFirstSlots : 2 * old.size());
  for (const Slot& moved : old) {
    if (moved.index == kNoText) continue;
    std::size_t at = home_of(moved.hash);
    while (slots_[at].index != kNoText) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = moved;
  }
}

}  // namespace usage

#include "sid_table.h"

#include <utility>

#include "usage/model/usage_row.h"

namespace usage {
namespace {

constexpr std::size_t kFirstSlots = 64;

std::size_t hash_of(std::uint64_t high, std::uint64_t low) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15U;  // 2^64 / the golden ratio
  constexpr int kHalf = 32;
  const std::uint64_t mixed = (high ^ (low << kHalf | low >> kHalf)) * kFactor;
  return static_cast<std::size_t>(mixed ^ mixed >> kHalf);
}

}  // namespace

std::uint32_t PackedSidTable::index_of(const PackedSid& sid) {
  if (slots_.size() < 2 * (sids_.size() + 1)) grow();
  Slot& slot = slot_of(sid);
  if (slot.index == kNoText) {
    slot = {sid.high, sid.low, sid.capitals, static_cast<std::uint32_t>(sids_.size())};
    sids_.push_back(sid);
  }
  return slot.index;
}

void PackedSidTable::prefetch(const PackedSid& sid) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[hash_of(sid.high, sid.low) & (slots_.size() - 1)]);
}

PackedSidTable::Slot& PackedSidTable::slot_of(const PackedSid& sid) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash_of(sid.high, sid.low) & mask;
  const auto is_it = [&](const Slot& s) {
    return s.high == sid.high && s.low == sid.low && s.capitals == sid.capitals;
  };
  while (slots_[at].index != kNoText && !is_it(slots_[at])) at = (at + 1) & mask;
  return slots_[at];
}

void PackedSidTable::grow() {
  const std::size_t size = slots_.empty() ? kFirstSlots : 2 * slots_.size();
  slots_.assign(size, {0, 0, 0, kNoText});
  for (std::size_t i = 0; i < sids_.size(); ++i) {
    slot_of(sids_[i]) = {sids_[i].high, sids_[i].low, sids_[i].capitals, static_cast<std::uint32_t>(i)};
  }
}

std::uint32_t SidTable::index_of(std::string_view sid) {
  if (const auto packed = pack_sid(sid, prefix_)) return index_of(*packed);
  const std::uint32_t index = known(index_of_other_, others_.index_of(sid_key(sid)));
  if (index == sids_.size()) sids_.emplace_back(sid);
  return index;
}

std::uint32_t SidTable::index_of(const PackedSid& sid) {
  const std::uint32_t index = known(index_of_usual_, usual_.index_of({sid.high, sid.low, 0}));
  if (index == sids_.size()) sids_.push_back(unpack_sid(sid, prefix_));
  return index;
}

// The index of what a table of its own has found; the next free one where that is new.
std::uint32_t SidTable::known(std::vector<std::uint32_t>& indexes, std::uint32_t found) const {
  if (found == indexes.size()) indexes.push_back(static_cast<std::uint32_t>(sids_.size()));
  return indexes[found];
}

}  // namespace usage

#include "sid_table.h"

#include <utility>

#include "usage/model/usage_row.h"

namespace usage {
namespace {

constexpr std::size_t kFirstSlots = 64;

std::uint32_t hash_of(const PackedSid& sid) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15U;  // 2^64 / the golden ratio
  constexpr int kHalf = 32;
  const std::uint64_t mixed = (sid.high ^ (sid.low << kHalf | sid.low >> kHalf) ^ sid.capitals) * kFactor;
  return static_cast<std::uint32_t>(mixed ^ mixed >> kHalf);
}

}  // namespace

std::uint32_t PackedSidTable::index_of(const PackedSid& sid) {
  if (slots_.size() < 2 * (sids_.size() + 1)) grow();
  const std::uint32_t hash = hash_of(sid);
  Slot& slot = slot_of(sid, hash);
  if (slot.index == kNoText) {
    slot = {hash, static_cast<std::uint32_t>(sids_.size())};
    sids_.push_back(sid);
  }
  return slot.index;
}

void PackedSidTable::prefetch(const PackedSid& sid) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[hash_of(sid) & (slots_.size() - 1)]);
}

void PackedSidTable::prefetch_sid(const PackedSid& sid) const {
  if (slots_.empty()) return;
  const Slot& slot = slots_[hash_of(sid) & (slots_.size() - 1)];
  if (slot.index != kNoText) __builtin_prefetch(&sids_[slot.index]);
}

PackedSidTable::Slot& PackedSidTable::slot_of(const PackedSid& sid, std::uint32_t hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  const auto is_other = [&](const Slot& slot) { return slot.hash != hash || sids_[slot.index] != sid; };
  while (slots_[at].index != kNoText && is_other(slots_[at])) at = (at + 1) & mask;
  return slots_[at];
}

void PackedSidTable::grow() {
  const std::vector<Slot> old = std::exchange(slots_, {});
  slots_.assign(old.empty() ? kFirstSlots : 2 * old.size(), {0, kNoText});
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& moved : old) {
    if (moved.index == kNoText) continue;
    std::size_t at = moved.hash & mask;
    while (slots_[at].index != kNoText) at = (at + 1) & mask;
    slots_[at] = moved;
  }
}

std::uint32_t SidTable::index_of(std::string_view sid) {
  if (const auto packed = pack_sid(sid, prefix_)) return index_of(*packed);
  const std::uint32_t index = known(other_indexes_, others_.index_of(sid_key(sid)));
  if (other_sids_.size() < other_indexes_.size()) other_sids_.emplace_back(sid);
  return index;
}

std::uint32_t SidTable::index_of(const PackedSid& sid) {
  const std::uint32_t index = known(usual_indexes_, usual_.index_of({sid.high, sid.low, 0}));
  if (usual_capitals_.size() < usual_indexes_.size()) usual_capitals_.push_back(sid.capitals);
  return index;
}

// The index of what a table of its own has found; the next free one where that is new.
std::uint32_t SidTable::known(std::vector<std::uint32_t>& indexes, std::uint32_t found) const {
  if (found == indexes.size()) indexes.push_back(static_cast<std::uint32_t>(size()));
  return indexes[found];
}

std::vector<std::string> SidTable::take_sids() {
  std::vector<std::string> sids(size());
  for (std::uint32_t i = 0; i < usual_indexes_.size(); ++i) {
    const PackedSid& sid = usual_.sid(i);
    sids[usual_indexes_[i]] = unpack_sid({sid.high, sid.low, usual_capitals_[i]}, prefix_);
  }
  for (std::size_t i = 0; i < other_indexes_.size(); ++i) sids[other_indexes_[i]] = std::move(other_sids_[i]);
  *this = SidTable(prefix_);
  return sids;
}

}  // namespace usage

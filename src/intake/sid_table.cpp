#include "sid_table.h"

#include <utility>

namespace usage {
namespace {

// SIDs may count up instead of being random: each digit, wherever it stands, has to reach the bits that a table looks
// at.
std::uint32_t hash_of(const PackedSid& sid) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15U;  // 2^64 / the golden ratio
  constexpr int kHalf = 32;
  std::uint64_t mixed = (sid.high ^ sid.capitals) * kFactor;
  mixed = ((mixed ^ mixed >> kHalf) + sid.low) * kFactor;
  mixed = (mixed ^ mixed >> kHalf) * kFactor;
  return static_cast<std::uint32_t>(mixed >> kHalf);
}

}  // namespace

std::uint32_t PackedSidTable::index_of(const PackedSid& sid) {
  const std::uint32_t index =
      slots_.index_of(hash_of(sid), sids_.size(), [&](std::uint32_t known) { return sids_[known] == sid; });
  if (index == sids_.size()) sids_.push_back(sid);
  return index;
}

void PackedSidTable::prefetch(const PackedSid& sid) const {
  slots_.prefetch(hash_of(sid));
}

void PackedSidTable::prefetch_sid(const PackedSid& sid) const {
  if (const std::uint32_t index = slots_.first_look(hash_of(sid)); index != kNoText) __builtin_prefetch(&sids_[index]);
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

// Tables of SIDs, the 34 bytes of which are kept in 20.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "index_slots.h"
#include "text_table.h"
#include "usage/base/sid.h"

namespace usage {

// Equal packed SIDs have one index, in order of first appearance.
class PackedSidTable {
 public:
  std::uint32_t index_of(const PackedSid& sid);
  void prefetch(const PackedSid& sid) const;
  void prefetch_sid(const PackedSid& sid) const;  // some time after prefetch: what it is compared with
  const PackedSid& sid(std::uint32_t index) const { return sids_[index]; }
  std::size_t size() const { return sids_.size(); }

 private:
  std::vector<PackedSid> sids_;
  IndexSlots slots_;
};

// SIDs that differ in the letter case of their hex digits only have one index (sid_key). Texts are only made of them
// when they are taken: until then, a large file's tables would need twice the room.
class SidTable {
 public:
  // The two letters that SIDs of the usual form begin with.
  explicit SidTable(std::string_view prefix) : prefix_(prefix) {}
  std::uint32_t index_of(std::string_view sid);
  std::uint32_t index_of(const PackedSid& sid);
  void prefetch(const PackedSid& sid) const { usual_.prefetch({sid.high, sid.low, 0}); }
  std::size_t size() const { return usual_indexes_.size() + other_indexes_.size(); }
  std::vector<std::string> take_sids();  // as each first came; nothing is left

 private:
  std::uint32_t known(std::vector<std::uint32_t>& indexes, std::uint32_t found) const;
  std::string_view prefix_;
  PackedSidTable usual_;  // without capitals
  std::vector<std::uint32_t> usual_capitals_;
  std::vector<std::uint32_t> usual_indexes_;
  TextTable others_;  // their keys
  std::vector<std::string> other_sids_;
  std::vector<std::uint32_t> other_indexes_;
};

}  // namespace usage

// Rows that say the same as another, found without ordering all rows.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

// What makes rows equal.
using RowKey = std::pair<std::uint64_t, std::uint64_t>;

inline std::uint64_t installation_and_billing_sid(const UsageRow& row) {
  return std::uint64_t{row.installation} << 32 | row.billing_sid;
}

// Which keys may have come twice: a bit for each hash, in so many that few others are among them.
class RepeatedKeys {
 public:
  explicit RepeatedKeys(std::size_t rows)
      : shift_(64 - static_cast<unsigned>(std::bit_width(kBitsPerRow * rows + 63))),
        once_(std::size_t{1} << (64 - shift_)),
        twice_(once_.size()) {}

  void add(const RowKey& key) {
    const std::size_t bit = bit_of(key);
    if (once_[bit]) twice_[bit] = true;
    once_[bit] = true;
  }
  bool may_hold(const RowKey& key) const { return twice_[bit_of(key)]; }

 private:
  static constexpr std::size_t kBitsPerRow = 16;
  std::size_t bit_of(const RowKey& key) const {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15U;  // 2^64 / the golden ratio
    const std::uint64_t mixed = (key.first * kFactor ^ key.second) * kFactor;
    return static_cast<std::size_t>((mixed ^ mixed >> 29) * kFactor >> shift_);
  }
  unsigned shift_;
  std::vector<bool> once_;
  std::vector<bool> twice_;
};

// Calls visit(rows) for each key that several rows have, with their indexes in input order. `key_of` gives nothing for
// rows that are like no other.
template <class KeyOf, class Visit>
void each_repeated_key(const std::vector<UsageRow>& rows, const KeyOf& key_of, const Visit& visit) {
  RepeatedKeys repeated(rows.size());
  for (const UsageRow& row : rows)
    if (const std::optional<RowKey> key = key_of(row)) repeated.add(*key);

  std::vector<std::pair<RowKey, std::uint32_t>> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::optional<RowKey> key = key_of(rows[i]);
    if (key && repeated.may_hold(*key)) found.emplace_back(*key, static_cast<std::uint32_t>(i));
  }
  std::sort(found.begin(), found.end());

  std::vector<std::uint32_t> equal;
  for (std::size_t i = 0; i < found.size(); ++i) {
    equal.push_back(found[i].second);
    if (i + 1 < found.size() && found[i + 1].first == found[i].first) continue;
    if (equal.size() > 1) visit(std::span<const std::uint32_t>(equal));
    equal.clear();
  }
}

}  // namespace usage

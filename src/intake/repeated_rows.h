// Rows that say the same as another, found without ordering all rows.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "usage/base/huge_pages.h"
#include "usage/model/usage_row.h"

namespace usage {

// What makes rows equal.
using RowKey = std::pair<std::uint64_t, std::uint64_t>;

inline std::uint64_t installation_and_billing_sid(const UsageRow& row) {
  return std::uint64_t{row.installation} << 32 | row.billing_sid;
}

// Which keys may have come twice: for each hash, how often it came, in so many places that few others are counted
// with it. They lie in no near cache, so what is needed soon is asked for ahead.
class RepeatedKeys {
 public:
  explicit RepeatedKeys(std::size_t rows)
      : shift_(64 - static_cast<unsigned>(std::bit_width(kPlacesPerRow * rows + kPlacesPerWord - 1))) {
    const std::size_t words = (std::size_t{1} << (64 - shift_)) / kPlacesPerWord;
    reserve_in_huge_pages(words_, words);
    words_.resize(words);
  }

  using Hash = std::uint64_t;
  static Hash hash_of(const RowKey& key) {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15U;  // 2^64 / the golden ratio
    const std::uint64_t mixed = (key.first * kFactor ^ key.second) * kFactor;
    return (mixed ^ mixed >> 29) * kFactor;
  }
  void prefetch(Hash hash) const { __builtin_prefetch(&words_[place_of(hash) / kPlacesPerWord]); }
  void add(Hash hash) {
    const unsigned bit = bit_of(hash);
    std::uint64_t& word = words_[place_of(hash) / kPlacesPerWord];
    const std::uint64_t came_before = word >> bit & kOnce;
    word |= came_before << (bit + 1) | kOnce << bit;
    repeats_ += came_before;
  }
  // How many of the rows that were added may_hold can name at most.
  std::size_t most_held() const { return 2 * repeats_; }
  bool may_hold(Hash hash) const { return (words_[place_of(hash) / kPlacesPerWord] >> bit_of(hash) & kTwice) != 0; }

 private:
  static constexpr std::size_t kPlacesPerRow = 8;
  static constexpr std::size_t kPlacesPerWord = 32;  // two bits each
  static constexpr std::uint64_t kOnce = 1;
  static constexpr std::uint64_t kTwice = 2;
  std::size_t place_of(Hash hash) const { return static_cast<std::size_t>(hash >> shift_); }
  unsigned bit_of(Hash hash) const { return static_cast<unsigned>(place_of(hash) % kPlacesPerWord) * 2; }

  unsigned shift_;
  std::vector<std::uint64_t> words_;
  std::size_t repeats_ = 0;  // that came after the first of their place
};

// Calls take(row, key, hash) for each row that has a key, in order, some rows after the hash's place was asked for.
template <class KeyOf, class Take>
void each_hash_ahead(const std::vector<UsageRow>& rows, const KeyOf& key_of, const RepeatedKeys& repeated,
                     const Take& take) {
  constexpr std::size_t kAhead = 16;
  struct Asked {
    std::optional<RowKey> key;
    RepeatedKeys::Hash hash = 0;
  };
  std::array<Asked, kAhead> asked;
  for (std::size_t i = 0; i < rows.size() + kAhead; ++i) {
    Asked& slot = asked[i % kAhead];
    if (i >= kAhead && slot.key) take(static_cast<std::uint32_t>(i - kAhead), *slot.key, slot.hash);
    slot.key = i < rows.size() ? key_of(rows[i]) : std::nullopt;
    if (!slot.key) continue;
    slot.hash = RepeatedKeys::hash_of(*slot.key);
    repeated.prefetch(slot.hash);
  }
}

// Calls visit(rows) for each key that several rows have, with their indexes in input order. `key_of` gives nothing for
// rows that are like no other.
template <class KeyOf, class Visit>
void each_repeated_key(const std::vector<UsageRow>& rows, const KeyOf& key_of, const Visit& visit) {
  RepeatedKeys repeated(rows.size());
  each_hash_ahead(rows, key_of, repeated,
                  [&](std::uint32_t, const RowKey&, RepeatedKeys::Hash hash) { repeated.add(hash); });

  std::vector<std::pair<RowKey, std::uint32_t>> found;
  found.reserve(repeated.most_held());
  each_hash_ahead(rows, key_of, repeated, [&](std::uint32_t row, const RowKey& key, RepeatedKeys::Hash hash) {
    if (repeated.may_hold(hash)) found.emplace_back(key, row);
  });
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

// Chance that a seed decides, the same with every compiler and library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <utility>
#include <vector>

namespace usage::test {

class Dice {
 public:
  // Streams of one seed do not touch each other: a further throw in one leaves the others as they were.
  explicit Dice(std::uint64_t seed, std::uint64_t stream = 0)
      : state_(mixed(seed ^ mixed(stream + 0x51ED270B35A1EF4DULL))) {}

  // splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators).
  std::uint64_t next() { return mixed(state_ += 0x9E3779B97F4A7C15ULL); }

  std::size_t below(std::size_t end) { return end == 0 ? 0 : static_cast<std::size_t>(next() % end); }
  std::size_t between(std::size_t first, std::size_t last) { return first + below(last - first + 1); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  bool percent(std::size_t chance) { return below(100) < chance; }

  template <class Value>
  Value one_of(std::initializer_list<Value> values) {
    return values.begin()[below(values.size())];
  }
  template <class Value>
  const Value& one_of(const std::vector<Value>& values) {
    return values[below(values.size())];
  }
  template <class Value>
  void shuffle(std::vector<Value>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace usage::test

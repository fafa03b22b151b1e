// The seed of a property test: printed, and set with USAGE_TEST_SEED to see the same run again.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace usage::test {

inline std::uint64_t test_seed(const char* what) {
  const char* given = std::getenv("USAGE_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::printf("%s: USAGE_TEST_SEED=%llu\n", what, static_cast<unsigned long long>(seed));
  return seed;
}

}  // namespace usage::test

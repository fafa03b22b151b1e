// Whether the long form of the tests runs (tests/run.sh --long).
#pragma once

#include <cstdlib>
#include <string_view>

namespace usage::test {

inline bool are_long() {
  const char* given = std::getenv("USAGE_TEST_LONG");
  return given != nullptr && std::string_view(given) == "yes";
}

}  // namespace usage::test

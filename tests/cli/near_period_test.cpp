#include "../../src/cli/near_period.h"

#include <doctest/doctest.h>

namespace usage::test {
namespace {

using Names = std::vector<std::string>;

bool read_alike(const std::string& one, const std::string& other) {
  CAPTURE(one);
  CAPTURE(other);
  const bool there = !periods_read_like(one, {other}).empty();
  CHECK(there == !periods_read_like(other, {one}).empty());
  return there;
}

TEST_CASE("letter case, separators and leading zeros tell no periods apart") {
  for (const char* name : {"2026-01", "2026_01", "2026.01", "2026-1", "2026--001", "-2026-1", "02026-1.", "202601"})
    CHECK(read_alike("2026-1", name));
  for (const char* name : {"2026Q04", "2026-q4", "2026.Q.4"}) CHECK(read_alike("2026-Q4", name));
  CHECK(read_alike("2026-10", "202610"));
  CHECK(read_alike("MayJune", "may-june"));
  CHECK(read_alike("2026-0", "2026-00"));
}

TEST_CASE("other numbers or letters, or the same in another order, are other periods") {
  for (const char* name : {"2026-10", "20261", "2026-11", "2025-1", "1-2026", "2026-1a", "2026-1-1", "2026", "2026-2"})
    CHECK_FALSE(read_alike("2026-1", name));
  CHECK_FALSE(read_alike("2026", "2026-0"));
  CHECK_FALSE(read_alike("2026-10", "2026-1-0"));
  CHECK_FALSE(read_alike("0", "-"));
  CHECK_FALSE(read_alike("may", "maj"));
}

TEST_CASE("every name that reads alike is found, in the order of the known ones") {
  CHECK(periods_read_like("2026-01", {"2025-12", "2026-1", "2026-10", "2026.1"}) == Names{"2026-1", "2026.1"});
  CHECK(periods_read_like("2026-01", {}).empty());
}

}  // namespace
}  // namespace usage::test

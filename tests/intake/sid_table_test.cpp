#include "../../src/intake/sid_table.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "support/seed.h"

using namespace usage;

TEST_CASE("SIDs that hash alike are never taken for one another") {
  constexpr std::uint64_t kBits = 0x0123456789ABCDEFU;
  constexpr std::uint64_t kHalvesChanged = 0x89ABCDEF01234567U;
  const std::vector<PackedSid> alike = {{kBits, 0, 0}, {0, kHalvesChanged, 0}, {kBits ^ 5U, 0, 5}, {kBits ^ 6U, 0, 6}};
  PackedSidTable table;
  for (int again = 0; again < 2; ++again)
    for (std::uint32_t i = 0; i < alike.size(); ++i) CHECK(table.index_of(alike[i]) == i);
  CHECK(table.size() == alike.size());
}

TEST_CASE("however many SIDs come, each keeps the index that it had first") {
  const auto seed = test::test_seed("SIDs");
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  PackedSidTable table;
  std::vector<PackedSid> sids;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    sids.push_back({random() % 3, random(), static_cast<std::uint32_t>(random() % 2)});
    table.prefetch(sids.back());
    table.prefetch_sid(sids.back());
    CHECK(table.index_of(sids.back()) == i);
    const std::size_t earlier = random() % sids.size();
    CHECK(table.index_of(sids[earlier]) == earlier);
  }
  for (std::uint32_t i = 0; i < sids.size(); ++i) REQUIRE(table.sid(i) == sids[i]);
}

TEST_CASE("SIDs of the usual form and others share one row of indexes, each spelled as it came first") {
  const std::string digits(31, 'a');
  const std::string capital_digits(31, 'A');
  SidTable table("BI");
  CHECK(table.index_of("BI" + capital_digits + "1") == 0);
  CHECK(table.index_of("monthly fee") == 1);
  CHECK(table.index_of("BI" + digits + "2") == 2);
  CHECK(table.index_of("BI" + digits + "1") == 0);
  CHECK(table.index_of("Monthly fee") == 3);
  CHECK(table.index_of("BI" + capital_digits + "2") == 2);
  CHECK(table.index_of(*pack_sid("BI" + digits + "3", "BI")) == 4);
  CHECK(table.index_of("monthly fee") == 1);
  CHECK(table.size() == 5);
  CHECK(table.take_sids() == std::vector<std::string>{"BI" + capital_digits + "1", "monthly fee", "BI" + digits + "2",
                                                      "Monthly fee", "BI" + digits + "3"});
  CHECK(table.size() == 0);
  CHECK(table.index_of("BI" + digits + "2") == 0);
}

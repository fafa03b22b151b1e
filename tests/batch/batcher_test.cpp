#include "usage/batch/batcher.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>

using namespace usage;

namespace {

std::vector<UsageRow> rows_of(const std::vector<std::uint32_t>& installations) {
  std::vector<UsageRow> rows;
  std::uint32_t line = 2;
  for (const std::uint32_t installation : installations)
    rows.push_back({{0, 0, line++}, std::get<Quantity>(Quantity::parse("12.355")), installation, 7, kNoText, 0, 0});
  return rows;
}

using Rows = std::vector<std::uint32_t>;
Rows listed(const InstallationUsage& group) {
  return {group.rows.begin(), group.rows.end()};
}

}  // namespace

TEST_CASE("groups stand in order of first appearance, rows in input order") {
  const auto groups = group_by_installation(rows_of({4, 1, 4, 0, 1}));
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].installation == 4);
  CHECK(listed(groups[0]) == Rows{0, 2});
  CHECK(groups[1].installation == 1);
  CHECK(listed(groups[1]) == Rows{1, 4});
  CHECK(groups[2].installation == 0);
  CHECK(listed(groups[2]) == Rows{3});
}

TEST_CASE("no rows make no groups and no requests") {
  CHECK(group_by_installation({}).empty());
  CHECK(batch({}, 0).empty());
}

TEST_CASE("without a limit each installation is one request") {
  const auto requests = batch(group_by_installation(rows_of({2, 2, 2, 5})), 0);
  REQUIRE(requests.size() == 2);
  CHECK(listed(requests[0]) == Rows{0, 1, 2});
  CHECK(requests[1].installation == 5);
}

TEST_CASE("rows taken out leave the others in their order, and no empty group") {
  RowGroups groups = group_by_installation(rows_of({4, 1, 4, 0, 1, 4}));
  groups.erase_rows_if([](std::uint32_t row) { return row == 1 || row == 2 || row == 4; });
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].installation == 4);
  CHECK(listed(groups[0]) == Rows{0, 5});
  CHECK(groups[1].installation == 0);
  CHECK(listed(groups[1]) == Rows{3});
  CHECK(std::ranges::equal(groups.rows(), Rows{0, 5, 3}));
  groups.erase_rows_if([](std::uint32_t row) { return row < 4; });
  REQUIRE(groups.size() == 1);
  CHECK(listed(groups[0]) == Rows{5});
}

TEST_CASE("the largest limit that can be asked for cuts nothing") {
  const RowGroups groups = group_by_installation(rows_of({2, 5, 2, 5, 2}));
  for (const std::size_t limit : {SIZE_MAX, SIZE_MAX - 1, std::size_t{3}}) {
    const RowGroups requests = batch(groups, limit);
    REQUIRE(requests.size() == 2);
    CHECK(listed(requests[0]) == Rows{0, 2, 4});
    CHECK(listed(requests[1]) == Rows{1, 3});
  }
}

TEST_CASE("max_items cuts a group in input order, the last part being the rest") {
  const auto requests = batch(group_by_installation(rows_of({2, 5, 2, 2, 2, 2})), 2);
  REQUIRE(requests.size() == 4);
  CHECK(listed(requests[0]) == Rows{0, 2});
  CHECK(listed(requests[1]) == Rows{3, 4});
  CHECK(listed(requests[2]) == Rows{5});
  CHECK(requests[3].installation == 5);
}

TEST_CASE("every row is in exactly one request, whatever the sizes") {
  const unsigned seed = 20261031;
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint32_t> installations(random() % 50);
    for (auto& installation : installations) installation = static_cast<std::uint32_t>(random() % 9);
    const std::size_t limit = random() % 5;
    const auto rows = rows_of(installations);
    std::vector<int> seen(rows.size());
    for (const InstallationUsage& request : batch(group_by_installation(rows), limit)) {
      CHECK(!request.rows.empty());
      if (limit != 0) CHECK(request.rows.size() <= limit);
      for (const std::uint32_t row : request.rows) {
        CHECK(rows[row].installation == request.installation);
        ++seen[row];
      }
    }
    CHECK(seen == std::vector<int>(rows.size(), 1));
  }
}

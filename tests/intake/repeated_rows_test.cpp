#include "../../src/intake/repeated_rows.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <vector>

using namespace usage;

namespace {

using RowLists = std::map<RowKey, std::vector<std::uint32_t>>;

std::optional<RowKey> key_of(const UsageRow& row) {
  if (row.reference == kNoText) return std::nullopt;
  return RowKey(installation_and_billing_sid(row), row.reference);
}

// By holding each row against all.
RowLists expected(const std::vector<UsageRow>& rows) {
  RowLists lists;
  for (std::uint32_t i = 0; i < rows.size(); ++i)
    if (const auto key = key_of(rows[i])) lists[*key].push_back(i);
  std::erase_if(lists, [](const auto& list) { return list.second.size() < 2; });
  return lists;
}

RowLists found(const std::vector<UsageRow>& rows) {
  RowLists lists;
  each_repeated_key(rows, key_of, [&](std::span<const std::uint32_t> equal) {
    lists[*key_of(rows[equal[0]])] = {equal.begin(), equal.end()};
  });
  return lists;
}

std::vector<UsageRow> random_rows(std::size_t count, std::uint32_t different) {
  std::mt19937 random(count);  // NOLINT: the same rows each time
  std::vector<UsageRow> rows(count, UsageRow{{}, *Quantity::parse_short("1")});
  for (UsageRow& row : rows) {
    row.installation = static_cast<std::uint32_t>(random() % different);
    row.billing_sid = static_cast<std::uint32_t>(random() % 3);
    if (random() % 4 != 0) row.reference = static_cast<std::uint32_t>(random() % different);
  }
  return rows;
}

}  // namespace

TEST_CASE("of any rows those are found whose key another one has, each key once, in input order") {
  for (const std::size_t count : {0U, 1U, 2U, 3U, 50U, 1000U, 20'000U})
    for (const std::uint32_t different : {1U, 7U, 300U}) {
      const std::vector<UsageRow> rows = random_rows(count, different);
      CHECK(found(rows) == expected(rows));
    }
}

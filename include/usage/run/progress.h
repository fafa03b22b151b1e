#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "usage/base/clock.h"
#include "usage/base/decimal.h"

namespace usage {

// Rows that ended alike.
struct RowSum {
  std::uint64_t rows = 0;
  std::vector<std::pair<std::string, Amount>> amounts = {};  // by currency, in its order

  void add(const Quantity& quantity, std::string_view currency) {
    ++rows;
    auto found = std::ranges::find_if(amounts, [&](const auto& known) { return known.first >= currency; });
    if (found == amounts.end() || found->first != currency) found = amounts.emplace(found, currency, Amount());
    found->second += quantity;
  }
};

// How far a run is, at one moment. Counts are of this life of the run; totals are what it had to do at its start.
struct RunProgress {
  std::uint64_t requests_total = 0;
  std::uint64_t requests_done = 0;
  std::uint64_t requests_failed = 0;
  std::uint64_t requests_unknown = 0;
  std::uint64_t installations_total = 0;
  std::uint64_t installations_done = 0;
  RowSum submitted;
  RowSum not_submitted;
  RowSum failed;
  RowSum unknown;
  std::uint64_t retries = 0;       // attempts beyond a request's first
  std::uint64_t rate_limited = 0;  // attempts answered 429
  std::size_t in_flight = 0;
  std::size_t concurrency = 0;  // at most so many in flight, at present
  std::size_t backing_off = 0;
  bool starts_more = true;  // false: nothing is left to start, and only replies to what is in flight are awaited
  Duration elapsed{};
};

}  // namespace usage

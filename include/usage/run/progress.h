#pragma once

#include <cstdint>

#include "usage/base/clock.h"
#include "usage/base/decimal.h"

namespace usage {

// Rows that ended alike. Where they have several currencies, their digits are added: not for a report.
struct RowSum {
  std::uint64_t rows = 0;
  Amount amount;
  void add(const Quantity& quantity) {
    ++rows;
    amount += quantity;
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
  Duration elapsed{};
};

}  // namespace usage

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "usage/base/clock.h"
#include "usage/base/decimal.h"

namespace usage {

// How far a run is, at one moment. Counts are of this life of the run; totals are what it had to do at its start.
struct RunProgress {
  std::uint64_t requests_total = 0;
  std::uint64_t requests_done = 0;
  std::uint64_t installations_total = 0;
  std::uint64_t installations_done = 0;
  std::uint64_t failed = 0;    // requests
  std::uint64_t unknown = 0;   // requests
  std::uint64_t retries = 0;   // attempts beyond a request's first
  std::size_t in_flight = 0;
  std::size_t backing_off = 0;
  Amount submitted;            // all currencies' digits added: for a bar, not for a report
  Duration elapsed{};
};

}  // namespace usage

#include "usage/base/clock.h"

#include <doctest/doctest.h>

#include "support/fake_clock.h"

namespace {

using namespace std::chrono;
using usage::rfc3339;
using usage::WallTime;

constexpr WallTime kNewYearsEve = sys_days(2026y / December / 31) + 23h + 59min + 58s + 7654us;

}  // namespace

TEST_CASE("a time prints as RFC 3339 in UTC with milliseconds, cut, not rounded") {
  CHECK(rfc3339(kNewYearsEve) == "2026-12-31T23:59:58.007Z");
  CHECK(rfc3339(WallTime{}) == "1970-01-01T00:00:00.000Z");
  CHECK(rfc3339(sys_days(2028y / February / 29) + 4h + 5min + 6s + 999'999us) == "2028-02-29T04:05:06.999Z");
}

TEST_CASE("a time before 1970 prints as the date it is") {
  CHECK(rfc3339(WallTime(-1us)) == "1969-12-31T23:59:59.999Z");
  CHECK(rfc3339(sys_days(987y / June / 5)) == "0987-06-05T00:00:00.000Z");
}

TEST_CASE("the system's clock does not run backwards") {
  const usage::SystemClock clock;
  const auto first = clock.steady_now();
  CHECK(clock.steady_now() >= first);
  CHECK(clock.wall_now() > sys_days(2024y / January / 1));
}

TEST_CASE("a fake clock moves only when it is told to, and setting the wall clock leaves the steady one alone") {
  usage::test::FakeClock clock(kNewYearsEve);
  const auto steady = clock.steady_now();
  CHECK(clock.wall_now() == kNewYearsEve);
  clock.advance(1500ms);
  CHECK(clock.wall_now() == kNewYearsEve + 1500ms);
  CHECK(clock.steady_now() == steady + 1500ms);
  clock.set_wall(kNewYearsEve - 1h);
  CHECK(clock.wall_now() == kNewYearsEve - 1h);
  CHECK(clock.steady_now() == steady + 1500ms);
}

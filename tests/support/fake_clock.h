// Time that moves only when a test says so.
#pragma once

#include <chrono>

#include "usage/base/clock.h"

namespace usage::test {

// Starts at 2026-10-31T23:00:00Z, with a steady time that is not 0, unless told otherwise.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(WallTime wall = kDefaultWall, SteadyTime steady = SteadyTime(std::chrono::seconds(5000)))
      : wall_(wall), steady_(steady) {}
  WallTime wall_now() const override { return wall_; }
  SteadyTime steady_now() const override { return steady_; }
  void advance(Duration step) {
    wall_ += step;
    steady_ += step;
  }
  // Somebody sets the computer's clock: the steady time does not notice.
  void set_wall(WallTime wall) { wall_ = wall; }

 private:
  static constexpr WallTime kDefaultWall =
      std::chrono::sys_days(std::chrono::year(2026) / std::chrono::October / 31) + std::chrono::hours(23);
  WallTime wall_;
  SteadyTime steady_;
};

}  // namespace usage::test

// The one process of the simulation, which may die just before any of its steps.
#pragma once

#include <cstdint>
#include <limits>

namespace usage::test {

// Thrown where the code under test may be left at once; below SQLite every call fails instead, until the life is over.
struct Died {};

// A step is a call that leaves a mark outside: on the disk or on the wire.
class Process {
 public:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  // A new life. dies_at 1: before its first step.
  void begin(std::uint64_t dies_at = kNever) {
    steps_ = 0;
    dies_at_ = dies_at;
    dead_ = false;
  }
  // False: dead, and nothing of the step happens.
  bool step() {
    if (dead_ || ++steps_ >= dies_at_) dead_ = true;
    return !dead_;
  }
  bool is_dead() const { return dead_; }
  std::uint64_t steps() const { return steps_; }

 private:
  std::uint64_t steps_ = 0;
  std::uint64_t dies_at_ = kNever;
  bool dead_ = false;
};

}  // namespace usage::test

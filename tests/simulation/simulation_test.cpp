// The promise, tried: whatever the endpoint, the wire, the disk and the power do, nothing is billed twice and nothing
// lost.
//   USAGE_SIMULATION_SEED=n    that seed alone
//   USAGE_SIMULATION_SEEDS=n   so many seeds, from 1
//   USAGE_SIMULATION_FIRST=n   from n instead, so that many can be had in parts
//   USAGE_SIMULATION_JOBS=n    processes beside each other
#include "simulation/simulation.h"

#include <doctest/doctest.h>

#include <cstdio>

#include "simulation/seed_jobs.h"

namespace usage::test {

TEST_CASE("no seed bills twice, loses a charge, or leaves in doubt what is proven") {
  const std::uint64_t only = environment_number("USAGE_SIMULATION_SEED", 0);
  const std::uint64_t count = only != 0 ? 1 : environment_number("USAGE_SIMULATION_SEEDS", 6000);
  const std::uint64_t first = only != 0 ? only : environment_number("USAGE_SIMULATION_FIRST", 1);
  const auto all = SeedJobs<Simulation, Figures>("USAGE_SIMULATION_SEED", first, count).run();
  std::printf("simulation: %llu seeds: %s\n%s", static_cast<unsigned long long>(count), all.figures.text().c_str(),
              all.figures.unknown.text().c_str());
  CHECK(all.failed == 0);
  CHECK(all.figures.unknown.of(UnknownCause::kNone) == 0);
  if (count < 1000) return;
  // What did not come up was not tried.
  CHECK(all.figures.kills > count / 2);
  CHECK(all.figures.power_cuts > count / 2);
  CHECK(all.figures.disk_faults > count / 50);
  CHECK(all.figures.faulty_attempts > count / 2);
  for (std::size_t i = 0; i < kUnknownCauses; ++i) {
    const auto cause = static_cast<UnknownCause>(i);
    if (cause == UnknownCause::kNone || cause == UnknownCause::kEither202) continue;
    CAPTURE(i);
    CHECK(all.figures.unknown.of(cause) > 0);
  }
}

TEST_CASE("a seed repeats exactly") {
  for (std::uint64_t seed = 11; seed < 16; ++seed) {
    Figures once;
    Figures again;
    CHECK(Simulation(seed).run(once) == Simulation(seed).run(again));
    CHECK(once.text() == again.text());
    CHECK(once.steps > 0);
  }
}

}  // namespace usage::test

// The promise, tried over several uploads and periods.
//   USAGE_PERIOD_SEED=n        that seed alone
//   USAGE_SIMULATION_SEEDS=n   a fortieth of n seeds, from 1: one costs as much as a dozen of the others
//   USAGE_SIMULATION_FIRST=n   from a fortieth of n instead
//   USAGE_SIMULATION_JOBS=n    processes beside each other
#include "simulation/period_simulation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>

#include "simulation/seed_jobs.h"

namespace usage::test {

TEST_CASE("no history of uploads, edits, settlements and periods bills a charge twice, or loses one") {
  const std::uint64_t only = environment_number("USAGE_PERIOD_SEED", 0);
  const std::uint64_t share = environment_number("USAGE_SIMULATION_SEEDS", 6000) / 40;
  const std::uint64_t count = only != 0 ? 1 : std::max<std::uint64_t>(share, 1);
  const std::uint64_t first = only != 0 ? only : 1 + environment_number("USAGE_SIMULATION_FIRST", 1) / 40;
  const auto all = SeedJobs<PeriodSimulation, PeriodFigures>("USAGE_PERIOD_SEED", first, count).run();
  std::printf("periods: %llu seeds: %s\n%s", static_cast<unsigned long long>(count), all.figures.text().c_str(),
              all.figures.doubts.text().c_str());
  CHECK(all.failed == 0);
  CHECK(all.figures.doubts.of(UnknownCause::kNone) == 0);
  CHECK(all.figures.double_bills == 0);
  CHECK(all.figures.lost == 0);
  if (count < 250) return;
  // What did not come up was not tried.
  CHECK(all.figures.kills > count / 2);
  CHECK(all.figures.power_cuts > count / 2);
  CHECK(all.figures.disk_faults > count / 50);
  CHECK(all.figures.abandoned > count / 20);
  CHECK(all.figures.settlements > count / 2);
  CHECK(all.figures.left_out > count / 4);
  CHECK(all.figures.met_left_out > count / 20);
  CHECK(all.figures.additional > count / 4);
  CHECK(all.figures.taken_over > count / 2);
  CHECK(all.figures.corrected_sids > count / 10);
  CHECK(all.figures.corrected > count / 20);
  CHECK(all.figures.duplicates > count);
}

TEST_CASE("a history repeats exactly") {
  for (std::uint64_t seed = 11; seed < 16; ++seed) {
    PeriodFigures once;
    PeriodFigures again;
    CHECK(PeriodSimulation(seed).run(once) == PeriodSimulation(seed).run(again));
    CHECK(once.text() == again.text());
    CHECK(once.lives > 0);
  }
}

}  // namespace usage::test

// The promise, tried: whatever the endpoint, the wire, the disk and the power do, nothing is billed twice and nothing
// lost.
//   USAGE_SIMULATION_SEED=n    that seed alone
//   USAGE_SIMULATION_SEEDS=n   so many seeds, from 1
//   USAGE_SIMULATION_JOBS=n    processes beside each other
#include "simulation/simulation.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace usage::test {
namespace {

constexpr std::uint64_t kMostFailures = 5;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// One process's share: every `step`-th seed.
struct Share {
  std::uint64_t first = 1;
  std::uint64_t end = 1;
  std::uint64_t step = 1;
};

struct Result {
  Figures figures;
  std::uint64_t failed = 0;
};

Result run_share(const Share& share) {
  Result result;
  for (std::uint64_t seed = share.first; seed < share.end && result.failed < kMostFailures; seed += share.step) {
    const std::string complaint = Simulation(seed).run(result.figures);
    if (complaint.empty()) continue;
    ++result.failed;
    std::printf("USAGE_SIMULATION_SEED=%llu: %s\n", static_cast<unsigned long long>(seed), complaint.c_str());
  }
  std::fflush(stdout);
  return result;
}

// A process of its own for a share. Its result comes through the pipe; nothing where it did not end in order.
class Job {
 public:
  explicit Job(const Share& share) {
    std::fflush(stdout);
    REQUIRE(::pipe(pipe_.data()) == 0);
    process_ = ::fork();
    REQUIRE(process_ >= 0);
    if (process_ > 0) return;
    const Result result = run_share(share);
    const bool written = ::write(pipe_[1], &result, sizeof result) == sizeof result;
    ::_exit(written ? 0 : 1);
  }
  Result wait() const {
    Result result;
    int status = 0;
    const bool whole = ::read(pipe_[0], &result, sizeof result) == sizeof result;
    ::waitpid(process_, &status, 0);
    ::close(pipe_[0]);
    ::close(pipe_[1]);
    CHECK_MESSAGE((whole && status == 0), "a process of the simulation ended before its time");
    return result;
  }

 private:
  std::array<int, 2> pipe_{};
  ::pid_t process_ = 0;
};

Result run_all(std::uint64_t first, std::uint64_t count) {
  const std::uint64_t wanted = number_from("USAGE_SIMULATION_JOBS", std::thread::hardware_concurrency());
  const std::uint64_t jobs = std::clamp<std::uint64_t>(wanted, 1, std::min<std::uint64_t>(count, 256));
  std::vector<Job> others;
  for (std::uint64_t job = 1; job < jobs; ++job) others.emplace_back(Share{first + job, first + count, jobs});
  Result all = run_share({first, first + count, jobs});
  for (const Job& job : others) {
    const Result result = job.wait();
    all.figures += result.figures;
    all.failed += result.failed;
  }
  return all;
}

}  // namespace

TEST_CASE("no seed bills twice, loses a charge, or leaves in doubt what is proven") {
  const std::uint64_t only = number_from("USAGE_SIMULATION_SEED", 0);
  const std::uint64_t count = only != 0 ? 1 : number_from("USAGE_SIMULATION_SEEDS", 20000);
  const Result all = run_all(only != 0 ? only : 1, count);
  std::printf("simulation: %llu seeds: %s\n", static_cast<unsigned long long>(count), all.figures.text().c_str());
  CHECK(all.failed == 0);
  if (count < 1000) return;
  // What did not come up was not tried.
  CHECK(all.figures.kills > count / 2);
  CHECK(all.figures.power_cuts > count / 2);
  CHECK(all.figures.disk_faults > count / 50);
  CHECK(all.figures.faulty_attempts > count / 2);
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

// Many seeds in processes beside each other, whose figures are added up.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace usage::test {

inline std::uint64_t environment_number(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Simulation: made of a seed; run(Figures&) says what went wrong, or nothing.
template <class Simulation, class Figures>
class SeedJobs {
 public:
  struct Result {
    Figures figures;
    std::uint64_t failed = 0;
  };
  static_assert(std::is_trivially_copyable_v<Result>, "it goes through a pipe");

  // `name`: the environment variable that runs a seed alone.
  SeedJobs(std::string name, std::uint64_t first, std::uint64_t count)
      : name_(std::move(name)), first_(first), end_(first + count) {}

  Result run() const {
    const std::uint64_t wanted = environment_number("USAGE_SIMULATION_JOBS", std::thread::hardware_concurrency());
    const std::uint64_t jobs = std::clamp<std::uint64_t>(wanted, 1, std::min<std::uint64_t>(end_ - first_, 256));
    std::vector<Job> others;
    for (std::uint64_t job = 1; job < jobs; ++job) others.push_back(begin(first_ + job, jobs));
    Result all = run_share(first_, jobs);
    for (const Job& job : others) {
      const Result result = wait(job);
      all.figures += result.figures;
      all.failed += result.failed;
    }
    return all;
  }

 private:
  static constexpr std::uint64_t kMostFailures = 5;
  struct Job {
    std::array<int, 2> pipe{};
    ::pid_t process = 0;
  };

  Result run_share(std::uint64_t first, std::uint64_t step) const {
    Result result;
    for (std::uint64_t seed = first; seed < end_ && result.failed < kMostFailures; seed += step) {
      const std::string complaint = Simulation(seed).run(result.figures);
      if (complaint.empty()) continue;
      ++result.failed;
      std::printf("%s=%llu: %s\n", name_.c_str(), static_cast<unsigned long long>(seed), complaint.c_str());
    }
    std::fflush(stdout);
    return result;
  }

  Job begin(std::uint64_t first, std::uint64_t step) const {
    Job job;
    std::fflush(stdout);
    REQUIRE(::pipe(job.pipe.data()) == 0);
    job.process = ::fork();
    REQUIRE(job.process >= 0);
    if (job.process > 0) return job;
    const Result result = run_share(first, step);
    const bool written = ::write(job.pipe[1], &result, sizeof result) == sizeof result;
    ::_exit(written ? 0 : 1);
  }

  static Result wait(const Job& job) {
    Result result;
    int status = 0;
    ::close(job.pipe[1]);  // so that the read ends where the job died
    const bool whole = ::read(job.pipe[0], &result, sizeof result) == sizeof result;
    ::waitpid(job.process, &status, 0);
    ::close(job.pipe[0]);
    CHECK_MESSAGE((whole && status == 0), "a process of the simulation ended before its time");
    return result;
  }

  std::string name_;
  std::uint64_t first_;
  std::uint64_t end_;
};

}  // namespace usage::test

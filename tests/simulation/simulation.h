// One seed: a file, a run of it, its lives and deaths, and the checker after each.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/checker.h"
#include "simulation/crash_disk.h"
#include "simulation/crash_vfs.h"
#include "simulation/simulated_endpoint.h"
#include "simulation/unknown_cause.h"
#include "usage/ledger/ledger.h"
#include "usage/run/billing_run.h"

namespace usage::test {

// What came up, over all seeds: that the simulation does what it is for.
struct Figures {
  std::uint64_t lives = 0;
  std::uint64_t steps = 0;  // of all lives
  std::uint64_t kills = 0;
  std::uint64_t power_cuts = 0;
  std::uint64_t disk_faults = 0;
  std::uint64_t damaged = 0;  // seeds that end with a ledger which the disk has ruined, and which refuses to work
  std::uint64_t attempts = 0;
  std::uint64_t faulty_attempts = 0;  // that were not simply accepted
  std::uint64_t rows = 0;
  std::uint64_t billed = 0;  // items
  UnknownFigures unknown;    // rows
  Figures& operator+=(const Figures& more);
  std::string text() const;
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed);

  // Lives until the run is finished, and adds to the figures. What went wrong first; empty where nothing did.
  std::string run(Figures& figures);

 private:
  enum class Kind : std::uint8_t { kAny, kCalm };  // kCalm: no fault, no death; every charge must come to its end

  std::string live(Kind kind);
  void step_through(Ledger& ledger, Kind kind);
  RunInfo upload(Ledger& ledger);
  void send(Ledger& ledger, const RunInfo& run, Kind kind);
  void check(const Ledger& ledger, RunId run);
  void find_causes(const Ledger& ledger, const RunReport& report);
  void check_evidence_of(const Ledger& ledger, const RunReport& report);
  void end_life(SimulatedEndpoint::LifeEnd end);
  void plan_mishaps();
  void complain(const std::string& text);
  void add_up();
  bool is_over() const { return is_damaged_ || !complaint_.empty(); }

  std::uint64_t seed_;
  Dice dice_;
  Process process_;
  CrashDisk disk_;
  CrashVfs vfs_;
  FakeClock clock_;
  SimulatedEndpoint endpoint_;
  Weather weather_;
  RunOptions options_;
  std::size_t max_items_ = 0;
  UsageFile file_;
  Checker checker_;
  std::vector<LifeLog> lives_;
  LifeLog life_;
  std::uint64_t steps_of_life_ = 0;
  std::optional<std::uint32_t> signal_at_;  // asks to stop at the so-many-th question
  bool is_recorded_ = false;                // the run was acknowledged
  bool is_finished_ = false;
  bool is_damaged_ = false;
  std::vector<RowRecord> rows_;                   // as last reported
  std::map<std::uint32_t, UnknownCause> causes_;  // by number of a request in doubt
  std::string complaint_;
  Figures figures_;
};

}  // namespace usage::test

// One seed: the uploads of several periods over one ledger, with all that people, the wire, the disk and the power do
// between them, and the checker after each life.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "simulation/crash_disk.h"
#include "simulation/crash_vfs.h"
#include "simulation/period_figures.h"
#include "simulation/simulated_endpoint.h"
#include "simulation/simulated_operator.h"
#include "usage/ledger/ledger.h"
#include "usage/run/billing_run.h"

namespace usage::test {

class PeriodSimulation {
 public:
  explicit PeriodSimulation(std::uint64_t seed);

  // A history, then calm weather in which every charge that is wanted must be billed. What went wrong first; empty
  // where nothing did.
  std::string run(PeriodFigures& figures);

 private:
  using Command = std::function<void(Ledger&)>;
  using LifeEnd = SimulatedEndpoint::LifeEnd;

  // One process: opens the ledger, carries a command out, dies or ends.
  void live(std::size_t period, Temper weather, const Command& command);
  void end_life(LifeEnd end);
  void plan_mishaps();
  void arm_disk_fault();

  void upload_any(std::size_t period);
  void come_to_rest(std::size_t period);
  void upload_in_calm(std::size_t period, Upload upload);

  // Commands of the program.
  void upload(Ledger& ledger, Upload& upload, Temper temper);
  void record_and_send(Ledger& ledger, Upload& upload, const Accepted& accepted);
  void resume(Ledger& ledger, const RunInfo& run);
  void abandon(Ledger& ledger, const RunInfo& run);
  void settle(Ledger& ledger, std::size_t period, unsigned percent);
  void leave_out_some(Ledger& ledger, std::size_t period);
  void take_back(Ledger& ledger, std::size_t period, unsigned percent);
  void send(Ledger& ledger, const RunInfo& run);
  static std::optional<RunInfo> open_run(const Ledger& ledger, const Scope& scope);

  void check(const Ledger& ledger);
  SeenPeriod look(const Ledger& ledger, std::size_t period);
  void find_causes(const Ledger& ledger, std::size_t period, const SeenRun& run);
  SeenRun look_at_run(const Ledger& ledger, std::size_t period, const RunInfo& run);
  void check_references();
  void check_wanted(std::size_t period);
  std::vector<std::string> billed_in(std::size_t period) const;
  void complain(const std::string& text);
  void add_up();
  std::string told() const;  // every run's rows, with what they mean: for who looks into a seed
  bool is_over() const { return is_damaged_ || !complaint_.empty(); }

  Dice dice_;
  Process process_;
  CrashDisk disk_;
  CrashVfs vfs_;
  FakeClock clock_;
  SimulatedEndpoint endpoint_;
  MeaningSource meanings_;
  SimulatedOperator operator_;
  Weather weather_;
  RunOptions options_;
  std::size_t max_items_ = 0;
  std::vector<PeriodBook> books_;
  std::vector<std::size_t> period_of_life_;
  Temper temper_ = Temper::kAny;
  std::optional<std::uint32_t> signal_at_;
  std::optional<Upload> recording_;  // perhaps in the ledger
  bool is_acknowledged_ = false;     // certainly
  bool upload_is_over_ = false;
  bool is_damaged_ = false;
  std::string trace_;  // what happened, a line a life
  std::string complaint_;
  PeriodFigures figures_;
};

}  // namespace usage::test

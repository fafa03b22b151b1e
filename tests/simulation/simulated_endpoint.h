// The endpoint with its journal, and the wire to it, in simulated time. It knows of each attempt what it billed, and
// what the sender can know of that.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "simulation/fate.h"
#include "simulation/process.h"
#include "support/fake_clock.h"
#include "usage/send/schedule.h"
#include "usage/send/transport.h"

namespace usage::test {

// How far the sender is with an attempt's end.
enum class Knowledge : std::uint8_t {
  kUnderWay,   // not handed out, for ever where the process died
  kHandedOut,  // perhaps not recorded: the process died, or its ledger failed, before it came back for more
  kRecorded,
};

// One attempt, as the endpoint and the wire know it.
struct Contact {
  AttemptId attempt = 0;
  std::size_t life = 0;
  std::string body;  // as sent
  PostedUsage posted;
  Fate fate;
  SteadyTime started_at;
  SteadyTime ended_at;
  SteadyTime handed_out_at;
  Knowledge known = Knowledge::kUnderWay;
  std::vector<bool> billed;  // the journal: one an item
};

class SimulatedEndpoint final : public Transport {
 public:
  using FateSource = std::function<Fate(const std::vector<Item>&)>;

  SimulatedEndpoint(FakeClock& clock, Process& process) : clock_(clock), process_(process) {}

  // `is_sound`: the ledger has not failed, so that who comes back for more has recorded what came before.
  void begin_life(std::size_t life, const ScheduleOptions& sender, FateSource fates, std::function<bool()> is_sound);
  void all_recorded();  // the sender came to its end in order
  enum class LifeEnd : std::uint8_t { kOrderly, kLedgerFailed, kDied };
  void end_life(LifeEnd end, Dice& dice);

  void start(AttemptId attempt, const std::string& url, std::string body) override;
  std::vector<FinishedTransfer> poll(SteadyTime until) override;

  const std::vector<Contact>& contacts() const { return contacts_; }
  // What a correct sender never does: bad requests, too many at once. Empty where it did not.
  const std::string& complaint() const { return complaint_; }

 private:
  // Where claims are made ahead, outcomes wait a little to be recorded together.
  enum class Recording : std::uint8_t { kAtOnce, kShared };
  void enter();  // at each call: the process may die here; what was handed out long enough before is recorded by now
  void record_what_is_old();
  void complain(const std::string& text);
  void check_number_in_flight();
  FinishedTransfer hand_out(std::size_t contact);

  FakeClock& clock_;
  Process& process_;
  FateSource fates_;
  std::function<bool()> is_sound_;
  std::size_t life_ = 0;
  std::size_t concurrency_ = 1;
  Recording recording_ = Recording::kAtOnce;
  std::size_t polls_ = 0;
  bool understood_ = false;  // in this life, a reply that accepts or refuses
  std::vector<Contact> contacts_;
  std::vector<std::size_t> under_way_;   // indexes of contacts_
  std::vector<std::size_t> handed_out_;  // likewise
  std::unordered_set<AttemptId> attempts_;
  std::string complaint_;
};

}  // namespace usage::test

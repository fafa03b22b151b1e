// One history of a small model: a run of a few requests on the real run, schedule and ledger, in which each fork (how
// an attempt ends, which reply comes first, where the process dies) is asked of Choices.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/choices.h"
#include "simulation/crash_disk.h"
#include "simulation/crash_vfs.h"
#include "simulation/posted_usage.h"
#include "simulation/process.h"
#include "support/fake_clock.h"
#include "usage/ledger/ledger.h"
#include "usage/run/billing_run.h"
#include "usage/send/transport.h"

namespace usage::test {

enum class DiesAt : std::uint8_t {
  kEveryState,  // once in each state of disk and journal: see History
  kEveryWrite,  // also at each single write and sync of each commit
};

enum class Pruned : std::uint8_t { kNothing, kTwins };  // kTwins: see poll() and choose_ending()

struct SmallModel {
  unsigned installations = 1;
  unsigned items = 1;     // of each
  unsigned attempts = 1;  // of each installation that end in any way; the endpoint accepts what comes after them
  unsigned concurrency = 1;
  unsigned crashes = 1;  // at most, in a history
  unsigned reposts = 0;
  DiesAt dies_at = DiesAt::kEveryState;
  unsigned attempts_in_all = 99;  // of all installations, that end in any way
  Pruned pruned = Pruned::kNothing;
  std::string text() const;
};

// How an attempt ends. Bit n of a mask is the n-th item of the body.
struct Ending {
  enum class Kind : std::uint8_t { kAnswered, kUnknown, kRefused, kRateLimited, kNeverSent, kStopRun };
  Kind kind = Kind::kAnswered;
  unsigned bills = 0;  // what the endpoint bills; where it is answered, also what the reply says
};

// Whether the ledger has an attempt's end.
enum class Recorded : std::uint8_t { kNo, kPerhaps, kYes };  // kPerhaps: died within the commit

struct SmallContact {
  AttemptId attempt = 0;
  std::size_t life = 0;
  PostedUsage posted;
  Ending ending;
  Recorded recorded = Recorded::kNo;
};

// What a history leaves behind.
struct SmallReport {
  std::vector<SmallContact> contacts;  // the endpoint's journal, in order
  std::size_t claims_in_doubt = 0;     // that may have been recorded, and the process died before they were sent
  std::vector<RowRecord> rows;
  std::vector<Total> totals;  // the period's, as the ledger adds them up
};

// What is wrong, one a line; empty where nothing is. Knows of the product only its report.
std::string check_small(const SmallModel& model, const SmallReport& report);

// A ledger with the model's run recorded in it.
CrashDisk::Image recorded_model(const SmallModel& model);

// Dies, as a kill -9 does: what was written stays. A death is told apart by the disk and the journal that it leaves,
// since the rest was the process's own and is gone. With DiesAt::kEveryState it dies once in each such state:
// - each start, after the claims' commit and before it leaves: the commit is there, nothing is billed;
// - each start that is billed, after that: to die later, with the reply under way or at hand, leaves the same, up to
//   the next commit; so this is also the death before the commit that records the reply and claims the next;
// - after each commit that records and starts nothing: recorded, with a back-off or the run's end to come.
// To die before the first claim, in a recovery's commit or in that of the run's end leaves what one of these leaves, or
// what the next life finds anyway, as a commit is there or not; kEveryWrite takes none of that for granted.
class History final : public Transport {
 public:
  History(const SmallModel& model, const CrashDisk::Image& image, Choices& choices);

  // Lives until the run is finished. What went wrong first; empty where nothing did.
  std::string run();
  std::size_t lives() const { return life_; }
  bool has_crashed() const { return crashes_ > 0; }

  void start(AttemptId attempt, const std::string& url, std::string body) override;
  std::vector<FinishedTransfer> poll(SteadyTime until) override;

 private:
  void live();
  void resume(Ledger& ledger);
  void before_commit();
  void after_recording(const RunProgress& progress);
  bool may_crash() const { return crashes_ < model_.crashes; }
  bool dies();
  void kill();
  [[noreturn]] void die();
  void arm();
  void disarm();
  void committed();
  std::size_t free_places() const;
  Ending choose_ending(const PostedUsage& posted);
  FinishedTransfer hand_out(std::size_t contact);
  void complain(const std::string& text);

  const SmallModel& model_;
  Choices& choices_;
  Process process_;
  CrashDisk disk_;
  CrashVfs vfs_;
  FakeClock clock_;
  SmallReport report_;
  std::vector<std::size_t> under_way_;   // indexes of contacts
  std::vector<std::size_t> handed_out_;  // likewise, not known to be recorded
  std::map<std::string, unsigned> attempts_;
  unsigned attempts_in_all_ = 0;
  std::size_t life_ = 0;
  std::size_t crashes_ = 0;
  std::size_t polls_ = 0;
  std::size_t armed_fork_ = 0;
  std::size_t unsent_claims_ = 0;  // at most, if it died now
  bool is_armed_ = false;
  bool started_since_commit_ = false;
  bool recorded_in_this_commit_ = false;
  bool is_finished_ = false;
  std::string complaint_;
};

}  // namespace usage::test

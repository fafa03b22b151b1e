// The person at the keyboard: what they upload, what they allow, how they settle. They can ask the endpoint's journal.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulation/period_checker.h"
#include "simulation/simulated_endpoint.h"
#include "simulation/unknown_cause.h"
#include "usage/ledger/ledger.h"
#include "usage/plan/plan.h"
#include "usage/run/ledger_view.h"

namespace usage::test {

// One period as its person sees it.
struct PeriodBook {
  Scope scope;
  MeantFile sheet;  // what is wanted, as it stands now
  IntendedCharges intended;
  std::vector<MeantFile> uploaded;
  SeenPeriod seen;
  std::map<RowId, UnknownCause> doubts;             // of all rows that ever stood in doubt for a charge
  std::map<Intent, std::vector<FileRow>> standing;  // the rows that stand for its charges, as the ledger has them

  // Brings a new view of the ledger into what its person knows.
  void see(SeenPeriod now);
  // SIDs that were corrected in another file go into the rows that do not name their charge.
  void correct_sids(MeantFile& file) const;
};

struct Upload {
  MeantFile rows;
  OnInvalid on_invalid = OnInvalid::kRefuse;
  std::size_t period = 0;
  std::map<Intent, Intent> besides;  // charges wanted besides others that are billed, and those others
};

enum class Temper : std::uint8_t {
  kAny,      // now and then allows what is billed already, and wants it; gives up, takes rows out
  kCareful,  // corrects and allows until every charge is billed, and none twice
};

struct Accepted {
  UsageInput input;
  Plan plan;
  std::set<std::size_t> additional;  // rows of the file that were allowed
};

class SimulatedOperator {
 public:
  SimulatedOperator(Dice& dice, MeaningSource& meanings) : dice_(dice), meanings_(meanings) {}

  // A file to upload next; the sheet may be edited for it.
  Upload next_file(std::vector<PeriodBook>& books, std::size_t period);
  // Failed rows of one earlier run, or (careful) of all that wait in the period, by their usage_row.
  MeantFile failed_rows(const PeriodBook& book);
  MeantFile all_unbilled(const PeriodBook& book);

  // Brings the file past the plan's refusals: allows, takes out, corrects, or gives up. `items`: the journal.
  std::optional<Accepted> agree(const Ledger& ledger, PeriodBook& book, Upload& upload,
                                const std::vector<std::string>& items, std::size_t max_items, Temper temper);
  // The recorded file's meanings go into the sheet.
  static void note_upload(PeriodBook& book, const Upload& upload);
  // What was not readable is made so.
  void mend(MeantFile& sheet);

  // Decisions about charges in doubt of runs that are over or recovered, all true: `contacts` tell. `percent` of them.
  std::vector<Settlement> settlements(const Ledger& ledger, const PeriodBook& book,
                                      const std::vector<Contact>& contacts, unsigned percent, WallTime now);
  // Decisions not to bill what is proven not billed, and others that take such decisions back.
  std::vector<Settlement> left_out(const PeriodBook& book, unsigned percent, WallTime now);
  std::vector<Settlement> taken_back(const PeriodBook& book, unsigned percent, WallTime now);
  std::uint64_t corrected_sids() const { return corrected_sids_; }
  const std::string& complaint() const { return complaint_; }

 private:
  template <class Is>
  std::vector<Settlement> decide(const PeriodBook& book, const Is& is_meant, RowStatus status, unsigned percent,
                                 WallTime now);
  MeantFile rows_of_run(const PeriodBook& book, const SeenRun& run);
  void add_sheet_rows(const PeriodBook& book, MeantFile& file);
  bool decide_additional(const Accepted& tried, PeriodBook& book, Upload& upload, std::vector<std::string> items,
                         Temper temper);
  bool answer_invalid(const UsageInput& input, const PeriodBook& book, Upload& upload,
                      const std::vector<std::string>& items, Temper temper);
  void correct(FileRow& row);
  void correct_sid(const PeriodBook& book, MeantRow& row);

  Dice& dice_;
  MeaningSource& meanings_;
  std::uint64_t corrected_sids_ = 0;
  std::string complaint_;
};

}  // namespace usage::test

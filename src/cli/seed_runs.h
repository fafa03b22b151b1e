#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "seed_file.h"
#include "usage/ledger/ledger.h"

namespace usage {

// Enters runs of a lost ledger into a new one, oldest first. `ledger` outlives the object.
class RunSeeder {
 public:
  RunSeeder(Ledger& ledger, const Clock& clock) : ledger_(ledger), clock_(clock) {}
  // All of them, in this order.
  void seed(const std::vector<SeedFile>& files);
  // RefusedError where a charge went to a run whose file was not given: it may have been billed there.
  void require_nothing_missing() const;
  std::vector<Warning> warnings() const { return warnings_; }

 private:
  struct KnownCharge {
    RowId charge = 0;                        // 0: made by the present run, which is not recorded yet
    RowStatus status = RowStatus::kUnknown;  // kInvalid: not made yet, and `charge` the row that it would correct
    RowId row = 0;                           // that stands for it
    bool was_in_doubt = false;               // that row, whatever was decided since
    std::optional<WallTime> settled_at;
    std::string run;            // that file's
    std::string file;           // where it was last seen, for messages
    std::string superseded_by;  // a run that the file names and that has not come yet
  };
  // What a row is recorded as.
  struct Standing {
    ChargeRole role = ChargeRole::kNone;
    RowStatus status = RowStatus::kNotSent;
    RowId charge = 0;
    std::string note;  // for its reason
  };
  struct Decided {
    std::uint64_t ordinal = 0;
    Settlement settlement;
  };

  void seed_run(const SeedFile& file);
  void note_last_files(const std::vector<SeedFile>& files);
  SeedRow as_far_as_known(SeedRow row, const SeedFile& file);
  void warn_of_open_run(const SeedFile& file);
  Standing standing_of(const SeedRow& row, const SeedFile& file);
  Standing meet(const SeedRow& row, const KnownCharge& known, const SeedFile& file);
  Standing met_left_out(const SeedRow& row, const SeedFile& file);
  Standing meet_doubt(const SeedRow& row, const KnownCharge& known) const;
  KnownCharge taken_back(const SeedRow& row, const KnownCharge& known, const SeedFile& file);
  Standing meet_billed_elsewhere(const SeedRow& row, const KnownCharge& known, const SeedFile& file);
  void add(const SeedRow& row, const SeedFile& file);
  void note_token(const SeedRow& row, const Standing& standing, const SeedFile& file);
  void record_decisions(RunId run);

  Ledger& ledger_;
  const Clock& clock_;
  std::unordered_map<std::string, KnownCharge> charges_;        // by usage_row of the lost ledger
  std::unordered_map<std::string, const SeedFile*> last_file_;  // by usage_row: that has a row which stood for it
  std::vector<Warning> warnings_;

  // Of the present run.
  std::vector<std::string> tokens_;  // by ordinal; empty where the row makes no charge
  std::vector<Decided> decided_;
  std::uint64_t may_have_been_sent_ = 0;  // rows
};

}  // namespace usage

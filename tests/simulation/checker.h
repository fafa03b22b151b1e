// Holds the endpoint's journal against what the ledger says of each row. Knows of the product only its reports.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "simulation/simulated_endpoint.h"
#include "simulation/usage_file.h"
#include "usage/ledger/records.h"

namespace usage::test {

// What the sender was allowed to do.
struct SenderLimits {
  std::size_t claims = 1;  // at once
  unsigned max_attempts = 5;
  Duration max_wait{};
  unsigned reposts = 0;
};

// One life of the process, as it ended.
struct LifeLog {
  SimulatedEndpoint::LifeEnd end = SimulatedEndpoint::LifeEnd::kOrderly;
  std::set<std::uint32_t> unrecorded;  // numbers of requests whose outcome the program said it could not record
};

// What the ledger reports of the run at one moment.
struct RunReport {
  RunInfo run;
  RunCounts counts;
  std::vector<RowRecord> rows;
};

// Checks, after each life:
// - every row of the file is there once, as it stood there, with one status; rows and amounts close;
// - nothing is billed twice, nothing billed that is not `submitted` or `unknown`, nothing `submitted` that is not
// billed;
// - nothing was sent again without proof that the attempt before was not processed;
// - what the table proves is reported so, and `unknown` only where something is unknown;
// - what was reported once as final stays.
class Checker {
 public:
  Checker(UsageFile file, SenderLimits limits);

  // Complaints, one a line; empty where all is well. `lives` are those that have ended.
  std::string check(const RunReport& report, const std::vector<Contact>& contacts, const std::vector<LifeLog>& lives);

 private:
  struct Group;
  struct Sent;
  using Groups = std::map<std::string, Group>;

  void check_input(const RunReport& report);
  void check_totals(const RunReport& report);
  void check_final_stay(const RunReport& report);
  Groups groups_of(const RunReport& report, const std::vector<Contact>& contacts);
  void check_journal(const std::string& name, const Group& group);
  void check_single(const std::string& name, const Group& group);
  void check_equal_rows(const std::string& name, const Group& group);
  void check_finish(const Group& group, const RowRecord& row, std::uint8_t possible);
  bool has_given_up(const Group& group) const;
  bool excuse_claim(const RowRecord& row);
  void complain(const std::string& text);

  UsageFile file_;
  SenderLimits limits_;
  std::vector<RowStatus> last_;  // as last reported
  // Of the present check:
  const std::vector<LifeLog>* lives_ = nullptr;
  const RunReport* report_ = nullptr;
  std::size_t claims_left_ = 0;               // claims that may have been recorded and never sent
  std::set<std::uint32_t> excused_requests_;  // that used one up
  std::string complaints_;
};

}  // namespace usage::test

// How much each installation has in a currency: the one thing of a report that grows with the installations. So a
// bounded number of sums is kept in memory; the others lie, sorted, in a temporary file without a name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/file.h"
#include "usage/base/sid.h"
#include "usage/ledger/records.h"

namespace usage {

struct LargeInstallation {
  std::string sid;  // as it came first
  std::uint64_t rows = 0;
  Amount amount;
  std::vector<RowStatus> statuses;  // that its rows have, in the order of RowStatus
};

// Of one currency.
struct InstallationRanking {
  std::uint64_t installations = 0;         // all there are
  std::vector<LargeInstallation> largest;  // the largest first, equal ones by SID
};

class InstallationSums {
 public:
  // The temporary file, where one is needed, lies in the folder. kept: how many sums at most stay in memory, 48 bytes
  // each.
  explicit InstallationSums(std::filesystem::path folder, std::size_t kept = std::size_t{1} << 14);
  // Letter case does not part installations. What is no installation SID is not counted. std::system_error where the
  // temporary file cannot be written.
  void add(std::string_view installation, std::string_view currency, RowStatus status, const Amount& amount);
  // By currency. std::system_error where the temporary file cannot be read.
  std::map<std::string, InstallationRanking> ranking(std::size_t largest) const;

  struct Sum {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    Amount amount;
    std::uint32_t capitals = 0;
    std::uint32_t rows = 0;
    std::uint32_t currency = 0;
    std::uint32_t statuses = 0;  // bit n: RowStatus n
  };

 private:
  std::uint32_t currency_of(std::string_view currency);
  Sum& sum_of(const PackedSid& sid, std::uint32_t currency);
  std::size_t slot_of(const PackedSid& sid, std::uint32_t currency) const;
  void grow();
  void put_away();

  std::filesystem::path folder_;
  std::size_t kept_;
  std::vector<std::string> currencies_;
  std::vector<Sum> sums_;
  std::vector<std::uint32_t> slots_;  // open addressing: index into sums_ + 1, 0 where free
  FileDescriptor file_;
  std::vector<std::uint64_t> ends_;  // in the file, of each list of sums that was put away
};

}  // namespace usage

// How much each installation has in a currency: the one thing of a report that grows with the installations, so it is
// packed (about 60 bytes each).
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/sid.h"
#include "usage/ledger/records.h"

namespace usage {

struct LargeInstallation {
  std::string sid;
  std::uint64_t rows = 0;
  Amount amount;
  std::vector<RowStatus> statuses;  // that its rows have, in the order of RowStatus
};

class InstallationSums {
 public:
  // Letter case does not part installations. What is no installation SID is not counted.
  void add(std::string_view installation, std::string_view currency, RowStatus status, const Amount& amount);
  // The largest first, equal ones by SID.
  std::vector<LargeInstallation> largest(std::string_view currency, std::size_t count) const;
  std::uint64_t installations(std::string_view currency) const;

 private:
  struct Sum {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    Amount amount;
    std::uint32_t capitals = 0;
    std::uint32_t rows = 0;
    std::uint16_t currency = 0;
    std::uint8_t statuses = 0;  // bit n: RowStatus n
  };
  static_assert(sizeof(Sum) <= 48 && kRowStatusNames.size() <= 8);
  static LargeInstallation shown(const Sum& sum);
  std::uint16_t currency_of(std::string_view currency);
  Sum& sum_of(const PackedSid& sid, std::uint16_t currency);
  std::size_t slot_of(const PackedSid& sid, std::uint16_t currency) const;
  void grow();

  std::vector<std::string> currencies_;
  std::deque<Sum> sums_;
  std::vector<std::uint32_t> slots_;  // open addressing: index into sums_ + 1, 0 where free
};

}  // namespace usage

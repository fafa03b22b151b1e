// What a person wants to see of a plan before saying yes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "usage/plan/plan.h"

namespace usage {

struct InstallationAmount {
  std::string installation;
  std::uint64_t items = 0;
  Amount amount;
  friend bool operator==(const InstallationAmount&, const InstallationAmount&) = default;
};

// The valid rows of one currency.
struct CurrencyOverview {
  std::string currency;  // "" where the files name none
  std::uint64_t items = 0;
  Amount amount;
  InstallationAmount smallest;              // by amount; the earlier in the file where equal
  std::vector<InstallationAmount> largest;  // at most ten, largest first
};

// Rows left out for one reason, in one currency.
struct LeftOutGroup {
  std::string reason;
  std::string currency;
  RowsAndAmount sum;
  std::uint64_t unreadable = 0;  // of the rows: their amount cannot be read
};

struct PlanOverview {
  std::uint64_t rows = 0;  // of the files
  std::uint64_t valid = 0;
  std::uint64_t invalid = 0;
  std::uint64_t left_out = 0;
  std::uint64_t held_back = 0;
  std::uint64_t duplicate = 0;      // already submitted
  std::uint64_t in_doubt = 0;       // met a charge in doubt
  std::uint64_t again = 0;          // of `items`: in the place of a charge that was not billed
  std::uint64_t additional = 0;     // of `items`: beside a charge of the same billing item
  std::uint64_t items = 0;          // that the plan sends
  std::uint64_t installations = 0;  // that the plan sends to
  std::uint64_t requests = 0;
  std::vector<CurrencyOverview> currencies;   // in the order of their names
  std::vector<LeftOutGroup> left_out_by;      // by reason, then the currency's name
  std::map<std::string, RowsAndAmount> sent;  // that the plan sends, by currency
};

PlanOverview overview_of(const UsageInput& input, const Plan& plan);

}  // namespace usage

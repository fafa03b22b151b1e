// How rows and exact amounts add up, by status and currency, and whether nothing was lost between file and result.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "usage/ledger/records.h"

namespace usage {

// One status in one currency. What a person settled, and what a later row stands for now, is counted in `total` too.
struct StatusTotal {
  Total total;
  std::uint64_t superseded_rows = 0;
  std::uint64_t settled_rows = 0;
  Amount settled_amount;
};

class Totals {
 public:
  Totals() = default;
  explicit Totals(std::span<const Total> planned);
  // LedgerError "ledger-damaged" where the row claims an amount that cannot be read.
  void add(const RowRecord& row);
  std::vector<StatusTotal> by_status() const;      // those that occur, by status, then currency
  std::vector<Total> plain() const;                // the same without what was settled
  std::uint64_t rows(RowStatus status) const;      // in all currencies
  std::uint64_t standing(RowStatus status) const;  // the same without those that a later row stands for
  std::uint64_t rows() const;

 private:
  using Key = std::pair<RowStatus, std::string>;
  using KeyView = std::pair<RowStatus, std::string_view>;
  struct Less {
    using is_transparent = void;
    bool operator()(const KeyView& a, const KeyView& b) const { return a < b; }
  };
  StatusTotal& entry_of(RowStatus status, std::string_view currency);
  std::map<Key, StatusTotal, Less> totals_;
};

bool is_settled(const RowRecord& row);  // by a person

std::uint64_t rows_of(std::span<const Total> totals);
// The first of that currency; 0 of it where there is none.
Total total_in(std::span<const Total> totals, std::string_view currency);
// Counts a row in the total of its currency, which is added where there is none yet.
void count_row(std::vector<Total>& totals, RowStatus status, const std::string& currency, const Amount& amount);

// Over all statuses, by currency; `status` of the result means nothing.
std::vector<Total> sums_by_currency(std::span<const Total> totals);

// Holds rows, rows without a readable amount, and exact amounts of the input against those of the result, each currency
// over all statuses. One line for each difference; empty where all is well.
std::vector<std::string> check_totals_close(std::span<const Total> input, std::span<const Total> result);

}  // namespace usage

// Watches for a total line at the end of an export, while its rows stream by.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "usage/intake/inspection.h"

namespace usage {

class TotalWatch {
 public:
  explicit TotalWatch(const std::vector<std::string>& header);
  void add(std::uint32_t line, std::vector<std::string> cells);  // the rows in order, misshapen ones, too

  // The total line, where the last row, or the one above a last short line, looks like one in the column of the
  // amounts. Its sums need the roles.
  std::optional<TotalFinding> finding(const Inspection& inspection) const;

 private:
  struct Row {
    std::uint32_t line = 0;
    std::vector<std::string> cells;
  };
  // Of one column that may hold the amounts, under either sign; nothing once a cell could not be read.
  struct Sums {
    std::size_t column = 0;
    std::optional<Amount> as_point = Amount();
    std::optional<Amount> as_comma = Amount();
  };
  void add_to_sums(const Row& row);
  std::optional<Amount> sum_above(std::size_t last, std::size_t column, DecimalSign sign) const;

  std::vector<Sums> sums_;  // of the rows that are no longer in last_
  std::deque<Row> last_;
};

}  // namespace usage

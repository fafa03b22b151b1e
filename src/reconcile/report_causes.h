// Rows that are not billed, grouped by why: a handful of causes, however many rows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "usage/reconcile/run_summary.h"

namespace usage {

struct ReportCause {
  RowStatus status = RowStatus::kFailed;
  std::string currency;
  std::string reason;           // of its first row; empty: further causes together
  std::string_view next_step;   // as row_next_step words it
  bool numbers_differ = false;  // it names the line, or a count, of its first row
  bool reasons_differ = false;
  std::uint64_t rows = 0;
  std::uint64_t rows_without_amount = 0;
  Amount amount;
};

class ReportCauses {
 public:
  // `unsaid` is the reason of rows that say none.
  explicit ReportCauses(std::string_view unsaid) : unsaid_(unsaid) {}
  // `next_step` lives as long as the program.
  void add(const RowRecord& row, std::string_view next_step, const Amount& amount);
  // By outcome, the most rows first; what went beyond the limit last.
  std::vector<ReportCause> list() const;

 private:
  static constexpr std::size_t kMaxCauses = 60;
  using Key = std::tuple<RowStatus, std::string, std::string_view, std::string>;
  ReportCause& cause_of(const RowRecord& row, std::string_view next_step);
  std::string_view unsaid_;
  std::map<Key, ReportCause> causes_;
  std::size_t named_ = 0;  // of causes_
};

}  // namespace usage

// Which rows of an export count (--where).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "usage/intake/usage_intake.h"
#include "usage/model/usage_row.h"

namespace usage {

inline constexpr std::string_view kByWhere = "by --where ";  // how the reason of a row left out begins

class RowFilters {
 public:
  explicit RowFilters(const std::vector<RowFilter>& filters);

  // The rows that follow are of a file in which each filter is on the column beside it: what stands on one column goes
  // together, and two columns whose names differ only in case stay two. No columns: no filter applies.
  void begin_file(std::span<const std::size_t> columns);

  // `cells` stand beside the filters. Why the row is left out; nothing where it counts.
  std::optional<std::string_view> reason_to_leave_out(std::span<const std::string_view> cells);

  // Likewise of a row that has only so many columns. A cell that is not there is empty: a filter that keeps what is not
  // (COLUMN!=) leaves the row out.
  std::optional<std::string_view> reason_to_leave_out_short(std::size_t columns);

  // What looks like a mistyped filter: "where-unmatched", for a value that no row had, and for one to be left out that
  // was never met; "where-near", for cells that differ from a value by letter case or blanks only. Call at the end.
  std::vector<Warning> warnings() const;

  // A column with wanted values whose conditions no row passed: nothing could count. Its words; empty where there is
  // none.
  std::string hopeless() const;

 private:
  struct Filter {
    RowFilter filter;
    bool met = false;         // a row has its value
    bool any_passed = false;  // a row passed all that stands on its column
    std::size_t near = 0;     // rows whose cell may be meant by its value
    std::string first_near = {};
  };
  // The filters on one column, of one file or of several.
  struct Group {
    std::vector<std::size_t> filters;
    std::string reason;             // "by --where Status=Paid or Status=Sent"
    std::vector<std::string> seen;  // some values that were left out
  };
  std::size_t group_of(std::vector<std::size_t> filters);
  bool passes(Group& group, std::string_view cell);
  void note_near(const Group& group, std::string_view cell);
  const Group& first_group_with(std::size_t filter) const;
  static std::string seen_text(const Group& group);

  std::vector<Filter> filters_;
  std::vector<Group> groups_;
  std::vector<std::size_t> present_;  // the groups of the present file
  std::vector<std::size_t> columns_;  // of the present file, beside the filters
  bool any_row_ = false;
};

}  // namespace usage

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

class RowFilters {
 public:
  explicit RowFilters(const std::vector<RowFilter>& filters);

  // `cells` stand beside the filters. Why the row is left out; nothing where it counts.
  std::optional<std::string_view> reason_to_leave_out(std::span<const std::string_view> cells);

  // What looks like a mistyped filter: "where-unmatched", for a value that no row had, and for one to be left out that
  // was never met. Call at the end.
  std::vector<Warning> warnings() const;

  // A column with wanted values whose conditions no row passed: nothing could count. Its words; empty where there is
  // none.
  std::string hopeless() const;

 private:
  struct Condition {
    std::string value;
    bool met = false;
  };
  // All filters on one column.
  struct Column {
    std::string name;
    std::size_t cell = 0;  // of the first of its filters
    std::vector<Condition> equal;
    std::vector<Condition> different;
    std::string reason;             // "by --where Status=Paid or Status=Sent"
    std::vector<std::string> seen;  // some values that were left out
    bool any_passed = false;
  };
  static bool passes(Column& column, std::string_view cell);
  static std::string seen_text(const Column& column);
  std::vector<Column> columns_;
  bool any_row_ = false;
};

}  // namespace usage

// What an upload will do, decided before the first request leaves. No I/O: file values in, a plan out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "usage/batch/batcher.h"
#include "usage/ledger/records.h"
#include "usage/model/usage_row.h"
#include "usage/plan/meeting.h"
#include "usage/plan/month_comparison.h"
#include "usage/plan/total_lines.h"

namespace usage {

enum class OnInvalid : std::uint8_t {
  kRefuse,    // with any invalid row nothing is sent
  kHoldBack,  // --skip-invalid: every row of an installation with an invalid row is held back
};

// What the operator says the file must add up to, over all rows but those left out. A row whose amount cannot be read
// counts as a row and adds nothing.
struct ControlTotals {
  std::optional<std::uint64_t> rows;
  std::map<std::string, Amount> amounts;  // by currency; "" where the file names none or only one
};

// Rows and their amount in one currency.
struct RowsAndAmount {
  std::uint64_t rows = 0;
  Amount amount;
  friend bool operator==(const RowsAndAmount&, const RowsAndAmount&) = default;
};

struct PlanOptions {
  std::size_t max_items = 0;  // a request; 0: no limit
  OnInvalid on_invalid = OnInvalid::kRefuse;
  ControlTotals expected;
  // --allow-additional: exactly so many additional rows with exactly this sum, by currency as in ControlTotals.
  std::map<std::string, RowsAndAmount> allow_additional;
};

// Why nothing may be sent.
struct Refusal {
  // Stable: "invalid-rows", "control-rows", "control-total", "total-line", "additional-charges"; of those who know more
  // than the plan does also "warning-refused", "approval-differs", "approval-missing".
  std::string name;
  std::string text;
  std::string remedy;
};

struct Plan {
  RowGroups requests;                                        // numbered from 1 in this order
  Meeting meeting;                                           // what the rows met in the ledger
  std::unordered_map<std::uint32_t, std::string> held_back;  // installation -> place of its first invalid row
  std::map<std::string, RowsAndAmount> additional;           // that would be sent, by currency
  std::vector<Total> totals;  // every row of the files, by planned status (`not_sent`: will be sent) and currency
  std::vector<TotalLineCheck> total_lines;
  ControlTotals control_totals;               // as given; they agree, or are among the refusals
  std::vector<Total> period_before;           // what the period has already; set by who knows the ledger
  std::optional<MonthComparison> comparison;  // set by who knows the ledger, where that has a period before
  std::vector<Refusal> refusals;              // empty: may be sent
  std::string digest;  // of PlanDigest, where it may be sent and has something to send; set by who knows the ledger
};

Plan make_plan(const UsageInput& input, Meeting meeting, const PlanOptions& options);

// Whether a valid row (its index in UsageInput::rows) is in a request. It is not where its installation is held back,
// or where it met a charge that is not sent.
bool is_sent(const UsageInput& input, const Plan& plan, std::uint32_t row);

// Every row of the files in input order, as the ledger keeps it and as a refused plan reports it.
void each_planned_row(const UsageInput& input, const Plan& plan, const std::function<void(const NewRow&)>& visit);

// The rows' totals counted anew, by what the requests hold and what is in none: what Plan::totals are held against
// where nobody goes through the planned rows one by one.
std::vector<Total> totals_of_planned_rows(const UsageInput& input, const Plan& plan);

// SHA-256 over installation, billing SID, quantity (by value), reference and currency of each valid row, in input
// order, over the usage_rows where a file has them, and over the line, SIDs and amount of each invalid row.
std::string digest_of_content(const UsageInput& input);

}  // namespace usage

#include "invalid_rows.h"

#include <algorithm>
#include <set>

#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kNamed = 5;

struct OpenRow {
  std::string reference;
  std::string place;
};

bool has_invalid_rows(const RunInfo& run) {
  return std::ranges::count(run.input_totals, RowStatus::kInvalid, &Total::status) > 0;
}

// One that names a charge is about that charge, which the period counts.
bool is_missing(const RowRecord& row) {
  return row.status == RowStatus::kInvalid && row.usage_row.empty();
}

std::string key_of(const RowRecord& row) {
  if (!row.reference.empty()) return row.reference;
  return row.installation + "\n" + row.billing_sid + "\n" + row.quantity;  // no reference has a line break
}

std::vector<OpenRow> invalid_rows_of(const Ledger& ledger, const std::vector<RunInfo>& runs) {
  std::vector<OpenRow> rows;
  std::set<std::string> known;
  for (const RunInfo& run : runs) {
    if (!has_invalid_rows(run)) continue;
    ledger.each_row(run.id, [&](const RowRecord& row) {
      if (is_missing(row) && known.insert(key_of(row)).second)
        rows.push_back({row.reference, run.name + ", line " + std::to_string(row.place.line)});
    });
  }
  return rows;
}

void leave_out_what_came_later(std::vector<OpenRow>& rows, const Ledger& ledger, const Scope& scope) {
  std::set<std::string> came;
  for (const OpenRow& row : rows)
    if (!row.reference.empty()) came.insert(row.reference);
  if (came.empty()) return;
  std::set<std::string> missing = came;
  ledger.each_charge(scope, [&](const ChargeRecord& charge) { missing.erase(charge.row.reference); });
  std::erase_if(rows, [&](const OpenRow& row) { return !row.reference.empty() && !missing.contains(row.reference); });
}

std::string name_of(const OpenRow& row) {
  return row.reference.empty() ? row.place : clean_text(row.reference, 60) + " (" + row.place + ")";
}

}  // namespace

std::optional<Warning> warn_of_invalid_rows(const Ledger& ledger, const Scope& scope,
                                            const std::vector<RunInfo>& runs) {
  std::vector<OpenRow> rows = invalid_rows_of(ledger, runs);
  leave_out_what_came_later(rows, ledger, scope);
  if (rows.empty()) return std::nullopt;
  std::string names;
  for (std::size_t i = 0; i < std::min(rows.size(), kNamed); ++i) names += (i == 0 ? "" : ", ") + name_of(rows[i]);
  if (rows.size() > kNamed) names += " and " + std::to_string(rows.size() - kNamed) + " more";
  return Warning{"invalid-rows-in-runs", count_of(rows.size(), "row was", "rows were") +
                                             " invalid, and no upload with the same reference followed: " + names +
                                             "; an invalid row is no charge, and not counted here"};
}

}  // namespace usage

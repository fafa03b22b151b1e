#include "invalid_rows.h"

#include <algorithm>
#include <map>
#include <set>

#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kNamed = 5;

struct OpenRow {
  std::string run;
  std::uint32_t line = 0;
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string reference;
};

bool has_invalid_rows(const RunInfo& run) {
  return std::ranges::count(run.input_totals, RowStatus::kInvalid, &Total::status) > 0;
}

// One that names a charge is about that charge, which the period counts.
bool is_missing(const RowRecord& row) {
  return row.status == RowStatus::kInvalid && row.usage_row.empty();
}

// Each once, however often its file was uploaded: no cell has a line break.
std::vector<OpenRow> invalid_rows_of(const Ledger& ledger, const std::vector<RunInfo>& runs) {
  std::vector<OpenRow> rows;
  std::set<std::string> known;
  for (const RunInfo& run : runs) {
    if (!has_invalid_rows(run)) continue;
    ledger.each_row(run.id, [&](const RowRecord& row) {
      if (!is_missing(row)) return;
      const std::string key = row.reference + "\n" + row.installation + "\n" + row.billing_sid + "\n" + row.quantity;
      if (known.insert(key).second)
        rows.push_back({run.name, row.place.line, row.installation, row.billing_sid, row.quantity, row.reference});
    });
  }
  return rows;
}

// 0: the charge is not this row corrected. More: how well it fits.
int likeness(const OpenRow& row, const ChargeRecord& charge) {
  if (row.run == charge.run) return 0;  // it stood beside the row
  const bool same_installation = sid_key(row.installation) == sid_key(charge.row.installation);
  const bool same_item = sid_key(row.billing_sid) == sid_key(charge.row.billing_sid);
  // A SID may be what was wrong with it.
  if (!same_installation && is_installation_sid(row.installation)) return 0;
  if (!same_item && is_usual_billing_sid(row.billing_sid)) return 0;
  return 1 + (same_installation ? 1 : 0) + (same_item ? 1 : 0) + (row.quantity == charge.row.quantity ? 1 : 0);
}

// A charge of another run with the same reference is the row corrected, one charge for one row.
void leave_out_what_came_later(std::vector<OpenRow>& rows, const Ledger& ledger, const Scope& scope) {
  std::multimap<std::string, OpenRow*> by_reference;
  for (OpenRow& row : rows)
    if (!row.reference.empty()) by_reference.emplace(row.reference, &row);
  if (by_reference.empty()) return;
  ledger.each_charge(scope, [&](const ChargeRecord& charge) {
    const auto [begin, end] = by_reference.equal_range(charge.row.reference);
    const auto best = std::max_element(begin, end, [&](const auto& a, const auto& b) {
      return likeness(*a.second, charge) < likeness(*b.second, charge);
    });
    if (best == end || likeness(*best->second, charge) == 0) return;
    best->second->run.clear();
    by_reference.erase(best);
  });
  std::erase_if(rows, [](const OpenRow& row) { return row.run.empty(); });
}

std::string name_of(const OpenRow& row) {
  const std::string place = row.run + ", line " + std::to_string(row.line);
  return row.reference.empty() ? place : clean_text(row.reference, 60) + " (" + place + ")";
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
                                             " invalid, and no later charge with the reference stands for " +
                                             (rows.size() == 1 ? "it: " : "them: ") + names +
                                             "; an invalid row is no charge, and not counted here"};
}

}  // namespace usage

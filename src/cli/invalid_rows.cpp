#include "invalid_rows.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "usage/base/decimal.h"
#include "usage/base/list_text.h"
#include "usage/base/readable.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kNamed = 5;

struct OpenRow {
  std::string run;
  std::size_t run_order = 0;
  std::size_t last_run = 0;  // that had it: the order of the last upload of its file, uncorrected
  std::string place;
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string currency;
  std::string reference;
  bool is_held_back = false;
  bool is_readable = false;   // its quantity, whether or not it may be billed
  bool is_uncertain = false;  // later charges may stand for it, and nothing tells
};

bool is_no_charge(RowStatus status) {
  return status == RowStatus::kInvalid || status == RowStatus::kNotSent;
}

bool may_miss_rows(const RunInfo& run) {
  return std::ranges::any_of(run.input_totals, is_no_charge, &Total::status);
}

bool is_on_item_of(const RowRecord& row, const KnownCharge& charge) {
  return sid_key(row.installation) == sid_key(charge.installation) &&
         sid_key(row.billing_sid) == sid_key(charge.billing_sid);
}

// One that a later row corrected is a charge by that one, and one that names such a row is counted as that. One that
// names a charge is about that charge, which the period counts; but not where another period does, or where it was
// billed on another item. (With another amount, it is billed for good: what lacks is a further charge.) What is not
// sent and has none would have been additional, and was held back.
bool is_missing(const RowRecord& row, const RunInfo& run, const Ledger& ledger, const Scope& scope) {
  if (!is_no_charge(row.status) || !row.superseded_by.empty()) return false;
  if (row.usage_row.empty()) return true;
  const bool is_of_export = row.file < run.files.size() && run.files[row.file].mapping.usage_row.empty();
  if (row.is_uncorrected) {
    const auto first = ledger.find_uncorrected(row.usage_row);
    return is_of_export || (first && first->row == row.id);
  }
  if (row.status != RowStatus::kInvalid) return false;
  const std::optional<ScopedCharge> named = ledger.find_charge(row.usage_row);
  if (!named || !is_same_period(named->scope, scope)) return true;
  return !is_of_export && named->charge.status == RowStatus::kSubmitted && !is_on_item_of(row, named->charge);
}

std::string place_of(const RunInfo& run, const RowRecord& row) {
  const bool several = run.files.size() > 1 && row.file < run.files.size();
  return run.name + ", " + (several ? shown_name(run.files[row.file].name) + ":" : "line ") +
         std::to_string(row.place.line);
}

bool is_readable(const RowRecord& row) {
  return row.has_amount || read_any_amount(row.quantity, DecimalSign::kPoint, DigitGrouping::kNone);
}

// Each once, however often its file was uploaded; equal ones of one file are several. No cell has a line break.
std::vector<OpenRow> invalid_rows_of(const Ledger& ledger, const Scope& scope, const std::vector<RunInfo>& runs) {
  std::vector<OpenRow> rows;
  std::map<std::string, std::vector<std::size_t>> known;  // the equal ones among the rows
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!may_miss_rows(runs[i])) continue;
    std::map<std::string, std::size_t> here;
    ledger.each_row(runs[i].id, [&](const RowRecord& row) {
      if (!is_missing(row, runs[i], ledger, scope)) return;
      const std::string key =
          row.reference + "\n" + row.installation + "\n" + row.billing_sid + "\n" + row.quantity + "\n" + row.currency;
      std::vector<std::size_t>& equal = known[key];
      const std::size_t nth = here[key]++;
      if (nth < equal.size()) {
        rows[equal[nth]].last_run = i;
        return;
      }
      equal.push_back(rows.size());
      rows.push_back({runs[i].name, i, i, place_of(runs[i], row), row.installation, row.billing_sid, row.quantity,
                      row.currency, row.reference, row.status == RowStatus::kNotSent, is_readable(row)});
    });
  }
  return rows;
}

// Where rows of it stood before, too: "2026-10-1, line 2".
bool was_in_run(const ChargeRecord& charge, const std::string& run) {
  return charge.run == run || std::ranges::any_of(charge.superseded, [&](const std::string& place) {
           return place.starts_with(run + ", ");
         });
}

// 0: the charge is not this row corrected. More: how well it fits.
int likeness(const OpenRow& row, const ChargeRecord& charge, std::size_t run_order) {
  if (run_order <= row.run_order || was_in_run(charge, row.run)) return 0;
  const bool same_installation = sid_key(row.installation) == sid_key(charge.row.installation);
  const bool same_item = sid_key(row.billing_sid) == sid_key(charge.row.billing_sid);
  // What has no reference is known by its content, of which a currency is a part where both have one.
  if (row.reference.empty() && !may_be_same(row.currency, charge.row.currency)) return 0;
  // A SID may be what was wrong with it.
  if (!same_installation && is_installation_sid(row.installation)) return 0;
  if (!same_item && is_possible_billing_sid(row.billing_sid)) return 0;
  return 1 + (same_installation ? 1 : 0) + (same_item ? 1 : 0) + (row.quantity == charge.row.quantity ? 1 : 0) +
         (row.currency == charge.row.currency ? 1 : 0);
}

// What a row is found again by. Without a reference, only one that is unchanged can be, as what was held back.
std::string key_of(const std::string& reference, const std::string& installation, const std::string& billing_sid,
                   const std::string& quantity) {
  if (!reference.empty()) return reference;
  return "\n" + sid_key(installation) + "\n" + sid_key(billing_sid) + "\n" + quantity;
}

// Charges that are no row corrected as far as is known, by their item, in order of their making.
using ChargesByItem = std::multimap<std::string, ChargeRecord>;

template <class Row>
std::string item_of(const Row& row) {
  return sid_key(row.installation) + "\n" + sid_key(row.billing_sid);
}

void drop_cleared(std::vector<OpenRow>& rows) {
  std::erase_if(rows, [](const OpenRow& row) { return row.run.empty(); });
}

// A charge of a later run with the same reference is the row corrected, one charge for one row. What is left: the other
// charges on items of rows without a reference.
ChargesByItem leave_out_what_came_later(std::vector<OpenRow>& rows, const Ledger& ledger, const Scope& scope,
                                        const std::vector<RunInfo>& runs) {
  std::multimap<std::string, OpenRow*> by_key;
  std::set<std::string> items;
  for (OpenRow& row : rows) {
    by_key.emplace(key_of(row.reference, row.installation, row.billing_sid, row.quantity), &row);
    if (row.reference.empty()) items.insert(item_of(row));
  }
  ChargesByItem others;
  if (by_key.empty()) return others;
  std::map<std::string, std::size_t> order;
  for (std::size_t i = 0; i < runs.size(); ++i) order[runs[i].name] = i;
  const auto clears_row = [&](const ChargeRecord& charge) {
    const RowRecord& row = charge.row;
    const auto [begin, end] =
        by_key.equal_range(key_of(row.reference, row.installation, row.billing_sid, row.quantity));
    if (begin == end) return false;
    const std::size_t run = order[charge.run];
    const auto best = std::max_element(begin, end, [&](const auto& a, const auto& b) {
      return likeness(*a.second, charge, run) < likeness(*b.second, charge, run);
    });
    if (likeness(*best->second, charge, run) == 0) return false;
    best->second->run.clear();
    by_key.erase(best);
    return true;
  };
  ledger.each_charge(scope, [&](const ChargeRecord& charge) {
    if (clears_row(charge)) return;
    const std::string item = item_of(charge.row);
    if (items.contains(item)) others.emplace(item, charge);
  });
  drop_cleared(rows);
  return others;
}

// It stood beside the row in no run.
bool came_later(const ChargeRecord& charge, const OpenRow& row, const std::vector<RunInfo>& runs) {
  return std::ranges::none_of(std::span(runs).first(row.last_run + 1),
                              [&](const RunInfo& run) { return was_in_run(charge, run.name); });
}

// The later charge that stands for a row whose amount could not be read: with any amount. None where one that was not
// billed beside the row is open still: the later charge may be that one with another amount.
ChargesByItem::iterator correction_of(const OpenRow& row, ChargesByItem& charges, const std::vector<RunInfo>& runs) {
  const auto [begin, end] = charges.equal_range(item_of(row));
  const auto stays_open = [&](const auto& entry) {
    return is_unbilled(entry.second.row.status) && !came_later(entry.second, row, runs);
  };
  if (std::any_of(begin, end, stays_open)) return charges.end();
  const auto found = std::find_if(begin, end, [&](const auto& entry) {
    const RowRecord& charge = entry.second.row;
    return charge.reference.empty() && may_be_same(row.currency, charge.currency) &&
           came_later(entry.second, row, runs);
  });
  return found == end ? charges.end() : found;
}

// Those without a reference. One later charge for one row.
void leave_out_what_was_unreadable(std::vector<OpenRow>& rows, ChargesByItem& charges,
                                   const std::vector<RunInfo>& runs) {
  for (OpenRow& row : rows) {
    if (!row.reference.empty() || row.is_readable) continue;
    const auto found = correction_of(row, charges, runs);
    if (found == charges.end()) continue;
    row.run.clear();
    charges.erase(found);
  }
  drop_cleared(rows);
}

// Without a reference, where a SID was wrong, or where later charges on its item may be the row with another amount.
bool is_uncertain(const OpenRow& row, const ChargesByItem& charges, const std::vector<RunInfo>& runs) {
  if (!row.reference.empty()) return false;
  if (!is_installation_sid(row.installation) || !is_possible_billing_sid(row.billing_sid)) return true;
  const auto [begin, end] = charges.equal_range(item_of(row));
  return std::any_of(begin, end, [&](const auto& entry) { return came_later(entry.second, row, runs); });
}

std::string what_stands_for(const std::vector<OpenRow>& rows) {
  const std::string them = rows.size() == 1 ? "it" : "them";
  const auto uncertain = static_cast<std::size_t>(std::ranges::count_if(rows, &OpenRow::is_uncertain));
  if (uncertain == rows.size())
    return "without a reference it cannot be told whether a later charge stands for " + them;
  return "no later charge with the same SIDs and reference stands for " + them +
         (uncertain == 0 ? "" : " (of " + grouped(uncertain) + ", without a reference, it cannot be told)");
}

std::string name_of(const OpenRow& row) {
  const std::string place = clean_text(row.place, 200);
  return row.reference.empty() ? place : clean_text(row.reference, 60) + " (" + place + ")";
}

}  // namespace

std::optional<Warning> warn_of_invalid_rows(const Ledger& ledger, const Scope& scope,
                                            const std::vector<RunInfo>& runs) {
  std::vector<OpenRow> rows = invalid_rows_of(ledger, scope, runs);
  ChargesByItem others = leave_out_what_came_later(rows, ledger, scope, runs);
  for (OpenRow& row : rows) row.is_uncertain = is_uncertain(row, others, runs);
  leave_out_what_was_unreadable(rows, others, runs);
  if (rows.empty()) return std::nullopt;
  const std::string names = first_of_list(rows, kNamed, ", ", [](const OpenRow& row) { return name_of(row); });
  const bool held_back = std::ranges::any_of(rows, &OpenRow::is_held_back);
  return Warning{"invalid-rows-in-runs", count_of(rows.size(), "row was", "rows were") +
                                             (held_back ? " invalid or held back as additional" : " invalid") +
                                             ", and " + what_stands_for(rows) + ": " + names + "; " +
                                             (held_back ? "such a" : "an invalid") +
                                             " row is no charge, and not counted here"};
}

}  // namespace usage

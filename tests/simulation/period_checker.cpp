#include "simulation/period_checker.h"

#include <map>
#include <set>

#include "simulation/posted_usage.h"

namespace usage::test {
namespace {

std::string shown(const SeenRun& run, const RowRecord& row) {
  return "run " + run.run.name + " row " + std::to_string(row.ordinal) + " (" + std::string(name_of(row.status)) +
         ", " + row.usage_row + ")";
}

class PeriodCheck {
 public:
  std::string complaints;

  void check_run(const SeenRun& run) {
    if (run.rows.size() != run.file.size())
      return complain("run " + run.run.name + " has " + std::to_string(run.rows.size()) + " rows, its file " +
                      std::to_string(run.file.size()));
    for (std::size_t i = 0; i < run.rows.size(); ++i) check_row(run, run.rows[i], run.file[i].row);
    check_totals(run);
  }

  void check_stays(const SeenRun& before, const SeenRun& now) {
    if (before.run.state != RunState::kOpen && now.run.state != before.run.state)
      complain("run " + now.run.name + " was over, and is not what it was");
    for (std::size_t i = 0; i < before.rows.size() && i < now.rows.size(); ++i) {
      const RowStatus was = before.rows[i].status;
      const RowRecord& row = now.rows[i];
      if (row.status == was) continue;
      const bool decided = !row.settled_by.empty() || names_what_was_decided(row) || can_be_sent(row);
      const bool settled = decided && (was == RowStatus::kUnknown || is_left_out_or_back(before, before.rows[i], row));
      const bool sent = was == RowStatus::kNotSent && before.run.state == RunState::kOpen;
      if (!settled && !sent) complain(shown(now, row) + " was " + std::string(name_of(was)) + " before");
    }
  }

  // It met a charge in doubt, which was then settled as submitted or left out, with another content than the row's.
  static bool names_what_was_decided(const RowRecord& row) {
    return row.status == RowStatus::kInvalid && row.request == 0 &&
           row.reason.starts_with("the charge that it names was settled as ");
  }
  static bool names_what_was_billed(const RowRecord& row) {
    return names_what_was_decided(row) && row.reason.find("settled as submitted") != std::string::npos;
  }

  // A person left the charge out, of a run that is over, or took that back.
  static bool is_left_out_or_back(const SeenRun& run, const RowRecord& was, const RowRecord& row) {
    const auto is_out = [](const RowRecord& one) {
      return one.status == RowStatus::kLeftOut || names_what_was_decided(one);
    };
    if (is_out(was)) return row.status == RowStatus::kNotSubmitted;
    const bool only_met_it = row.request == 0;  // and it stands in an earlier run
    return is_out(row) && is_unbilled(was.status) && (run.run.state != RunState::kOpen || only_met_it);
  }

  // Likewise, settled as not submitted: the decision was on another content, so the row has none.
  static bool can_be_sent(const RowRecord& row) {
    return row.status == RowStatus::kNotSubmitted && row.request == 0 && row.is_other_content;
  }

  void check_billed_otherwise(const SeenRun& run, const RowRecord& row,
                              const std::map<std::string, const ChargeRecord*>& charges) {
    const auto found = charges.find(row.usage_row);
    if (found == charges.end()) return complain(shown(run, row) + " names no charge");
    const RowRecord& billed = found->second->row;
    const bool same = content_key(billed.installation, billed.billing_sid, billed.quantity) ==
                          content_key(row.installation, row.billing_sid, row.quantity) &&
                      (billed.reference == row.reference || billed.reference.empty() || row.reference.empty()) &&
                      (billed.currency == row.currency || billed.currency.empty() || row.currency.empty());
    if (billed.status != RowStatus::kSubmitted || same) complain(shown(run, row) + " is the charge that was billed");
  }

  void check_charges(const SeenPeriod& period) {
    std::map<std::string, const ChargeRecord*> charges;
    for (const ChargeRecord& charge : period.charges)
      if (!charges.emplace(charge.row.usage_row, &charge).second)
        complain("charge " + charge.row.usage_row + " is there twice");
    std::map<std::string, std::size_t> standing;
    for (const SeenRun& run : period.runs)
      for (const RowRecord& row : run.rows) check_row_of_charge(run, row, charges, standing);
    for (const auto& [name, charge] : charges)
      if (standing[name] != 1)
        complain(std::to_string(standing[name]) + " rows stand for charge " + name + ", which " + charge->run + " has");
  }

  void check_journal(const SeenPeriod& period, const IntendedCharges& intended, const std::vector<std::string>& items) {
    if (intended.distinct(items) < items.size()) complain("BILLED TWICE, or billed what nobody meant");
    struct Counts {
      std::size_t billed = 0;
      std::size_t submitted = 0;
      std::size_t unknown = 0;
    };
    std::map<std::string, Counts> contents;
    for (const std::string& item : items) ++contents[item].billed;
    for (const ChargeRecord& charge : period.charges) {
      Counts& counts = contents[content_key(charge.row.installation, charge.row.billing_sid, charge.row.quantity)];
      if (charge.row.status == RowStatus::kSubmitted) ++counts.submitted;
      if (charge.row.status == RowStatus::kUnknown) ++counts.unknown;
    }
    for (const auto& [content, counts] : contents) {
      const std::string numbers = ": " + content + ": billed " + std::to_string(counts.billed) + ", submitted " +
                                  std::to_string(counts.submitted) + ", unknown " + std::to_string(counts.unknown);
      if (counts.billed > counts.submitted + counts.unknown) complain("billed, and reported otherwise" + numbers);
      if (counts.submitted > counts.billed) complain("reported as submitted, and not billed" + numbers);
    }
  }

 private:
  void complain(const std::string& text) { complaints += text + "\n"; }

  void check_row(const SeenRun& run, const RowRecord& row, const FileRow& ours) {
    const bool same = lowered(row.installation) == lowered(ours.installation) && row.billing_sid == ours.billing_sid &&
                      units_of(row.quantity) == units_of(ours.quantity) && row.currency == ours.currency &&
                      row.reference == ours.reference;
    if (!same) complain(shown(run, row) + " is not that row of the file");
    const bool is_by_decision = !row.usage_row.empty() && (!row.settled_by.empty() || row.request == 0);
    if ((ours.kind == RowKind::kLeftOut) != (row.status == RowStatus::kLeftOut && !is_by_decision) ||
        (ours.kind == RowKind::kInvalid && row.status != RowStatus::kInvalid))
      complain(shown(run, row) + " has a status that its kind does not have");
  }

  // By currency, over the file, over the rows as reported, and as the plan promised.
  void check_totals(const SeenRun& run) {
    using Totals = std::map<std::string, std::pair<std::size_t, Int128>>;
    Totals file;
    Totals reported;
    Totals planned;
    const auto add = [](Totals& totals, const std::string& currency, std::size_t rows, Int128 units) {
      totals[currency].first += rows;
      totals[currency].second += units;
    };
    for (const MeantRow& row : run.file) add(file, row.row.currency, 1, units_of(row.row.quantity).value_or(0));
    for (const RowRecord& row : run.rows) add(reported, row.currency, 1, units_of(row.quantity).value_or(0));
    for (const Total& total : run.run.input_totals) add(planned, total.currency, total.rows, total.amount.units());
    if (file != reported || file != planned) complain("run " + run.run.name + " does not close");
  }

  void check_row_of_charge(const SeenRun& run, const RowRecord& row,
                           const std::map<std::string, const ChargeRecord*>& charges,
                           std::map<std::string, std::size_t>& standing) {
    if (names_what_was_billed(row)) check_billed_otherwise(run, row, charges);
    const bool speaks_of_charge = row.status != RowStatus::kInvalid && row.status != RowStatus::kLeftOut;
    const auto found = charges.find(row.usage_row);
    if (found == charges.end()) {
      if (speaks_of_charge && (row.request != 0 || row.status != RowStatus::kNotSent))
        complain(shown(run, row) + " has no charge");
      return;
    }
    const ChargeRecord& charge = *found->second;
    if (row.status == RowStatus::kLeftOut && !row.settled_by.empty() && !row.superseded_by.empty())
      complain(shown(run, row) + " was left out, and taken over");
    if (row.status == RowStatus::kDuplicate && charge.row.status != RowStatus::kSubmitted)
      complain(shown(run, row) + " is of a charge that is " + std::string(name_of(charge.row.status)));
    if (charge.row.id != row.id) return;
    ++standing[row.usage_row];
    if (charge.run != run.run.name || charge.row.status != row.status || !row.superseded_by.empty())
      complain(shown(run, row) + " stands for its charge, and the period says otherwise");
  }
};

}  // namespace

std::string check_period(const SeenPeriod& before, const SeenPeriod& now, const IntendedCharges& intended,
                         const std::vector<std::string>& items) {
  PeriodCheck check;
  for (const SeenRun& run : now.runs) check.check_run(run);
  if (now.runs.size() < before.runs.size()) return check.complaints + "LOST A RUN, which was acknowledged\n";
  for (std::size_t i = 0; i < before.runs.size(); ++i) check.check_stays(before.runs[i], now.runs[i]);
  check.check_charges(now);
  check.check_journal(now, intended, items);
  return check.complaints;
}

}  // namespace usage::test

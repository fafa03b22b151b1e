#include "decisions.h"

#include <algorithm>
#include <array>
#include <optional>

#include "moved_cells.h"
#include "open_run_check.h"
#include "usage/base/clock.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/cli/own_csv.h"
#include "usage/csv/cells.h"
#include "usage/intake/decision.h"

namespace usage {
namespace {

std::vector<std::string> all_cells(const OwnRow& row) {
  std::vector<std::string> texts;
  for (const std::string_view cell : split_cells(row.record, row.delimiter)) texts.push_back(cell_text(cell));
  return texts;
}

// Takes one row of unknown.csv. `agreed`: what --as says beside it.
void take_row(const OwnRow& row, std::optional<RowStatus> agreed, Decisions& decisions) {
  const std::string where = "line " + std::to_string(row.line);
  const std::string_view usage_row = row.cells[0];
  const std::string_view text = trim_blanks(row.cells[1]);
  if (text.empty()) {
    ++decisions.left_open;
    return;
  }
  const std::optional<RowStatus> decision = read_decision(text);
  if (!decision) {
    decisions.problems.push_back(where + ": usage_settle holds \"" + clean_text(text, 60) + "\"; write " +
                                 std::string(kDecisionWords));
    return;
  }
  if (agreed && decision != agreed) {
    decisions.problems.push_back(where + ": usage_settle holds " + clean_text(text, 60) + ", and --as says otherwise");
    return;
  }
  if (usage_row.empty()) {
    decisions.problems.push_back(where + ": usage_row is empty, so it names no charge");
    return;
  }
  const auto [found, is_new] = decisions.by_row.try_emplace(std::string(usage_row), Decision{*decision, where, {}});
  found->second.rows.push_back({where, all_cells(row)});
  if (!is_new && found->second.status != *decision)
    decisions.problems.push_back(where + ": decides otherwise than " + found->second.where + " on the same charge");
}

std::string place_in_run(const RowRecord& row) {
  return "line " + std::to_string(row.place.line) + " of the run ";
}

std::optional<std::string> why_not_over(const RowRecord& row, const RunInfo& run) {
  if (run.state != RunState::kOpen) return std::nullopt;
  return place_in_run(row) + "is " + std::string(name_of(row.status)) +
         (row.status == RowStatus::kNotSent ? ", and may still be sent" : ", of a run that is open") +
         ": end the run first, with abandon " + run.name;
}

// A decision that the charge was not billed was wrong, and a later row stands for it since: that one is settled, where
// it is just what was decided on.
std::optional<std::string> why_not_after_all(const RowRecord& row, const RunInfo& run,
                                             const std::vector<RowContent>& decided) {
  if (auto why = why_not_over(row, run)) return why;
  if (std::ranges::none_of(
          decided, [&](const RowContent& other) { return is_same_item(row, other) && is_same_amount(row, other); }))
    return place_in_run(row) +
           "is the charge as it was corrected since: what was in doubt had another amount or other SIDs (" +
           clean_text(decided.back().quantity, 40) + " for " + clean_text(decided.back().billing_sid, 60) + " of " +
           clean_text(decided.back().installation, 60) +
           "), so this one was not billed by it; where the line is not to be billed any more, settle it as left-out";
  return std::nullopt;
}

// Why no decision can be on this row of the run: it is not what stands for its charge.
std::optional<std::string> why_not_this_row(const RowRecord& row) {
  const std::string place = place_in_run(row);
  if (!row.superseded_by.empty())
    return place + "is superseded by " + clean_text(row.superseded_by) +
           ", which stands for the charge now: what is known of it is settled there, by its --row";
  if (row.is_other_content && row.status == RowStatus::kNotSent)
    return place +
           "was held back and only names the charge, which stands in an earlier run: settle it there, with the "
           "same --row";
  if (row.is_other_content)
    return place + "only names the charge, with other SIDs or another amount than what is decided on (" +
           clean_text(row.reason, 300) + "); settle the row that stands for it";
  return std::nullopt;
}

std::string nothing_to_decide(const RowRecord& row) {
  return place_in_run(row) + "is " + std::string(name_of(row.status)) + ", not unknown: there is nothing to decide";
}

// Why this row of the run cannot be settled as billed or not; nothing where it can.
std::optional<std::string> why_not(const RowRecord& row) {
  if (auto why = why_not_this_row(row)) return why;
  if (row.status == RowStatus::kUnknown || row.settled_at) return std::nullopt;
  return nothing_to_decide(row);
}

// Why this row of the run cannot be left out; nothing where it can.
std::optional<std::string> why_not_left_out(const RowRecord& row, const RunInfo& run) {
  if (auto why = why_not_this_row(row)) return why;
  const std::string place = place_in_run(row) + "is ";
  switch (row.status) {
    case RowStatus::kUnknown:
      return place + "unknown: find out whether it was billed, and settle it as submitted or not-submitted first";
    case RowStatus::kSubmitted:
    case RowStatus::kDuplicate:
      return place + "billed, which nothing takes back";
    case RowStatus::kInvalid:
      return place + "invalid, and so no charge: unless it is uploaded once more, it is not billed";
    case RowStatus::kFailed:
    case RowStatus::kNotSubmitted:
    case RowStatus::kNotSent:
    case RowStatus::kLeftOut:
      break;
  }
  return why_not_over(row, run);
}

// A file may be older than the decision that it would take back: what it says was not billed would be sent once more. A
// row that only met the charge is its duplicate since.
std::optional<std::string> why_not_by_file(const RowRecord& row, RowStatus decision) {
  if (!row.settled_at || is_unbilled(row.status) || row.status == RowStatus::kUnknown ||
      decision != RowStatus::kNotSubmitted)
    return std::nullopt;
  const bool is_left_out = row.status == RowStatus::kLeftOut;
  return "was settled as " + std::string(is_left_out ? "left out" : "submitted") + " by " +
         clean_text(row.settled_by, 80) + " at " + rfc3339(*row.settled_at) +
         "; where that was wrong, settle it by itself: --row " + clean_text(row.usage_row, 80) + " --as not-submitted";
}

// What came of a decision so far.
struct Match {
  bool settled = false;
  std::string problem;
  const DecidedRow* moved = nullptr;  // that has another charge's cells, which is the problem
};

class Matcher {
 public:
  Matcher(const Decisions& decisions, const Ledger& ledger, const RunInfo& run, const SettleOptions& options,
          WallTime now)
      : decisions_(decisions), ledger_(ledger), run_(run), options_(options), now_(now), open_runs_(ledger, run) {}

  void take(const RowRecord& row) {
    const auto named = decisions_.by_row.find(row.usage_row);
    if (named != decisions_.by_row.end()) return take_named(row, named->first, named->second);
    if (decisions_.by_installation.empty()) return;
    const auto installation = decisions_.by_installation.find(sid_key(row.installation));
    if (installation == decisions_.by_installation.end()) return;
    const RowStatus decision = installation->second.status;
    if (!is_meant(row, decision)) {
      if (row.status == RowStatus::kUnknown) installations_[installation->first].problem = *why_not_left_out(row, run_);
      return;
    }
    installations_[installation->first].settled = true;
    const auto why = decision == RowStatus::kLeftOut ? why_not_left_out(row, run_) : std::nullopt;
    if (why)
      result_.problems.push_back(installation->second.where + ": " + *why);
    else
      settle(row, installation->second);
  }

  SettledRows finish() {
    result_.problems.insert(result_.problems.begin(), decisions_.problems.begin(), decisions_.problems.end());
    for (const auto& [token, decision] : decisions_.by_row) report(decision, rows_[token], not_here(token));
    for (const auto& [key, decision] : decisions_.by_installation)
      report(decision, installations_[key],
             "run " + run_.name + " has no " + (decision.status == RowStatus::kLeftOut ? "unbilled" : "unknown") +
                 " row of this installation; one that is settled already is settled again by --row");
    for (std::string& problem : open_runs_.problems()) result_.problems.push_back(std::move(problem));
    return std::move(result_);
  }

 private:
  // Of an installation's rows: those in doubt or, where they are to be left out, its unbilled charges.
  static bool is_meant(const RowRecord& row, RowStatus decision) {
    if (row.is_other_content) return false;
    if (decision != RowStatus::kLeftOut) return row.status == RowStatus::kUnknown;
    return is_unbilled(row.status) && row.superseded_by.empty() && !row.usage_row.empty();
  }

  // A run may have other rows that name the charge, such as one in conflict with it.
  void take_named(const RowRecord& row, const std::string& token, const Decision& decision) {
    Match& match = rows_[token];
    if (match.settled) return;
    auto why = why_not_so(row, token, decision.status);
    if (!why && options_.from) why = why_not_by_file(row, decision.status);
    if (why) {
      match = {false, std::move(*why), nullptr};
    } else if (!find_moved(decision, row, match)) {
      settle(row, decision);
      match.settled = true;
    }
    const auto installation = decisions_.by_installation.find(sid_key(row.installation));
    if (installation != decisions_.by_installation.end()) installations_[installation->first].settled |= match.settled;
  }

  std::optional<std::string> why_not_so(const RowRecord& row, const std::string& token, RowStatus decision) const {
    const bool only_met = row.status == RowStatus::kLeftOut && !row.settled_at;
    if (only_met) return not_here(token);
    if (decision == RowStatus::kLeftOut) return why_not_left_out(row, run_);
    return decision == RowStatus::kSubmitted ? why_not_submitted(row) : why_not(row);
  }

  // Billed can only be what was ever in doubt: this row, or an earlier one of its charge, just as it is.
  std::optional<std::string> why_not_submitted(const RowRecord& row) const {
    const bool is_decided = row.status != RowStatus::kUnknown && (row.settled_at || is_unbilled(row.status));
    if (!is_decided || !row.superseded_by.empty() || row.is_other_content) return why_not(row);
    const auto decided = ledger_.decided_before(row.id);
    if (decided.empty()) return nothing_to_decide(row);
    if (std::ranges::any_of(decided, &RowContent::stands)) return std::nullopt;
    return why_not_after_all(row, run_, decided);
  }

  static bool find_moved(const Decision& decision, const RowRecord& row, Match& match) {
    for (const DecidedRow& decided : decision.rows) {
      auto why = why_moved(decided.cells, row);
      if (!why) continue;
      match.problem = std::move(*why);
      match.moved = &decided;
      return true;
    }
    return false;
  }

  void settle(const RowRecord& row, const Decision& decision) {
    result_.settlements.push_back({row.id, decision.status, options_.settled_by, options_.note, now_});
    if (decision.status == RowStatus::kSubmitted) open_runs_.is_submitted(row, decision.where);
    if (row.settled_at) ++result_.decided_again;
    RowRecord decided = row;
    decided.status = decision.status;
    result_.totals.add(decided);
  }

  void report(const Decision& decision, const Match& match, const std::string& nothing_found) {
    if (match.settled) return;
    result_.rows_moved = result_.rows_moved || match.moved != nullptr;
    const std::string& where = match.moved != nullptr ? match.moved->where : decision.where;
    result_.problems.push_back(where + ": " + (match.problem.empty() ? nothing_found : match.problem));
  }

  std::string not_here(const std::string& token) const {
    const std::optional<ScopedCharge> known = ledger_.find_charge(token);
    if (!known) return "no charge of this ledger has the usage_row " + clean_text(token, 80);
    return "its charge is not of run " + run_.name + " but stands in run " + known->charge.run_name + ", " +
           clean_text(known->charge.place);
  }

  const Decisions& decisions_;
  const Ledger& ledger_;
  const RunInfo& run_;
  const SettleOptions& options_;
  WallTime now_;
  OpenRunCheck open_runs_;
  std::map<std::string, Match> rows_;
  std::map<std::string, Match> installations_;
  SettledRows result_;
};

}  // namespace

Decisions read_decisions(const SettleOptions& options) {
  Decisions decisions;
  if (options.from) {
    constexpr std::array<std::string_view, 2> kColumns = {"usage_row", "usage_settle"};
    read_own_csv(*options.from, kColumns, 0, [&](const OwnRow& row) { take_row(row, options.decision, decisions); });
    return decisions;
  }
  for (const std::string& row : options.usage_rows)
    decisions.by_row.try_emplace(row, Decision{*options.decision, "--row " + clean_text(row, 80), {}});
  for (const std::string& sid : options.installations)
    decisions.by_installation.try_emplace(sid_key(sid), Decision{*options.decision, "--installation " + sid, {}});
  return decisions;
}

SettledRows match_decisions(const Decisions& decisions, const Ledger& ledger, const RunInfo& run,
                            const SettleOptions& options, WallTime now) {
  Matcher matcher(decisions, ledger, run, options, now);
  ledger.each_row(run.id, [&](const RowRecord& row) { matcher.take(row); });
  return matcher.finish();
}

}  // namespace usage

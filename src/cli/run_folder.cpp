#include "run_folder.h"

#include <iostream>
#include <utility>

#include "usage/base/text.h"
#include "usage/reconcile/result_files.h"

namespace usage {
namespace {

// What was done with a run only grows, and what has ended stays ended: a ledger that was restored from a backup made
// meanwhile knows less. It may have a run of that name since, which began at another time.
bool knows_less(const RunInfo& run, const FolderClaim& claim) {
  const bool is_another = !claim.started_at.empty() && claim.started_at != rfc3339(run.started_at);
  return is_another || (claim.has_ended && run.state == RunState::kOpen) || claim.events > run.events.size();
}

// Of the ledger's own: a run that has ended, or a period, both of which `reconcile` can write again.
FolderOwner judge_other(const Ledger& ledger, const FolderClaim& claim) {
  if (claim.run.empty()) return FolderOwner::kEnded;
  const std::optional<RunInfo> known = ledger.find_run(claim.run);
  if (!known || knows_less(*known, claim)) return FolderOwner::kKnownLess;
  return known->state == RunState::kOpen ? FolderOwner::kOtherRun : FolderOwner::kEnded;
}

JudgeClaim judge_for(const Ledger& ledger, std::function<bool(const FolderClaim&)> is_own) {
  return [&ledger, is_own = std::move(is_own), identity = ledger.identity()](const FolderClaim& claim) {
    const bool is_of_ledger = claim.ledger == identity.id;
    // More runs or decisions than the ledger has: it was restored from a backup that lacks them.
    if (is_of_ledger && (claim.run_count > identity.run_count || claim.decision_count > identity.decision_count))
      return FolderOwner::kKnownLess;
    if (claim.run.empty() && claim.period.empty()) return FolderOwner::kOurs;  // a plan's
    if (!is_of_ledger) return FolderOwner::kUnknownRun;
    const FolderOwner otherwise = judge_other(ledger, claim);
    return otherwise != FolderOwner::kKnownLess && is_own(claim) ? FolderOwner::kOurs : otherwise;
  };
}

JudgeClaim judge_for_run(const Ledger& ledger, const std::string& run) {
  return judge_for(ledger, [run](const FolderClaim& claim) { return !claim.run.empty() && claim.run == run; });
}

}  // namespace

OutFolder prepare_folder(const std::filesystem::path& folder, const JudgeClaim& judge) {
  OutFolder out = prepare_out_folder(folder, judge);
  if (!out.set_aside.empty())
    std::cerr << "Earlier results in " << clean_text(out.path.string()) << " were moved into its folder "
              << clean_text(out.set_aside) << ".\n";
  for (const auto& [name, other] : keep_changed_files(out.path))
    std::cerr << name << " in " << clean_text(out.path.string())
              << " may have been changed since it was written: it is kept there as " << other
              << ", and written anew.\n";
  return out;
}

OutFolder folder_for_run(const std::filesystem::path& folder, const Ledger& ledger, const std::string& run) {
  return prepare_folder(folder, judge_for_run(ledger, run));
}

void require_not_older_for_run(const std::filesystem::path& folder, const Ledger& ledger) {
  require_not_older(folder, judge_for_run(ledger, ""));
}

OutFolder folder_for_sending(const std::filesystem::path& folder, const Ledger& ledger, const std::string& run) {
  require_not_older(folder, judge_for_run(ledger, run));
  return folder_for_run(folder, ledger, run);
}

// Of the same name, account and endpoint.
OutFolder folder_for_period(const std::filesystem::path& folder, const Ledger& ledger, const Scope& scope) {
  return prepare_folder(
      folder, judge_for(ledger, [scope](const FolderClaim& claim) {
        return claim.run.empty() && is_same_period({claim.endpoint, claim.account, claim.period}, scope);
      }));
}

OutFolder folder_of_open_run(const Ledger& ledger, const RunInfo& run,
                             const std::optional<std::filesystem::path>& out) {
  if (out) require_not_older(run.out_folder, judge_for_run(ledger, run.name));
  return folder_for_sending(out.value_or(run.out_folder), ledger, run.name);
}

void write_as_it_stands(const Ledger& ledger, const RunInfo& run, const OutFolder& out, const RunPlace& place) {
  RunSummary summary = summary_to_write(ledger, run, place);
  write_results(summary, out, [&](const auto& visit) { ledger.each_row(run.id, visit); });
  require_totals_close(summary);
}

void claim_folder(const Ledger& ledger, const RunInfo& run, const OutFolder& out, const RunPlace& place) {
  RunSummary summary = summary_at(place, ledger, run);
  claim_folder(summary, out);
}

}  // namespace usage

#include "run_folder.h"

#include <iostream>

#include "usage/base/text.h"
#include "usage/reconcile/result_files.h"

namespace usage {
namespace {

// What was done with a run only grows, and what has ended stays ended: a ledger that was restored from a backup made
// meanwhile knows less.
bool knows_less(const RunInfo& run, const FolderClaim& claim) {
  return (claim.has_ended && run.state == RunState::kOpen) || claim.events > run.events.size();
}

JudgeClaim judge_for_run(const Ledger& ledger, const std::string& run) {
  return [&ledger, run, identity = ledger.identity()](const FolderClaim& claim) {
    // More runs than the ledger has: it was restored from a backup that lacks them.
    if (claim.ledger == identity.id && claim.run_count > identity.run_count) return FolderOwner::kUnknownRun;
    if (!claim.period.empty()) return claim.ledger == identity.id ? FolderOwner::kOtherRun : FolderOwner::kUnknownRun;
    if (claim.run.empty()) return FolderOwner::kOurs;
    const std::optional<RunInfo> known = ledger.find_run(claim.run);
    if (claim.ledger != identity.id || !known) return FolderOwner::kUnknownRun;
    if (knows_less(*known, claim)) return FolderOwner::kKnownLess;
    return claim.run == run ? FolderOwner::kOurs : FolderOwner::kOtherRun;
  };
}

}  // namespace

std::filesystem::path prepare_folder(const std::filesystem::path& folder, const JudgeClaim& judge) {
  std::filesystem::path path = prepare_out_folder(folder, judge);
  for (const auto& [name, other] : keep_changed_files(path))
    std::cerr << name << " in " << clean_text(path.string())
              << " may have been changed since it was written: it is kept there as " << other
              << ", and written anew.\n";
  return path;
}

std::filesystem::path folder_for_run(const std::filesystem::path& folder, const Ledger& ledger,
                                     const std::string& run) {
  return prepare_folder(folder, judge_for_run(ledger, run));
}

std::filesystem::path folder_of_open_run(const Ledger& ledger, const RunInfo& run,
                                         const std::optional<std::filesystem::path>& out) {
  if (!run.out_folder.empty()) require_not_older(run.out_folder, judge_for_run(ledger, run.name));
  return folder_for_run(out.value_or(run.out_folder), ledger, run.name);
}

RunSummary summary_in(const std::filesystem::path& folder, const Ledger& ledger, const RunInfo& run,
                      const RunPlace& place) {
  RunSummary summary = summary_at(place, ledger, run);
  summary.folder = folder;
  summary.period_totals = totals_beside(ledger, run);
  return summary;
}

void write_as_it_stands(const Ledger& ledger, const RunInfo& run, const std::filesystem::path& folder,
                        const RunPlace& place) {
  RunSummary summary = summary_in(folder, ledger, run, place);
  write_results(summary, [&](const auto& visit) { ledger.each_row(run.id, visit); });
}

void claim_folder(const Ledger& ledger, const RunInfo& run, const std::filesystem::path& folder,
                  const RunPlace& place) {
  RunSummary summary = summary_at(place, ledger, run);
  summary.folder = folder;
  claim_folder(summary);
}

}  // namespace usage

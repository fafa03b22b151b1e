// The folder of a run's results, and what must not be written over there.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "known_run.h"
#include "usage/ledger/ledger.h"
#include "usage/reconcile/out_folder.h"

namespace usage {

// prepare_out_folder; says on stderr what it set aside, earlier results and files of a person.
OutFolder prepare_folder(const std::filesystem::path& folder, const JudgeClaim& judge);

// The folder for a run's results, or with an empty name a plan's: made, proved writable, and nobody else's.
OutFolder folder_for_run(const std::filesystem::path& folder, const Ledger& ledger, const std::string& run);
// UsageError "ledger-older" where results in the folder or beside it know more than the ledger.
void require_not_older_for_run(const std::filesystem::path& folder, const Ledger& ledger);
// folder_for_run for a run that will send: first require_not_older_for_run.
OutFolder folder_for_sending(const std::filesystem::path& folder, const Ledger& ledger, const std::string& run);
// folder_for_run for those of a whole period.
OutFolder folder_for_period(const std::filesystem::path& folder, const Ledger& ledger, const Scope& scope);

// folder_for_sending for a run that goes on or is given up; where its results were is looked at, too.
OutFolder folder_of_open_run(const Ledger& ledger, const RunInfo& run, const std::optional<std::filesystem::path>& out);

// Puts the run's summary.json there before the first request, so that a killed run's folder says whose it is.
void claim_folder(const Ledger& ledger, const RunInfo& run, const OutFolder& out, const RunPlace& place);

// The result files of a run that goes on: where this life is killed, they say that it did, beside all that was known.
void write_as_it_stands(const Ledger& ledger, const RunInfo& run, const OutFolder& out, const RunPlace& place);

}  // namespace usage

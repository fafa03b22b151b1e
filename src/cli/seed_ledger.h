// A new ledger made of the result files of a lost one.
#pragma once

#include <filesystem>
#include <vector>

#include "seed_file.h"
#include "usage/base/clock.h"
#include "usage/ledger/ledger.h"

namespace usage {

struct SeededLedger {
  LedgerIdentity identity;
  std::vector<RunInfo> runs;
  std::vector<Warning> warnings;
};

// Each file becomes one run that is over, its rows that are or were owed become charges. All or nothing: the ledger is
// made beside its place and takes it when it is whole; a half one would bill again what it lacks. Files in order of run
// number. LedgerError "ledger-exists" where something is already there. RefusedError where the files contradict each
// other, or point to charges of a run whose file is not given.
SeededLedger seed_ledger(const std::filesystem::path& path, const LedgerOptions& options,
                         const std::vector<SeedFile>& files, const Clock& clock);

}  // namespace usage

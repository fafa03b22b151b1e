// The result folder, before the first request: a run must not find out at its end that it cannot write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "usage/base/file.h"

namespace usage {

// Whose results lie in a folder, as its summary.json says.
struct FolderClaim {
  std::string ledger;           // id
  std::uint64_t run_count = 0;  // of that ledger when it was written
  std::string run;              // empty: a dry run, a refused plan, a whole period
  std::string period = {};      // of a whole period's results; else empty, like the next two
  std::string endpoint = {};
  std::string account = {};
  bool has_ended = false;            // the run: it says finished or abandoned
  std::uint64_t events = 0;          // of the run: starts, resumes
  std::uint64_t decision_count = 0;  // of that ledger when it was written
  std::string started_at = {};       // of the run, as rfc3339() has it; empty: it does not say
  friend bool operator==(const FolderClaim&, const FolderClaim&) = default;
};

enum class FolderOwner : std::uint8_t {
  kOurs,        // may be written over
  kEnded,       // results of another run that has ended, or of a period: set aside before others are written
  kOtherRun,    // results of another run, which is open
  kUnknownRun,  // of another ledger
  kKnownLess,   // this ledger knows less than they say: it was restored from a backup
};
// Ready to be written to, and this program's alone as long as the object lives.
struct OutFolder {
  std::filesystem::path path;  // without a link anywhere: one may be turned to another folder meanwhile
  std::string set_aside = {};  // the folder within it that has the results which lay there; empty: there were none
  FileDescriptor lock = {};    // the folder, open, and flock'd where its file system has that
};
using JudgeClaim = std::function<FolderOwner(const FolderClaim&)>;

std::string usual_folder(std::string_view run_or_period);  // its name, where no other is given

// Finds the claim in the text of a summary.json as write_results lays it out; nothing where it is not one of ours.
std::optional<FolderClaim> read_claim(std::string_view summary_json);

// Makes the folder (0700, its parents too) where it is missing, locks it, and proves that all result files can be
// written there. Results that are kEnded are moved into a folder of their own within it first, usage-RUN or
// usage-PERIOD. A summary.json without a ledger id (a rehearsal without a ledger) claims nothing and is not judged.
// UsageError (exit 2): "out-not-folder", "out-not-writable", "out-in-use", "out-other-run", "out-foreign-summary", and
// also for what was moved there before, "out-unknown-run" and "ledger-older".
OutFolder prepare_out_folder(const std::filesystem::path& folder, const JudgeClaim& judge);

// Why its path does not lead any more to the folder that was prepared, as where another has taken its place; empty
// where it does.
std::string why_not_in_place(const OutFolder& out);

// Where the results of an ended run are: that folder, or the one within it into which they were moved since.
std::filesystem::path folder_with_results(const std::filesystem::path& folder, std::string_view run);

// "ledger-older" alone of these, also where the results are to go elsewhere; by what lies there, and in the folders
// named like ours beside it (usage-..., as far as they can be read). No folder is made.
void require_not_older(const std::filesystem::path& folder, const JudgeClaim& judge);

// Which prepare_out_folder refuses, also with a slash behind its name.
bool is_linked_folder(const std::filesystem::path& folder);

// Sets aside what a person may have changed, before it is written over: a failed.csv or unknown.csv that has not the
// digest which the folder's summary.json gives, or stands there without one, becomes failed.kept-1.csv (the first
// number that is free). Returns {from, to}, by their names. UsageError as above.
std::vector<std::pair<std::string, std::string>> keep_changed_files(const std::filesystem::path& folder);

// Whether a result file in that folder would take the place of one of the files: a failed.csv that is uploaded.
bool would_overwrite(const std::filesystem::path& folder, const std::vector<std::string>& files);

}  // namespace usage

#include "usage/reconcile/out_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "real_folder.h"
#include "result_names.h"
#include "set_aside.h"
#include "summary_members.h"
#include "usage/base/error.h"
#include "usage/base/file.h"
#include "usage/base/text.h"

namespace usage {
namespace fs = std::filesystem;
namespace {

// A file or a link is replaced; a folder, a pipe or a device is somebody's.
void require_replaceable(const fs::path& folder, std::string_view name) {
  std::error_code error;
  const fs::file_type type = fs::symlink_status(folder / name, error).type();
  for (const fs::file_type taken : {fs::file_type::not_found, fs::file_type::regular, fs::file_type::symlink}) {
    if (type == taken) return;
  }
  refuse_folder("out-not-writable",
                shown_folder(folder) + " cannot be written: " + std::string(name) + " in it is no file");
}

// Every target can be replaced, and a block can be written, synced and renamed.
void prove_writable(const fs::path& folder) {
  const fs::path probe = folder / ".usage-uploader-probe";
  try {
    for (std::string_view name : kResultNames) {
      require_replaceable(folder, name);
      AtomicFile target(folder / name);
    }
    AtomicFile file(probe);
    file.write(std::string(4096, '\n'));
    file.commit();
    fs::remove(probe);
    sync_folder(folder);
  } catch (const std::system_error& error) {
    refuse_unwritable(folder, error.code());
  }
}

fs::path path_without_links(const fs::path& folder) {
  std::error_code error;
  fs::path path = fs::canonical(folder, error);
  if (error) refuse_unwritable(folder, error);
  return path;
}

// Two that write there at once would leave one's rows beside the other's totals.
FileDescriptor locked(const fs::path& folder) {
  FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid()) refuse_unwritable(folder, std::error_code(errno, std::generic_category()));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw UsageError("out-in-use", "another command of this program is writing to " + shown_folder(folder),
                     "wait until it has ended, or " + std::string(kChooseAnother));
  return fd;
}

std::string name_of(const FolderClaim& claim) {
  if (!claim.period.empty())
    return "period " + clean_text(claim.period) + " of account " + clean_text(claim.account) + " at " +
           clean_text(host_of(claim.endpoint));
  return claim.run.empty() ? "a plan" : "run " + clean_text(claim.run);
}

// As it stands it is refused, since there is no file "...": of one run alone, the new ledger would bill the others
// again.
std::string new_ledger_from(const fs::path& folder) {
  return "make a new one from the reconciliation.csv of ALL its runs, of every period, as what is not named would be "
         "billed again: usage-uploader init --ledger NEW.db --from " +
         shell_path((folder / kReconciliationName).string()) + " ...";
}

[[noreturn]] void refuse_older_ledger(const fs::path& folder, const std::string& whose) {
  throw UsageError(
      "ledger-older",
      shown_folder(folder) + " holds results of " + whose +
          " that know more than this ledger does: the ledger is an older copy, as of a backup",
      "use the ledger that went on with that run (--ledger FILE), or a backup of it that is newer: with this one what "
      "it billed since would be billed again; where both are lost, " +
          new_ledger_from(folder) +
          "; where they are of a rehearsal with a copy of this ledger, move that folder elsewhere");
}

[[noreturn]] void refuse_other_ledger(const fs::path& folder, const FolderClaim& claim) {
  throw UsageError(
      "out-unknown-run",
      shown_folder(folder) + " holds the results of " + name_of(claim) + " of ledger " + clean_text(claim.ledger) +
          ", and this is another ledger",
      "use the ledger that billed that run (--ledger FILE), or a backup of it: with this one it could be billed again; "
      "where both are lost, " +
          new_ledger_from(folder) + " (those of this ledger among them); where it was a rehearsal, " +
          std::string(kChooseAnother));
}

std::optional<FolderClaim> claim_in(const fs::path& folder) {
  const auto text = summary_text_in(folder);
  auto claim = text ? read_claim(*text) : std::nullopt;
  if (claim && claim->ledger.empty()) claim.reset();
  return claim;
}

// What cannot be read beside the results is no business of theirs.
std::optional<FolderClaim> readable_claim_in(const fs::path& folder) {
  try {
    return claim_in(folder);
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

// The folders beside it that are named like ours, with what was kept within. Among so many entries: a run is not to
// wait for a folder of strangers' files.
std::vector<fs::path> results_beside(const fs::path& folder) {
  std::size_t entries_left = 4000;
  std::vector<fs::path> results = result_folders_in(absolute_folder(folder).parent_path(), entries_left);
  for (std::size_t i = 0, beside = results.size(); i < beside; ++i)
    for (fs::path& within : result_folders_in(results[i], entries_left)) results.push_back(std::move(within));
  return results;
}

void refuse_if_newer(const fs::path& results, const std::optional<FolderClaim>& claim, const JudgeClaim& judge) {
  if (claim && judge(*claim) == FolderOwner::kKnownLess) refuse_older_ledger(results, name_of(*claim));
}

// What was moved there may tell that the ledger is not the one that billed it, or knows less of it.
void require_kept_results_known(const fs::path& folder, const JudgeClaim& judge) {
  for (const fs::path& within : kept_results_in(folder)) {
    const auto claim = claim_in(within);
    if (!claim) continue;
    const FolderOwner owner = judge(*claim);
    if (owner == FolderOwner::kUnknownRun) refuse_other_ledger(within, *claim);
    if (owner == FolderOwner::kKnownLess) refuse_older_ledger(within, name_of(*claim));
  }
}

// The claim of what is to be set aside, where there is such.
std::optional<FolderClaim> require_unclaimed(const fs::path& folder, const JudgeClaim& judge) {
  require_kept_results_known(folder, judge);
  const auto text = summary_text_in(folder);
  if (!text) return std::nullopt;
  auto claim = read_claim(*text);
  if (!claim)
    refuse_folder("out-foreign-summary", shown_folder(folder) + " holds a summary.json that is not one of ours");
  if (claim->ledger.empty()) return std::nullopt;
  const std::string whose = name_of(*claim);
  switch (judge(*claim)) {
    case FolderOwner::kOurs:
      return std::nullopt;
    case FolderOwner::kEnded:
      return claim;
    case FolderOwner::kOtherRun:
      refuse_folder("out-other-run",
                    shown_folder(folder) + " holds the results of " + whose + ", which would be overwritten");
    case FolderOwner::kUnknownRun:
      refuse_other_ledger(folder, *claim);
    case FolderOwner::kKnownLess:
      break;
  }
  refuse_older_ledger(folder, whose);
}

std::vector<fs::path> folders_above(const fs::path& folder) {
  std::error_code error;
  const fs::path whole = fs::absolute(folder, error).lexically_normal();
  const fs::path named = whole.has_filename() ? whole : whole.parent_path();
  return error ? std::vector<fs::path>() : std::vector<fs::path>{named.parent_path()};
}

}  // namespace

void require_not_older(const fs::path& folder, const JudgeClaim& judge) {
  if (folder.empty()) return;
  std::vector<fs::path> folders = kept_results_in(folder);
  folders.push_back(folder);
  for (const fs::path& results : folders) refuse_if_newer(results, claim_in(results), judge);
  // A configured folder may hold the results of other runs, and this one's folder.
  for (const fs::path& results : folders_above(folder)) refuse_if_newer(results, readable_claim_in(results), judge);
  for (const fs::path& results : results_beside(folder)) refuse_if_newer(results, readable_claim_in(results), judge);
}

std::optional<FolderClaim> read_claim(std::string_view summary_json) {
  if (!summary_json.starts_with(kSummaryBeginning)) return std::nullopt;
  auto ledger = text_member(summary_json, "ledger");
  auto run = text_member(summary_json, "run");
  const auto run_count = number_member(summary_json, "ledger_run_count");
  if (!ledger || !run || !run_count) return std::nullopt;
  FolderClaim claim{std::move(*ledger), *run_count, std::move(*run)};
  const auto state = text_member(summary_json, "state");
  claim.has_ended = state == kFinishedState || state == kAbandonedState;
  claim.events = list_size(summary_json, "events");
  claim.decision_count = number_member(summary_json, "ledger_decision_count").value_or(0);
  if (!claim.run.empty()) claim.started_at = text_member(summary_json, "started_at").value_or("");
  if (state == kPeriodState) {
    auto period = text_member(summary_json, "period");
    auto endpoint = text_member(summary_json, "endpoint");
    auto account = text_member(summary_json, "account");
    if (!period || !endpoint || !account) return std::nullopt;
    claim.period = std::move(*period);
    claim.endpoint = std::move(*endpoint);
    claim.account = std::move(*account);
  }
  return claim;
}

std::string usual_folder(std::string_view run_or_period) {
  return std::string(kFolderBeginning) + std::string(run_or_period);
}

bool is_linked_folder(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_symlink(without_trailing_slash(folder), ignored);
}

OutFolder prepare_out_folder(const fs::path& folder, const JudgeClaim& judge) {
  if (folder.empty()) refuse_folder("out-not-folder", "the result folder has no name");
  const fs::path path = absolute_folder(folder);
  make_folder(path);
  require_real_folder(path);
  OutFolder out{path, "", locked(path)};
  out.path = path_without_links(path);
  if (const std::string why = why_not_in_place(out); !why.empty())
    refuse_folder("out-not-folder", shown_folder(path) + " cannot be used: " + why);
  const auto ended = require_unclaimed(out.path, judge);
  prove_writable(out.path);
  if (ended) out.set_aside = set_aside(out.path, *ended);
  return out;
}

std::string why_not_in_place(const OutFolder& out) {
  struct stat held {};
  struct stat there {};
  if (!out.lock.valid()) return "";
  if (::fstat(out.lock.get(), &held) != 0 || ::lstat(out.path.c_str(), &there) != 0) return errno_text(errno);
  const bool is_same = held.st_dev == there.st_dev && held.st_ino == there.st_ino;
  return is_same ? "" : "something else has taken its place meanwhile";
}

fs::path folder_with_results(const fs::path& folder, std::string_view run) {
  const auto claim = claim_in(folder);
  if (!claim || claim->run == run) return folder;
  const fs::path within = folder / usual_folder(run);
  std::error_code error;
  return fs::is_directory(fs::symlink_status(within, error)) ? within : folder;
}

bool would_overwrite(const fs::path& folder, const std::vector<std::string>& files) {
  for (const std::string& file : files)
    for (const std::string_view name : kResultNames) {
      std::error_code missing;
      if (fs::equivalent(folder / name, file, missing) && !missing) return true;
    }
  return false;
}

}  // namespace usage

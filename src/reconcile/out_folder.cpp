#include "usage/reconcile/out_folder.h"

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <stdexcept>
#include <system_error>

#include "result_names.h"
#include "summary_members.h"
#include "usage/base/digest.h"
#include "usage/base/error.h"
#include "usage/base/file.h"
#include "usage/base/text.h"

namespace usage {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kChooseAnother = "name another folder with --out DIR";

std::string shown(const fs::path& path) {
  return "the result folder " + clean_text(path.string());
}

[[noreturn]] void refuse(std::string name, const std::string& message) {
  throw UsageError(std::move(name), message, std::string(kChooseAnother));
}

[[noreturn]] void refuse_unwritable(const fs::path& folder, const std::error_code& error) {
  refuse("out-not-writable", shown(folder) + " cannot be written: " + errno_text(error.value()));
}

// "out/" and "out" are one folder; lstat would follow a link that ends in a slash.
fs::path without_trailing_slash(const fs::path& path) {
  const fs::path whole = path.lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

fs::path absolute_folder(const fs::path& path) {
  std::error_code error;  // the working folder may be gone
  const fs::path whole = fs::absolute(path, error);
  if (error) refuse_unwritable(path, error);
  return without_trailing_slash(whole);
}

void make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return;
  if (errno == ENOENT && folder.has_relative_path()) {
    make_folder(folder.parent_path());
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return;
  }
  const std::error_code error(errno, std::generic_category());
  if (error.value() == ENOTDIR) refuse("out-not-folder", shown(folder) + " lies below something that is no folder");
  refuse("out-not-writable", shown(folder) + " cannot be made: " + errno_text(error.value()));
}

void require_real_folder(const fs::path& folder) {
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0) refuse_unwritable(folder, std::error_code(errno, std::generic_category()));
  if (S_ISLNK(status.st_mode))
    refuse("out-not-folder",
           shown(folder) + " is a symbolic link; a link is not followed, since it may change meanwhile");
  if (!S_ISDIR(status.st_mode)) refuse("out-not-folder", shown(folder) + " is not a folder");
}

// A file or a link is replaced; a folder, a pipe or a device is somebody's.
void require_replaceable(const fs::path& folder, std::string_view name) {
  std::error_code error;
  const fs::file_type type = fs::symlink_status(folder / name, error).type();
  for (const fs::file_type taken : {fs::file_type::not_found, fs::file_type::regular, fs::file_type::symlink}) {
    if (type == taken) return;
  }
  refuse("out-not-writable", shown(folder) + " cannot be written: " + std::string(name) + " in it is no file");
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

std::optional<std::string> existing_summary(const fs::path& folder) {
  const fs::path path = folder / kSummaryName;
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (status.type() == fs::file_type::not_found) return std::nullopt;
  if (error || status.type() != fs::file_type::regular) return "";  // nothing that we wrote
  try {
    return read_file(path, kMaxSummaryBytes);
  } catch (const std::system_error& failed) {
    refuse("out-not-writable",
           shown(folder) + " has a summary.json that cannot be read: " + errno_text(failed.code().value()));
  } catch (const std::length_error&) {
    return "";
  }
}

bool has_digest(const fs::path& file, const std::optional<std::string>& digest) {
  try {
    return digest && digest_of_file(file) == *digest;
  } catch (const std::system_error&) {
    return false;
  }
}

// failed.kept-1.csv, or with the next number that is free.
std::string free_name(const fs::path& folder, std::string_view name) {
  const fs::path path(name);
  for (unsigned number = 1;; ++number) {
    const std::string other = path.stem().string() + ".kept-" + std::to_string(number) + path.extension().string();
    std::error_code error;
    if (fs::symlink_status(folder / other, error).type() == fs::file_type::not_found) return other;
    if (error) refuse_unwritable(folder, error);
  }
}

std::string name_of(const FolderClaim& claim) {
  if (!claim.period.empty())
    return "period " + clean_text(claim.period) + " of account " + clean_text(claim.account) + " at " +
           clean_text(host_of(claim.endpoint));
  return claim.run.empty() ? "a plan" : "run " + clean_text(claim.run);
}

[[noreturn]] void refuse_older_ledger(const fs::path& folder, const std::string& whose) {
  throw UsageError(
      "ledger-older",
      shown(folder) + " holds results of " + whose +
          " that know more than this ledger does: the ledger is an older copy, as of a backup",
      "use the ledger that went on with that run (--ledger FILE): with this one what it billed since would "
      "be billed again; where that one is lost, make a new one from its result files: usage-uploader init --ledger "
      "NEW.db --from " +
          shell_path((folder / kReconciliationName).string()));
}

// The claim of what is to be set aside, where there is such.
std::optional<FolderClaim> require_unclaimed(const fs::path& folder, const JudgeClaim& judge) {
  const auto text = existing_summary(folder);
  if (!text) return std::nullopt;
  auto claim = read_claim(*text);
  if (!claim) refuse("out-foreign-summary", shown(folder) + " holds a summary.json that is not one of ours");
  if (claim->ledger.empty()) return std::nullopt;
  const std::string whose = name_of(*claim);
  switch (judge(*claim)) {
    case FolderOwner::kOurs:
      return std::nullopt;
    case FolderOwner::kEnded:
      return claim;
    case FolderOwner::kOtherRun:
      refuse("out-other-run", shown(folder) + " holds the results of " + whose + ", which would be overwritten");
    case FolderOwner::kUnknownRun:
      throw UsageError(
          "out-unknown-run",
          shown(folder) + " holds the results of " + whose + " of ledger " + clean_text(claim->ledger) +
              ", and this is another ledger",
          "use the ledger that billed that run (--ledger FILE): with this one it could be billed again; where that "
          "one is lost, make a new one from its result files, those of this run among them: "
          "usage-uploader init --ledger NEW.db --from " +
              shell_path((folder / kReconciliationName).string()));
    case FolderOwner::kKnownLess:
      break;
  }
  refuse_older_ledger(folder, whose);
}

// Not so where they were moved there in part, and the program was killed.
bool would_meet(const fs::path& folder, const fs::path& other) {
  const auto holds = [](const fs::path& path) {
    std::error_code error;
    return fs::symlink_status(path, error).type() != fs::file_type::not_found;
  };
  return std::ranges::any_of(kResultNames,
                             [&](std::string_view name) { return holds(folder / name) && holds(other / name); });
}

// usage-2026-10-1, or with the next number behind it where that has such files already.
std::string free_folder(const fs::path& folder, const FolderClaim& claim) {
  const std::string& whose = claim.run.empty() ? claim.period : claim.run;
  if (whose.find('/') != std::string::npos)
    refuse("out-other-run", shown(folder) + " holds the results of another run");
  const std::string first = usual_folder(whose);
  std::string name = first;
  for (unsigned number = 2; would_meet(folder, folder / name); ++number)
    name = first + "-kept-" + std::to_string(number);
  return name;
}

// The summary goes last: until then the folder is still claimed, and the next start moves the rest.
std::string set_aside(const fs::path& folder, const FolderClaim& claim) {
  const std::string name = free_folder(folder, claim);
  make_folder(folder / name);
  require_real_folder(folder / name);
  const auto move = [&](std::string_view file) {
    std::error_code error;
    fs::rename(folder / file, folder / name / file, error);
    if (error && error != std::errc::no_such_file_or_directory) refuse_unwritable(folder, error);
  };
  for (const std::string_view file : kResultNames)
    if (file != kSummaryName) move(file);
  sync_folder(folder / name);
  move(kSummaryName);
  sync_folder(folder / name);
  sync_folder(folder);
  return name;
}

}  // namespace

void require_not_older(const fs::path& folder, const JudgeClaim& judge) {
  const auto text = existing_summary(folder);
  const auto claim = text ? read_claim(*text) : std::nullopt;
  if (claim && judge(*claim) == FolderOwner::kKnownLess) refuse_older_ledger(folder, name_of(*claim));
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
  return "usage-" + std::string(run_or_period);
}

bool is_linked_folder(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_symlink(without_trailing_slash(folder), ignored);
}

OutFolder prepare_out_folder(const fs::path& folder, const JudgeClaim& judge) {
  if (folder.empty()) refuse("out-not-folder", "the result folder has no name");
  const fs::path path = absolute_folder(folder);
  make_folder(path);
  require_real_folder(path);
  const auto ended = require_unclaimed(path, judge);
  prove_writable(path);
  return {path, ended ? set_aside(path, *ended) : ""};
}

fs::path folder_with_results(const fs::path& folder, std::string_view run) {
  const auto text = existing_summary(folder);
  const auto claim = text ? read_claim(*text) : std::nullopt;
  if (!claim || claim->run == run) return folder;
  const fs::path within = folder / usual_folder(run);
  std::error_code error;
  return fs::is_directory(fs::symlink_status(within, error)) ? within : folder;
}

std::vector<std::pair<std::string, std::string>> keep_changed_files(const fs::path& folder) {
  const std::string summary = existing_summary(folder).value_or("");
  std::vector<std::pair<std::string, std::string>> kept;
  for (const auto& [name, digest] : {std::pair(kFailedName, kFailedDigest), std::pair(kUnknownName, kUnknownDigest)}) {
    const fs::path file = folder / name;
    std::error_code error;
    if (fs::symlink_status(file, error).type() != fs::file_type::regular) continue;
    if (has_digest(file, text_member(summary, digest))) continue;
    const std::string other = free_name(folder, name);
    fs::rename(file, folder / other, error);
    if (error) refuse_unwritable(folder, error);
    kept.emplace_back(name, other);
  }
  return kept;
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
